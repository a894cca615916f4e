//! The audit stream: which run did what to which record, which fields, and why. Never a value.
//!
//! One log stream a run in the audit log group, which keeps it for two years. Lines are collected while the run works
//! and written before its watermark moves; if that fails, the run fails. Written twice after a lost answer does no harm.
//! The same group answers what was done to one record ([`Audit::about`]).

use std::borrow::Cow;

use aws_sdk_cloudwatchlogs::operation::create_log_stream::CreateLogStreamError;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws;
use crate::clock::Clock;
use crate::deadline::Deadline;
use crate::next::Next;

/// `PutLogEvents`: most events in a request.
const EVENTS_MAX: usize = 10_000;
/// `PutLogEvents`: most bytes in a request, 1 MiB, each event counting 26 bytes more than its text.
const BYTES_MAX: usize = 1_048_576;
const EVENT_OVERHEAD_BYTES: usize = 26;
/// `FilterLogEvents` goes through the streams piece by piece, and most pieces of two years hold nothing about one record;
/// five requests a second are allowed. A person waits for the answer: 20 seconds.
const PAGES_MAX: usize = 100;

/// The audit log group, as one function writes to it.
#[derive(Clone, Debug)]
pub struct Audit {
    client: aws_sdk_cloudwatchlogs::Client,
    group: String,
    function: &'static str,
    clock: Clock,
}

/// One thing done to one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// The id of the record, never a name.
    pub subject: String,
    /// What was done: `create`, `update`, `review`.
    pub action: &'static str,
    /// Names of the fields concerned.
    pub fields: Vec<String>,
    /// Why, in a word or a short sentence.
    pub why: Cow<'static, str>,
}

/// One line as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WrittenLine {
    /// When.
    pub at: Timestamp,
    /// By which run.
    pub run_id: String,
    /// The id of the record.
    pub subject: String,
    /// What was done.
    pub action: String,
    /// Names of the fields concerned.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Why.
    #[serde(default)]
    pub why: String,
}

/// What was done to one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// The lines, oldest first.
    pub lines: Vec<WrittenLine>,
    /// Whether the group was read to its end. If not, younger lines may be missing.
    pub is_whole: bool,
}

/// The audit lines of one run that are not written yet.
#[derive(Debug)]
pub struct AuditStream {
    audit: Audit,
    run_id: String,
    opened: bool,
    pending: Vec<String>,
}

/// Why audit lines could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The role may not write there.
    #[error("audit log group {group}: not permitted; allow logs:CreateLogStream and logs:PutLogEvents on it")]
    Denied {
        /// The group.
        group: String,
    },
    /// The group does not exist.
    #[error("audit log group {group} does not exist; deploy the stack again or correct AUDIT_LOG_GROUP")]
    NoGroup {
        /// The group.
        group: String,
    },
    /// It could not be searched.
    #[error("audit log group {group} could not be read ({code}); allow logs:FilterLogEvents on it, or try again")]
    Unreadable {
        /// The group.
        group: String,
        /// The service's code.
        code: String,
    },
    /// Refused or unanswered.
    #[error("audit log group {group}: not written ({code}); the next run writes its lines again")]
    Unavailable {
        /// The group.
        group: String,
        /// The service's code.
        code: String,
    },
}

impl AuditError {
    /// The one place where a failed audit write becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Denied { .. } | Self::NoGroup { .. } => Next::StopAndAlert,
            Self::Unreadable { .. } | Self::Unavailable { .. } => Next::RetryAfter(crate::retry::RETRY_AFTER_DEFAULT),
        }
    }
}

impl Audit {
    /// The audit log group `group`, written by `function`.
    pub fn new(client: aws_sdk_cloudwatchlogs::Client, group: String, function: &'static str, clock: Clock) -> Self {
        Self { client, group, function, clock }
    }

    /// The stream of one run. Nothing is sent before the first [`AuditStream::flush`] with lines in it.
    pub fn open(&self, run_id: &str) -> AuditStream {
        AuditStream { audit: self.clone(), run_id: run_id.to_owned(), opened: false, pending: Vec::new() }
    }

    /// What this function has done to the record `subject`, oldest first. A line that was written twice comes once.
    ///
    /// # Errors
    /// [`AuditError::Unreadable`].
    pub async fn about(&self, subject: &str, deadline: Deadline) -> Result<Trail, AuditError> {
        let mut trail = Trail::default();
        let mut next = None;
        for _ in 0..PAGES_MAX {
            let request = self
                .client
                .filter_log_events()
                .log_group_name(&self.group)
                .log_stream_name_prefix(format!("{}/", self.function))
                .filter_pattern(format!("\"{subject}\""))
                .set_next_token(next);
            let page = request.send().await.map_err(|error| self.unreadable(aws::code(&error)))?;
            let lines = page.events.unwrap_or_default().into_iter().filter_map(|event| event.message);
            let about = lines.filter_map(|line| serde_json::from_str::<WrittenLine>(&line).ok());
            trail.lines.extend(about.filter(|line| line.subject == subject));
            next = page.next_token;
            trail.is_whole = next.is_none();
            if trail.is_whole || deadline.is_closing() {
                break;
            }
        }
        trail
            .lines
            .sort_by(|one, other| (one.at, &one.run_id, &one.action).cmp(&(other.at, &other.run_id, &other.action)));
        trail.lines.dedup();
        Ok(trail)
    }

    fn unreadable(&self, code: &str) -> AuditError {
        AuditError::Unreadable { group: self.group.clone(), code: code.to_owned() }
    }
}

impl AuditStream {
    /// Notes one line for the next flush.
    pub fn line(&mut self, line: &AuditLine) {
        #[derive(Serialize)]
        struct Written<'a> {
            at: String,
            function: &'a str,
            run_id: &'a str,
            #[serde(flatten)]
            line: &'a AuditLine,
        }
        let at = format!("{:.3}", self.audit.clock.now());
        let written = Written { at, function: self.audit.function, run_id: &self.run_id, line };
        // Serialising our own structs cannot fail: string keys only, no fallible Serialize.
        self.pending.push(serde_json::to_string(&written).unwrap_or_default());
    }

    /// Writes every noted line. Lines stay noted until they are written, so a failed flush may be repeated.
    ///
    /// # Errors
    /// [`AuditError`]; then the run must fail, because what it did would go unrecorded.
    pub async fn flush(&mut self) -> Result<(), AuditError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.create_stream().await?;
        while !self.pending.is_empty() {
            let count = chunk_len(&self.pending);
            self.put(&self.pending[..count]).await?;
            self.pending.drain(..count);
        }
        Ok(())
    }

    fn stream_name(&self) -> String {
        format!("{}/{}", self.audit.function, self.run_id)
    }

    async fn create_stream(&mut self) -> Result<(), AuditError> {
        if self.opened {
            return Ok(());
        }
        let request =
            self.audit.client.create_log_stream().log_group_name(&self.audit.group).log_stream_name(self.stream_name());
        if let Err(error) = request.send().await {
            let ours_already =
                error.as_service_error().is_some_and(CreateLogStreamError::is_resource_already_exists_exception);
            if !ours_already {
                return Err(self.failure(aws::code(&error)));
            }
        }
        self.opened = true;
        Ok(())
    }

    async fn put(&self, lines: &[String]) -> Result<(), AuditError> {
        // The service judges these times by its own clock and drops what is hours ahead; the line carries ours.
        let received = Clock::system().now_ms();
        let event = |line: &String| InputLogEvent::builder().timestamp(received).message(line).build();
        let events =
            lines.iter().map(event).collect::<Result<Vec<_>, _>>().map_err(|_| self.failure("request_not_built"))?;
        let request =
            self.audit.client.put_log_events().log_group_name(&self.audit.group).log_stream_name(self.stream_name());
        let answer =
            request.set_log_events(Some(events)).send().await.map_err(|error| self.failure(aws::code(&error)))?;
        match answer.rejected_log_events_info() {
            // 200 with a partial failure inside: the machine's clock is wrong by hours.
            Some(_) => Err(self.failure("events_rejected")),
            None => Ok(()),
        }
    }

    fn failure(&self, code: &str) -> AuditError {
        let group = self.audit.group.clone();
        match code {
            "ResourceNotFoundException" => AuditError::NoGroup { group },
            code if aws::is_denied(code) => AuditError::Denied { group },
            code => AuditError::Unavailable { group, code: code.to_owned() },
        }
    }
}

/// How many of the first lines fit one request; at least one.
fn chunk_len(lines: &[String]) -> usize {
    let mut bytes = 0;
    let fitting = lines.iter().take(EVENTS_MAX).take_while(|line| {
        bytes += line.len() + EVENT_OVERHEAD_BYTES;
        bytes <= BYTES_MAX
    });
    fitting.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_stays_within_ten_thousand_events_and_one_mebibyte() {
        assert_eq!(chunk_len(&vec![String::new(); 10_001]), 10_000);
        assert_eq!(chunk_len(&vec!["x".repeat(1_000); 5_000]), 1_048_576 / 1_026);
        assert_eq!(chunk_len(&["x".repeat(2_000_000)]), 1);
    }
}
