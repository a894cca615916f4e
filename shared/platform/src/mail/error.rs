//! Why a mail was not sent for certain, told apart by what the caller does next.

use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;
use crate::secret::SecretError;

/// Why a mail was not sent for certain. No address, no text of the service: it may repeat what was sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The service puts us off, or was not reached: nothing was sent.
    #[error("{service} takes no mail now ({reason}); nothing was sent, the next run tries again")]
    Busy {
        /// Who.
        service: &'static str,
        /// A code or a word.
        reason: String,
    },
    /// No answer came: the mail may have been sent.
    #[error("{service} did not answer ({reason}); the mail may have been sent, so look for its events first")]
    NoAnswer {
        /// Who.
        service: &'static str,
        /// A code or a word.
        reason: String,
    },
    /// This mail is refused. Another one may be taken.
    #[error("{service} refused the mail ({code}); check sender, recipients and attachments, and look the code up")]
    Refused {
        /// Who.
        service: &'static str,
        /// The service's code.
        code: String,
    },
    /// We may not send. No mail can fare better.
    #[error("{service} does not let us send ({code}); {remedy}")]
    Denied {
        /// Who.
        service: &'static str,
        /// The service's code.
        code: String,
        /// What to allow, or to correct.
        remedy: &'static str,
    },
    /// The mail or the way to the service is set up in a way that cannot work.
    #[error("a mail cannot be sent: {what}")]
    Misconfigured {
        /// What is wrong and what to do, without the value.
        what: String,
    },
    /// The mail server's secret could not be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl MailError {
    /// The one place where a failed send becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Busy { .. } => Next::RetryAfter(RETRY_AFTER_DEFAULT),
            Self::NoAnswer { .. } => Next::ReadBack,
            Self::Refused { .. } => Next::Quarantine,
            Self::Denied { .. } | Self::Misconfigured { .. } => Next::StopAndAlert,
            Self::Secret(error) => error.next(),
        }
    }

    /// The reason in a word, for counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "mail_busy",
            Self::NoAnswer { .. } => "mail_no_answer",
            Self::Refused { .. } => "mail_refused",
            Self::Denied { .. } => "mail_denied",
            Self::Misconfigured { .. } => "mail_misconfigured",
            Self::Secret(_) => "mail_secret",
        }
    }

    pub(super) fn busy(service: &'static str, reason: impl Into<String>) -> Self {
        Self::Busy { service, reason: reason.into() }
    }

    pub(super) fn no_answer(service: &'static str, reason: impl Into<String>) -> Self {
        Self::NoAnswer { service, reason: reason.into() }
    }

    pub(super) fn refused(service: &'static str, code: impl Into<String>) -> Self {
        Self::Refused { service, code: code.into() }
    }

    pub(super) fn misconfigured(what: impl Into<String>) -> Self {
        Self::Misconfigured { what: what.into() }
    }
}
