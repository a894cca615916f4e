//! Why a vendor call failed, told apart by what the caller does next.
//!
//! No text of a vendor ever enters an error: vendors quote the refused value, and that value may be a person's number.
//! What is kept is the operation, the machine-readable code, the field's name, the permission's name and the
//! vendor's correlation id.

use std::fmt;
use std::time::Duration;

use crate::next::Next;

/// One failed vendor call.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{vendor} {operation}: {failure}{}", Correlation(.correlation_id.as_deref()))]
pub struct CallError {
    /// `genesys` or `salesforce`.
    pub vendor: &'static str,
    /// What was asked, in a few words: `enrich contacts`.
    pub operation: &'static str,
    /// The vendor's own id of the request, for a support case.
    pub correlation_id: Option<String>,
    /// Whether the request went out at least once. The breaker, the budget, the lease, the time that is left or a login
    /// without an answer may have held it back: then the vendor has said nothing about it.
    pub was_sent: bool,
    /// What happened.
    pub failure: Failure,
}

/// What happened to a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// 429, 503 or a refused connection: nothing was written.
    #[error("busy; repeat after {} s", retry_after.as_secs())]
    Busy {
        /// How long to leave the vendor alone.
        retry_after: Duration,
    },
    /// Time-out, reset, 500, 502 or 504 after sending: it may have been done.
    #[error("no answer; it may have been done, so the state is read back")]
    NoAnswer,
    /// 409: somebody else changed or made it.
    #[error("conflict ({code}); read again and plan anew")]
    Conflict {
        /// The vendor's code.
        code: String,
    },
    /// 404: what was addressed does not exist.
    #[error("not found ({code})")]
    NotFound {
        /// The vendor's code.
        code: String,
    },
    /// 400 or 422: this record is refused until it changes.
    #[error("refused ({code}{}); correct the record", Named(.field.as_deref()))]
    Rejected {
        /// The vendor's code.
        code: String,
        /// The refused field, where the vendor names it.
        field: Option<String>,
    },
    /// 401, also after a fresh token.
    #[error("not authenticated ({code}); check the client id and secret, store them again with `make secrets STAGE=…`")]
    Unauthorized {
        /// The vendor's code.
        code: String,
    },
    /// 403: the role behind the client lacks a permission.
    #[error("not permitted ({code}); grant {} to the client's role", .permission.as_deref().unwrap_or("the missing permission"))]
    Forbidden {
        /// The vendor's code.
        code: String,
        /// The permission that is missing, where the vendor names it.
        permission: Option<String>,
    },
    /// The share of the vendor's request budget is used up.
    #[error("the request budget is used up ({used} of {allowed}); background work waits for it to renew")]
    Budget {
        /// Requests used.
        used: u64,
        /// Requests allowed.
        allowed: u64,
    },
    /// Too little time is left in this invocation, or in the lease, to start the call.
    #[error("too little time left to start")]
    OutOfTime,
    /// A setting or secret is wrong.
    #[error("{0}")]
    Misconfigured(String),
    /// An answer outside everything documented.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
}

impl CallError {
    /// What to do next.
    pub fn next(&self) -> Next {
        self.failure.next()
    }

    /// A word for counting this failure.
    pub fn reason(&self) -> &'static str {
        self.failure.reason()
    }
}

impl Failure {
    /// The one place where a failed call becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Failure::Busy { retry_after } => Next::RetryAfter(*retry_after),
            Failure::NoAnswer => Next::ReadBack,
            Failure::Conflict { .. } | Failure::NotFound { .. } | Failure::OutOfTime => Next::PlanAgain,
            Failure::Rejected { .. } => Next::Quarantine,
            Failure::Unauthorized { .. }
            | Failure::Forbidden { .. }
            | Failure::Budget { .. }
            | Failure::Misconfigured(_)
            | Failure::Unexpected(_) => Next::StopAndAlert,
        }
    }

    /// A word for counting this failure: stable, without personal data.
    pub fn reason(&self) -> &'static str {
        match self {
            Failure::Busy { .. } => "busy",
            Failure::NoAnswer => "no_answer",
            Failure::Conflict { .. } => "conflict",
            Failure::NotFound { .. } => "not_found",
            Failure::Rejected { .. } => "rejected",
            Failure::Unauthorized { .. } => "unauthorized",
            Failure::Forbidden { .. } => "forbidden",
            Failure::Budget { .. } => "budget",
            Failure::OutOfTime => "out_of_time",
            Failure::Misconfigured(_) => "misconfigured",
            Failure::Unexpected(_) => "unexpected",
        }
    }
}

/// A vendor's code made safe to print: letters, digits, dot, dash and underscore, at most 80 of them.
pub fn safe_code(code: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let plain = !code.is_empty() && code.len() <= 80 && code.chars().all(is_plain);
    if plain { code.to_owned() } else { "unreadable".to_owned() }
}

struct Correlation<'a>(Option<&'a str>);

impl fmt::Display for Correlation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |id| write!(f, " [correlation id {id}]"))
    }
}

struct Named<'a>(Option<&'a str>);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |field| write!(f, ", field {field}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_operation_field_and_correlation_id() {
        let error = CallError {
            vendor: "genesys",
            operation: "add contacts",
            correlation_id: Some("c-1".to_owned()),
            was_sent: true,
            failure: Failure::Rejected { code: "validation.failed".to_owned(), field: Some("workEmail".to_owned()) },
        };
        assert_eq!(
            error.to_string(),
            "genesys add contacts: refused (validation.failed, field workEmail); correct the record [correlation id c-1]"
        );
    }

    #[test]
    fn a_vendors_code_never_carries_free_text() {
        assert_eq!(safe_code("validation.failed"), "validation.failed");
        assert_eq!(safe_code("bad value ana@example.com"), "unreadable");
        assert_eq!(safe_code(""), "unreadable");
    }
}
