//! What an invocation asks for.
//!
//! The schedule sends `{}` and once a week `{"mode":"full"}`, SQS sends [messages](crate::message). A person sends
//! `{"dry_run":true}`, `{"since":"…"}` or `{"limit":100}`, which go together and with a mode; a list of ids; the id of a
//! plan that was braked; or one of the questions and answers in [`ByHand`]. A schedule whose input was left at
//! EventBridge Scheduler's default sends an envelope with the input as text in `detail`; that means the same as its
//! content.

use std::fmt;

use aws_lambda_events::event::sqs::SqsEvent;
use identity::SalesforceId;
use platform::wishes::wishes;
use serde::Deserialize;
use serde_json::Value;

/// Most ids in one list.
const IDS_MAX: usize = 2_000;

/// One invocation's wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// A run over the contacts of a mode.
    Pass(Pass),
    /// A run over these contacts.
    Ids {
        /// The contacts.
        ids: Vec<SalesforceId>,
        /// Plan and report, write nothing.
        dry_run: bool,
    },
    /// The plan with this id, or the map change of this version, is what somebody wants.
    Approve(String),
    /// What a person asks or answers.
    ByHand(ByHand),
    /// Messages of the queue.
    Batch(SqsEvent),
}

/// A run over the contacts of a mode.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pass {
    /// Which contacts.
    pub mode: Mode,
    /// Plan and report, write nothing.
    pub dry_run: bool,
    /// Read from here instead of from the watermark. The watermark never moves backwards.
    pub since: Option<jiff::Timestamp>,
    /// Take at most this many changed contacts, oldest first: a pilot.
    pub limit: Option<usize>,
}

/// Which contacts a run looks at, and what for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// What changed since the watermark.
    #[default]
    Changes,
    /// Both sides from end to end.
    Full,
    /// New contacts, by an import that Genesys makes of a file.
    Import,
}

/// What a person asks or answers.
#[derive(Clone, Debug, PartialEq)]
pub enum ByHand {
    /// A list, or the state of health.
    Show(Listing),
    /// A contact is taken out of quarantine.
    Release(SalesforceId),
    /// A contact in review is this one.
    Decide {
        /// The contact.
        id: SalesforceId,
        /// Who it is.
        choice: Choice,
    },
    /// Everything that was decided about a contact.
    Explain(Asked),
    /// The daily mail, now.
    Digest,
}

/// What can be shown.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// Contacts that Genesys refuses.
    Quarantine,
    /// Contacts about which a person has to decide.
    Review,
    /// How the last runs went.
    Health,
}

/// A person's decision about a contact in review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is this Genesys contact.
    Candidate(String),
    /// It is none of them: a new contact.
    New,
}

/// By what a contact is asked for: an id of either system, an e-mail address or a number. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked(String);

/// An event that is none of the documented forms. Says nothing of values, which may be personal.
#[derive(Debug, thiserror::Error)]
#[error(
    "the event was not understood ({0}); send {{}}, {{\"dry_run\":true}}, {{\"since\":\"2026-01-31T00:00:00Z\"}}, {{\"limit\":100}}, {{\"mode\":\"full\"}} or one of the forms in docs/semantics.md"
)]
pub struct TriggerFault(String);

/// The members that a person or a schedule may send.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wishes {
    mode: Option<Mode>,
    dry_run: bool,
    since: Option<jiff::Timestamp>,
    limit: Option<usize>,
    ids: Option<Vec<SalesforceId>>,
    approve: Option<String>,
    show: Option<Listing>,
    release: Option<SalesforceId>,
    decide: Option<SalesforceId>,
    candidate: Option<String>,
    explain: Option<Asked>,
    digest: bool,
}

impl Trigger {
    /// Decodes an invocation's payload.
    ///
    /// # Errors
    /// [`TriggerFault`], which says what was not understood and what is.
    pub fn decode(event: Value) -> Result<Self, TriggerFault> {
        if event.get("Records").is_some() {
            let batch = serde_json::from_value(event).map_err(|_| fault("Records are not those of an SQS batch"))?;
            return Ok(Self::Batch(batch));
        }
        let asks_for_a_person = event.to_string().contains("explain");
        let wishes: Wishes = wishes(event).map_err(|problem| match asks_for_a_person {
            true => fault("explain takes an id, an e-mail address or a number, and goes with nothing else"),
            false => TriggerFault(problem),
        })?;
        wishes.trigger()
    }
}

impl Wishes {
    fn trigger(self) -> Result<Trigger, TriggerFault> {
        if self.asks() > 1 {
            return Err(fault("these wishes do not go together"));
        }
        if self.candidate.is_some() && self.decide.is_none() {
            return Err(fault("candidate goes with decide"));
        }
        if self.mode == Some(Mode::Import) && (self.since.is_some() || self.limit.is_some()) {
            return Err(fault("an import is of all new contacts: mode import goes with dry_run only"));
        }
        if self.limit == Some(0) {
            return Err(fault("limit must be at least 1"));
        }
        let by_hand = |wish| Ok(Trigger::ByHand(wish));
        match self {
            Self { ids: Some(ids), dry_run, .. } => ids_of(ids, dry_run),
            Self { approve: Some(plan), .. } => Ok(Trigger::Approve(plan)),
            Self { show: Some(listing), .. } => by_hand(ByHand::Show(listing)),
            Self { release: Some(id), .. } => by_hand(ByHand::Release(id)),
            Self { decide: Some(id), candidate: Some(candidate), .. } => {
                by_hand(ByHand::Decide { id, choice: Choice::of(candidate)? })
            }
            Self { decide: Some(_), .. } => Err(fault("decide needs a candidate: a Genesys id, or \"new\"")),
            Self { explain: Some(asked), .. } => by_hand(ByHand::Explain(asked)),
            Self { digest: true, .. } => by_hand(ByHand::Digest),
            Self { mode, dry_run, since, limit, .. } => {
                Ok(Trigger::Pass(Pass { mode: mode.unwrap_or_default(), dry_run, since, limit }))
            }
        }
    }

    /// How many different things are asked for.
    fn asks(&self) -> usize {
        let is_pass = self.mode.is_some() || self.since.is_some() || self.limit.is_some();
        let is_only_pass_or_ids = self.dry_run && self.ids.is_none();
        [
            is_pass || is_only_pass_or_ids,
            self.ids.is_some(),
            self.approve.is_some(),
            self.show.is_some(),
            self.release.is_some(),
            self.decide.is_some(),
            self.explain.is_some(),
            self.digest,
        ]
        .into_iter()
        .filter(|asked| *asked)
        .count()
    }
}

fn ids_of(mut ids: Vec<SalesforceId>, dry_run: bool) -> Result<Trigger, TriggerFault> {
    ids.sort();
    ids.dedup();
    match ids.len() {
        0 => Err(fault("ids must name at least one contact")),
        1..=IDS_MAX => Ok(Trigger::Ids { ids, dry_run }),
        _ => Err(fault("ids may name at most 2000 contacts")),
    }
}

fn fault(problem: &str) -> TriggerFault {
    TriggerFault(problem.to_owned())
}

impl Choice {
    fn of(candidate: String) -> Result<Self, TriggerFault> {
        match candidate.as_str() {
            "new" => Ok(Self::New),
            "" => Err(fault("candidate is a Genesys id, or \"new\"")),
            _ => Ok(Self::Candidate(candidate)),
        }
    }
}

impl Asked {
    /// What was asked for, for the look-up that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Asked([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "003000000000001AAA";

    fn decode(event: Value) -> Trigger {
        Trigger::decode(event).unwrap()
    }

    fn id() -> SalesforceId {
        SalesforceId::parse(ID).unwrap()
    }

    #[test]
    fn the_schedules_empty_input_is_a_plain_run() {
        assert_eq!(decode(json!({})), Trigger::Pass(Pass::default()));
        assert_eq!(decode(Value::Null), Trigger::Pass(Pass::default()));
    }

    #[test]
    fn the_default_scheduler_envelope_means_its_detail() {
        let envelope = |detail: Value| json!({"version": "0", "id": "x", "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": detail});
        assert_eq!(decode(envelope(json!("{}"))), Trigger::Pass(Pass::default()));
        let dry = Trigger::Pass(Pass { dry_run: true, ..Pass::default() });
        assert_eq!(decode(envelope(json!("{\"dry_run\":true}"))), dry);
        assert_eq!(decode(envelope(json!({"dry_run": true}))), dry);
    }

    #[test]
    fn each_documented_form_is_understood() {
        let full = Pass { mode: Mode::Full, dry_run: true, limit: Some(7), ..Pass::default() };
        for (event, trigger) in [
            (json!({"mode": "full", "dry_run": true, "limit": 7}), Trigger::Pass(full)),
            (json!({"mode": "import"}), Trigger::Pass(Pass { mode: Mode::Import, ..Pass::default() })),
            (json!({"ids": [ID, "003000000000001"]}), Trigger::Ids { ids: vec![id()], dry_run: false }),
            (json!({"ids": [ID], "dry_run": true}), Trigger::Ids { ids: vec![id()], dry_run: true }),
            (json!({"approve": "map-7"}), Trigger::Approve("map-7".to_owned())),
            (json!({"show": "quarantine"}), Trigger::ByHand(ByHand::Show(Listing::Quarantine))),
            (json!({"release": ID}), Trigger::ByHand(ByHand::Release(id()))),
            (
                json!({"decide": ID, "candidate": "new"}),
                Trigger::ByHand(ByHand::Decide { id: id(), choice: Choice::New }),
            ),
            (json!({"explain": "+15125550142"}), Trigger::ByHand(ByHand::Explain(Asked("+15125550142".to_owned())))),
            (json!({"digest": true}), Trigger::ByHand(ByHand::Digest)),
        ] {
            assert_eq!(decode(event), trigger);
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for wrong in [
            json!({"limit": 0}),
            json!({"since": "yesterday"}),
            json!([]),
            json!({"mode": "everything"}),
            json!({"mode": "import", "limit": 5}),
            json!({"ids": []}),
            json!({"ids": ["003"]}),
            json!({"ids": [ID], "limit": 3}),
            json!({"approve": "x", "dry_run": true}),
            json!({"decide": ID}),
            json!({"candidate": "new"}),
            json!({"release": ID, "candidate": "new"}),
            json!({"explain": "a@b.example", "digest": true}),
            json!({"Records": 7}),
        ] {
            assert!(Trigger::decode(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_wish_is_refused_and_named() {
        let error = Trigger::decode(json!({"dryrun": true})).unwrap_err().to_string();
        assert!(error.contains("dryrun"), "{error}");
    }

    #[test]
    fn whom_somebody_asked_for_is_never_told() {
        for wrong in [json!({"explain": ["ana@example.com"]}), json!({"explain": "x", "ana@example.com": 1})] {
            let error = Trigger::decode(wrong).unwrap_err().to_string();
            assert!(!error.contains("ana"), "{error}");
        }
        assert!(!format!("{:?}", decode(json!({"explain": "ana@example.com"}))).contains("ana"));
    }

    #[test]
    fn every_sample_event_decodes() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/contact-sync");
        let mut seen = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let event = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let trigger = Trigger::decode(event).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            if let Trigger::Batch(batch) = trigger {
                for message in &batch.records {
                    let body = message.body.as_deref().unwrap_or_default();
                    crate::message::Message::decode(body).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                }
            }
            seen += 1;
        }
        assert!(seen >= 4, "{seen} samples");
    }
}
