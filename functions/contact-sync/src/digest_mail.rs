//! Mails to the people who look after the sync: one a day about what happened, and what a shadow run would do.
//!
//! The daily mail goes out with the first run after its hour, once: its row says `sending` before the mail service hears of
//! it ([`notice`](crate::notice)). A mail that cannot be made or handed over is a log line and never fails the run, whose
//! work is done by then.

pub mod content;
pub mod page;
mod postbox;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::aside::Kind;
use platform::deadline::Deadline;
use platform::lock::Held;
use platform::mail::{Attachment, Mail, MailError};
use platform::next::Next;
use platform::report::RunReport;
use serde_json::{Value, json};

use crate::NAME;
use crate::config::Effect;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::health::{RUNS, health};
use crate::notice::{Due, Notice, State};
use crate::shadow_csv::ShadowCsv;
use content::Digest;
use page::Page;
use postbox::HAND_OVER;
pub(crate) use postbox::{Postbox, zone};

/// The daily mail's row.
const DIGEST: &str = "digest";
/// More runs than count for health are read, since those that did nothing are left out.
const RUNS_READ: usize = 3 * RUNS;

impl ContactSync {
    /// Mails what happened since the last mail, if the day's hour has come and it is not out yet.
    pub(crate) async fn digest_if_due(&self, held: &Held, report: &mut RunReport, deadline: Deadline) {
        let Some(postbox) = &self.postbox else { return };
        if deadline.is_closing() {
            return; // The next run does it.
        }
        if let Err(error) = self.mail_digest(postbox, held, report, deadline).await {
            tracing::error!(%error, "the daily mail could not be prepared; the next run tries again");
        }
    }

    async fn mail_digest(
        &self,
        postbox: &Postbox,
        held: &Held,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), JobError> {
        let last = self.notices.read::<Notice>(DIGEST).await?;
        let now = self.platform.clock.now();
        let Some(due) = postbox.hour.due(last.as_ref(), now) else { return Ok(()) };
        // This run is not in the history yet: the next mail tells of it.
        let to = report.started_at;
        let digest = self.digest(due.from, to, due.doubt).await?;
        if !digest.is_wanted(self.config.notify) {
            return Ok(self.notices.put(DIGEST, &due.entry(State::Quiet, to, now), held.fence()).await?);
        }
        let mail = self.digest_mail(postbox, &digest, &format!("{NAME}/{}", due.day));
        held.renew().await?;
        let sending = due.entry(State::Sending, to, now);
        self.notices.put(DIGEST, &sending, held.fence()).await?;
        let handed_over = match held.guard().covers(HAND_OVER) {
            true => postbox.mailer.send(&mail, deadline).await.map(drop),
            false => Err(MailError::Busy { service: "the mailer", reason: "the lease is too short".to_owned() }),
        };
        let entry = self.settled(&due, &sending, handed_over, report);
        Ok(self.notices.put(DIGEST, &entry, held.fence()).await?)
    }

    /// The row after the mail was handed over, and what the run's result says of it.
    fn settled(
        &self,
        due: &Due,
        sending: &Notice,
        handed_over: Result<(), MailError>,
        report: &mut RunReport,
    ) -> Notice {
        let now = self.platform.clock.now();
        match handed_over {
            Ok(()) => {
                tracing::info!(day = %due.day, "the daily mail was taken");
                sending.after(State::Sent, None, now)
            }
            Err(error) if error.next() == Next::ReadBack => {
                tracing::warn!(day = %due.day, %error, "nobody knows whether the daily mail was taken");
                report.warn("nobody knows whether the daily mail was taken; the next day's tells the same and says so");
                sending.after(State::Sending, Some(error.name()), now)
            }
            Err(error) => {
                tracing::error!(day = %due.day, %error, "the daily mail was not taken; it is tried again in an hour");
                report.warn(format!("the daily mail was not taken ({}); it is tried again in an hour", error.name()));
                sending.after(State::NotTaken, Some(error.name()), now)
            }
        }
    }

    async fn digest(&self, from: Timestamp, to: Timestamp, doubt: Option<Date>) -> Result<Digest, JobError> {
        let runs = self.platform.history.since(NAME, from).await?;
        let latest = self.platform.history.latest(NAME, RUNS_READ).await?;
        Ok(Digest {
            health: health(&latest),
            quarantine: self.waiting(Kind::Quarantine).await?,
            review: self.waiting(Kind::Review).await?,
            doubt,
            is_shadow: self.config.mode == Effect::Shadow,
            ..Digest::of(&runs, from, to)
        })
    }

    fn digest_mail(&self, postbox: &Postbox, digest: &Digest, key: &str) -> Mail {
        let page = Page::of_digest(digest, &self.zone);
        postbox.mail(page::subject(digest, self.stage), &page, key)
    }

    /// The daily mail as it would be now, mailed to whoever gets it. The day's own goes out all the same.
    pub(crate) async fn digest_now(&self, run_id: &str, deadline: Deadline) -> Result<Value, JobError> {
        let now = self.platform.clock.now();
        let last = self.notices.read::<Notice>(DIGEST).await?;
        let from = last.map_or_else(|| crate::notice::first_from(now), |last| last.to);
        let digest = self.digest(from, now, None).await?;
        let mut text: Vec<String> = Page::of_digest(&digest, &self.zone).text().lines().map(str::to_owned).collect();
        let mailed = match &self.postbox {
            None => {
                text.push("Nobody was mailed: notify_to is empty.".to_owned());
                "nobody"
            }
            Some(postbox) => {
                let mail = self.digest_mail(postbox, &digest, &format!("{NAME}/by-hand/{run_id}"));
                match postbox.mailer.send(&mail, deadline).await {
                    Ok(_) => "yes",
                    Err(error) => {
                        text.push(format!("The mail was not taken: {error}."));
                        "no"
                    }
                }
            }
        };
        Ok(json!({ "digest": mailed, "text": text }))
    }

    /// Mails what a shadow run would have done, if it is anything. Whether that is settled: the mail was taken, or there
    /// is nothing or nobody to tell.
    pub(crate) async fn mail_shadow(&self, csv: &ShadowCsv, report: &mut RunReport, deadline: Deadline) -> bool {
        if csv.is_empty() {
            return true;
        }
        let Some(postbox) = &self.postbox else {
            report.warn("a shadow run tells nobody what it would do: set notify_to");
            return true;
        };
        let page = Page::of_shadow(csv, &report.run_id);
        let count: u64 = csv.counts().values().sum();
        let subject = format!("{NAME} {}: shadow, {count} contacts", self.stage);
        let list = Attachment {
            name: format!("contact-sync-shadow-{}.csv", report.run_id),
            content_type: "text/csv".to_owned(),
            bytes: csv.file(),
        };
        let mail = Mail {
            attachments: vec![list],
            ..postbox.mail(subject, &page, &format!("{NAME}/shadow/{}", report.run_id))
        };
        let taken = postbox.mailer.send(&mail, deadline).await;
        match &taken {
            Ok(_) => tracing::info!(contacts = count, "mailed what a live run would do"),
            Err(error) => {
                tracing::error!(%error, "the mail about a shadow run was not taken; the next run lists the same again");
                report.warn(format!(
                    "the mail about this shadow run was not taken ({}); the next run lists the same again",
                    error.name()
                ));
            }
        }
        taken.is_ok()
    }
}
