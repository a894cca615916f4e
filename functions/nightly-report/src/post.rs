//! Hands a day's mail over, once.
//!
//! The ledger says `sending` before the mail service hears of the mail, and what came of it afterwards; both under the
//! fence. Whoever comes later finds what was intended, and asks what became of it before anything is handed over again.
//! What takes its time, the PDF above all, is made before that.

use std::time::Duration;

use jiff::civil::Date;
use platform::lock::Held;
use platform::mail::Mail;
use platform::next::Next;

use crate::connect::NightlyReport;
use crate::failure::NightError;
use crate::ledger::{Entry, Outcome, State};
use crate::night::{LAST_TRY_MAX, Shift};
use crate::render;
use crate::report::Report;
use crate::settings::List;
use crate::store::pages;

/// The longest that handing over may take; the lock must outlive it.
const HAND_OVER: Duration = Duration::from_secs(35);

/// How a mail ended for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) state: State,
    /// Why it was not taken, in a word.
    pub(crate) reason: Option<String>,
    /// Whether a person has to do something before it can be.
    pub(crate) stops: bool,
}

impl NightlyReport {
    /// Hands the mail about `day` to `list` over, as `entry` stands.
    ///
    /// # Errors
    /// [`NightError`]: nothing was handed over, or the ledger could not be written after it. Then it says `sending`.
    pub(crate) async fn post(
        &self,
        day: Date,
        list: &List,
        entry: &Entry,
        shift: &mut Shift<'_>,
    ) -> Result<Posted, NightError> {
        let report = self.report_to_mail(day, shift).await?;
        let language = list.edition.language;
        let enclosure = self.enclose(&report, list, entry, shift).await?;
        let pages = pages(&report, language, &enclosure.notes)?;
        let mail = Mail {
            from: list.from.as_str().to_owned(),
            to: list.to.iter().map(|address| address.as_str().to_owned()).collect(),
            subject: render::subject(&report, language, entry.may_have_arrived),
            text: pages.text,
            html: pages.html,
            attachments: enclosure.attachments,
            key: entry.key(day, &list.name),
        };
        let held = shift.held;
        held.renew().await?;
        let sending = entry.sending(self.platform.clock.now());
        self.write_entry(day, &list.name, &sending, held).await?;
        if !held.guard().covers(HAND_OVER) {
            return self.settle(day, list, &sending, &Outcome::NotTaken("lease".to_owned()), false, held).await;
        }
        match self.mailer.send(&mail, shift.deadline).await {
            Ok(sent) => {
                tracing::info!(%day, list = list.name, message_id = sent.message_id, "the mail was taken");
                self.settle(day, list, &sending, &Outcome::Taken, false, held).await
            }
            Err(error) => {
                tracing::warn!(%day, list = list.name, %error, "the mail was not taken, or nobody knows");
                let outcome = match error.next() {
                    Next::ReadBack => Outcome::Unknown,
                    _ => Outcome::NotTaken(error.name().to_owned()),
                };
                self.settle(day, list, &sending, &outcome, error.next() == Next::StopAndAlert, held).await
            }
        }
    }

    /// The archived report. A day whose report is lost, damaged or in the form of another release is worked out once more:
    /// its mail does not wait for a person. This leaves time for the PDF and the mail.
    async fn report_to_mail(&self, day: Date, shift: &mut Shift<'_>) -> Result<Report, NightError> {
        match self.archived_report(day).await {
            Err(error @ (NightError::NoReport { .. } | NightError::Report { .. })) => {
                tracing::warn!(%day, %error, "the archived report cannot be mailed; the day is read again");
                shift.report.warn(format!("{error}; this run does so by itself, to mail it"));
                let until = shift.deadline.leaving(self.time_for_a_pdf()).within(LAST_TRY_MAX);
                self.prepare(day, true, until, shift).await?;
                self.archived_report(day).await
            }
            archived => archived,
        }
    }

    async fn settle(
        &self,
        day: Date,
        list: &List,
        sending: &Entry,
        outcome: &Outcome,
        stops: bool,
        held: &Held,
    ) -> Result<Posted, NightError> {
        let entry = sending.after_send(outcome, self.platform.clock.now());
        self.write_entry(day, &list.name, &entry, held).await?;
        Ok(Posted { state: entry.state, reason: entry.reason, stops })
    }

    pub(crate) async fn write_entry(
        &self,
        day: Date,
        list: &str,
        entry: &Entry,
        held: &Held,
    ) -> Result<(), NightError> {
        Ok(self.ledger.put(&[(format!("{day}#{list}"), entry)], held.fence()).await?)
    }
}
