//! What a run leaves behind: counts, one line per decision, and what people are told by a message.
//!
//! Days, mails and messages are counted as fetched. A day that was stored counts as created, a mail that was taken as
//! updated; everything else is skipped or failed, with its reason.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::next::Next;
use platform::report::{RunReport, Status};

use crate::due::DayRow;
use crate::failure::NightError;
use crate::ledger::{Entry, State};
use crate::post::Posted;

/// What became of a message about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was news.
    News,
    /// It was known.
    Known,
    /// About something else.
    Other,
    /// It can never be understood.
    Poison,
    /// The state table gave no answer.
    NotNoted,
    /// Neither time nor a state table was left.
    NotTried,
}

impl Told {
    /// Whether its message is given back to the queue.
    pub(crate) fn comes_again(self) -> bool {
        matches!(self, Self::Poison | Self::NotNoted | Self::NotTried)
    }
}

/// Counts a message about a mail.
pub(crate) fn count_told(report: &mut RunReport, told: Told) {
    report.fetched += 1;
    match told {
        Told::News => report.created += 1,
        Told::Known => report.count_skip("known_event"),
        Told::Other => report.count_skip("other_event"),
        Told::Poison => report.count_fail("poison"),
        Told::NotNoted => report.count_fail("state"),
        Told::NotTried => report.count_fail("not_tried"),
    }
    if told.comes_again() && report.status == Status::Done {
        report.end(Status::Partial, "some messages were given back to their queue");
    }
}

/// Nothing is due about a day for now.
pub(crate) fn count_wait(report: &mut RunReport, day: Date, until: Timestamp) {
    report.fetched += 1;
    report.count_skip("nothing_due");
    report.decide(format!("{day}: nothing to do before {until}"));
}

/// A day was read, worked out and stored.
pub(crate) fn count_prepared(report: &mut RunReport, subject: &str, row: &DayRow, read_again: usize) {
    report.fetched += 1;
    report.created += 1;
    let whole = if row.is_complete { "" } else { "; some of it could not be read, and is tried again" };
    let line = format!("prepared \"{subject}\", earlier days read: {read_again}{whole}");
    tracing::info!("{line}");
    report.decide(line);
}

/// A day's text, page and PDF were made again.
pub(crate) fn count_typeset(report: &mut RunReport, day: Date, has_pdf: bool) {
    report.fetched += 1;
    report.created += 1;
    let made = if has_pdf { "text, page and PDF" } else { "text and page" };
    report.decide(format!("{day}: {made} were made again from the archived report"));
    if !has_pdf {
        report.end(Status::Partial, "the PDF could not be made; the warnings say why");
    }
}

/// A mail was handed over, or not.
pub(crate) fn count_posted(report: &mut RunReport, day: Date, list: &str, posted: &Posted) {
    report.fetched += 1;
    let reason = posted.reason.as_deref().unwrap_or_default();
    let line = match posted.state {
        State::Sent => {
            report.updated += 1;
            format!("{day}: mailed to {list}")
        }
        State::Sending => {
            report.count_fail("mail_unknown");
            format!(
                "{day}: nobody knows whether the mail to {list} was taken; what the mail service tells is waited for"
            )
        }
        _ => {
            report.count_fail(reason);
            format!("{day}: the mail to {list} was not taken ({reason}); it is tried again in an hour")
        }
    };
    if posted.state != State::Sent && report.status != Status::Failed {
        report.end(if posted.stops { Status::Failed } else { Status::Partial }, line.clone());
    }
    report.decide(line);
}

/// A mail is held or given up: people have to know this line.
pub(crate) fn count_ended(report: &mut RunReport, day: Date, list: &str, entry: &Entry, is_prepared: bool) -> String {
    report.fetched += 1;
    report.count_fail(entry.state.as_str());
    let reason = match entry.reason.as_deref() {
        Some(reason) => reason,
        None if entry.attempts > 0 => "nobody knows whether it was taken",
        None if is_prepared => "it was never handed over",
        None => "it was never prepared",
    };
    let line = match entry.state {
        State::Held => format!(
            "{day}: nobody knows whether the mail to {list} arrived, and on_unknown is \"hold\": ask its readers, and send \
             it with {{\"date\":\"{day}\",\"resend\":true}}"
        ),
        _ => format!(
            "{day}: the mail to {list} was given up when its day ended ({reason}); send it with \
             {{\"date\":\"{day}\",\"resend\":true}}"
        ),
    };
    tracing::error!(%day, list, "{line}");
    if report.status == Status::Done {
        report.end(Status::Partial, line.clone());
    }
    report.decide(line.clone());
    line
}

/// Something new was heard about a mail; the line that people have to know, if it is bad.
pub(crate) fn count_heard(report: &mut RunReport, day: Date, list: &str, now_known: &Entry) -> Option<String> {
    report.fetched += 1;
    report.count_skip("heard");
    let reason = now_known.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let line = format!("{day}: the mail to {list} is {}{reason}", now_known.state);
    report.decide(line.clone());
    if now_known.state != State::Bounced {
        tracing::info!(%day, list, "{line}");
        return None;
    }
    tracing::warn!(%day, list, "{line}");
    report.warn(line.clone());
    Some(format!("{line}: correct the addresses of that list"))
}

/// A day could not be prepared, or its mail not be made.
pub(crate) fn count_failure(report: &mut RunReport, day: Date, error: &NightError) {
    report.fetched += 1;
    report.count_fail(error.name());
    let stops = error.next() == Next::StopAndAlert;
    let line = format!("{day}: {error}");
    if report.status != Status::Failed {
        report.end(if stops { Status::Failed } else { Status::Partial }, line.clone());
    }
    match stops {
        true => tracing::error!(%day, "{line}"),
        false => tracing::warn!(%day, "{line}"),
    }
    report.decide(line);
}

/// A day that the archive has.
pub(crate) fn count_known(report: &mut RunReport) {
    report.fetched += 1;
    report.count_skip("archived");
}

/// A day that the archive got.
pub(crate) fn count_filled(report: &mut RunReport) {
    report.fetched += 1;
    report.created += 1;
}

/// A report that is only looked at.
pub(crate) fn count_dry_run(report: &mut RunReport, subject: &str) {
    report.fetched += 1;
    report.count_skip("dry_run");
    report.decide(subject);
}
