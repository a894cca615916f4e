//! What an invocation asks for.
//!
//! The schedule sends `{}` every quarter of an hour, SQS sends what the mail service tells about mails. A person asks for a
//! day: `{"date":"2026-03-14"}` works it out and stores it again, with `"resend":true` it is mailed again too;
//! `{"from":"2026-01-01","to":"2026-01-31"}` fills the archive; `{"dry_run":true}`, also with a date, prints the report and
//! writes nothing. `{"date":"2026-03-14","typeset":true}` makes text, page and PDF of a day again from what is archived.

use aws_lambda_events::event::sqs::SqsEvent;
use jiff::civil::Date;
use platform::wishes::wishes;
use serde::Deserialize;
use serde_json::Value;

/// Most days that one invocation fills the archive with.
const DAYS_MAX: i32 = 400;

/// One invocation's wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Events about mails; then whatever is due.
    Events(SqsEvent),
    /// Whatever is due.
    Tick,
    /// One day, worked out and stored; and mailed again.
    Day {
        /// The day.
        day: Date,
        /// Whether it is mailed again.
        resend: bool,
    },
    /// How an archived day reads, made again; Genesys is not asked.
    Typeset(Date),
    /// Days of which the archive shall have the figures.
    Backfill {
        /// The first.
        from: Date,
        /// The last.
        to: Date,
    },
    /// The report of a day, or of the day that is due, printed only.
    DryRun(Option<Date>),
}

/// An event that is none of the documented forms.
#[derive(Debug, thiserror::Error)]
#[error(
    "the event was not understood ({0}); send {{}}, {{\"dry_run\":true}}, {{\"date\":\"2026-03-14\"}}, {{\"date\":\"2026-03-14\",\"resend\":true}}, {{\"date\":\"2026-03-14\",\"typeset\":true}} or {{\"from\":\"2026-01-01\",\"to\":\"2026-01-31\"}}"
)]
pub struct TriggerFault(String);

/// The members that a person or a schedule may send.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wishes {
    date: Option<Date>,
    resend: bool,
    typeset: bool,
    from: Option<Date>,
    to: Option<Date>,
    dry_run: bool,
}

impl Trigger {
    /// Decodes an invocation's payload.
    ///
    /// # Errors
    /// [`TriggerFault`], which says what was not understood and what is.
    pub fn decode(event: Value) -> Result<Self, TriggerFault> {
        if event.get("Records").is_some() {
            return serde_json::from_value(event).map(Self::Events).map_err(|error| TriggerFault(error.to_string()));
        }
        let fault = |problem: &str| Err(TriggerFault(problem.to_owned()));
        let wishes = wishes::<Wishes>(event).map_err(TriggerFault)?;
        if wishes.typeset {
            return match wishes {
                Wishes { date: Some(day), resend: false, from: None, to: None, dry_run: false, .. } => {
                    Ok(Self::Typeset(day))
                }
                _ => fault("typeset goes with a date, and with nothing else"),
            };
        }
        match wishes {
            Wishes { date: None, resend: false, from: None, to: None, dry_run: false, .. } => Ok(Self::Tick),
            Wishes { date, resend: false, from: None, to: None, dry_run: true, .. } => Ok(Self::DryRun(date)),
            Wishes { date: Some(day), resend, from: None, to: None, dry_run: false, .. } => {
                Ok(Self::Day { day, resend })
            }
            Wishes { date: None, resend: false, from: Some(from), to: Some(to), dry_run: false, .. } => {
                match to.since(from).map(|span| span.get_days()) {
                    Ok(days) if days < 0 => fault("from is after to"),
                    Ok(days) if days < DAYS_MAX => Ok(Self::Backfill { from, to }),
                    _ => fault("from and to are more than 400 days apart"),
                }
            }
            Wishes { resend: true, .. } => fault("resend goes with a date, and with nothing else"),
            Wishes { from: Some(_), to: None, .. } | Wishes { from: None, to: Some(_), .. } => {
                fault("from and to go together")
            }
            _ => fault("these wishes do not go together"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(event: Value) -> Trigger {
        Trigger::decode(event).unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn each_documented_form_is_understood() {
        assert_eq!(decoded(json!({})), Trigger::Tick);
        assert_eq!(decoded(json!({"dry_run": true})), Trigger::DryRun(None));
        assert_eq!(decoded(json!({"dry_run": true, "date": "2026-03-14"})), Trigger::DryRun(Some(day("2026-03-14"))));
        let again = |resend| Trigger::Day { day: day("2026-03-14"), resend };
        assert_eq!(decoded(json!({"date": "2026-03-14"})), again(false));
        assert_eq!(decoded(json!({"date": "2026-03-14", "resend": true})), again(true));
        let typeset = json!({"date": "2026-03-14", "typeset": true});
        assert_eq!(decoded(typeset), Trigger::Typeset(day("2026-03-14")));
        let range = Trigger::Backfill { from: day("2026-01-01"), to: day("2026-01-31") };
        assert_eq!(decoded(json!({"from": "2026-01-01", "to": "2026-01-31"})), range);
        let one = json!({"from": "2026-01-01", "to": "2026-01-01"});
        assert!(matches!(decoded(one), Trigger::Backfill { .. }));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for wrong in [
            json!({"resend": true}),
            json!({"date": "2026-03-14", "resend": true, "dry_run": true}),
            json!({"typeset": true}),
            json!({"date": "2026-03-14", "resend": true, "typeset": true}),
            json!({"date": "2026-03-14", "dry_run": true, "typeset": true}),
            json!({"from": "2026-01-01"}),
            json!({"to": "2026-01-01"}),
            json!({"from": "2026-02-01", "to": "2026-01-01"}),
            json!({"from": "2024-01-01", "to": "2026-01-01"}),
            json!({"date": "2026-02-30"}),
            json!({"date": "14.03.2026"}),
            json!({"datum": "2026-03-14"}),
            json!({"date": "2026-03-14", "from": "2026-01-01", "to": "2026-01-02"}),
            json!([]),
        ] {
            let error = Trigger::decode(wrong.clone()).unwrap_err().to_string();
            assert!(error.contains("send {}"), "{wrong}: {error}");
        }
    }
}
