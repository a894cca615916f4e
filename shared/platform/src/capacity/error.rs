//! Why a capacity could not be read or set, told apart by what the caller does next.
//!
//! Of the SDK's errors only the code is kept, as everywhere in this crate.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::aws::is_denied;
use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;

/// Why a capacity could not be read or set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapacityError {
    /// The table or one of its indexes is being changed already; nothing was done.
    #[error("{table} is being updated; it is looked at again at the next run")]
    Updating {
        /// The table.
        table: String,
    },
    /// DynamoDB's quota of decreases, or of changes at once, is used up; nothing was done.
    #[error("{table} may not be changed now, a DynamoDB quota is used up; it is looked at again at the next run")]
    Limit {
        /// The table.
        table: String,
    },
    /// The table is not as it was read: changed by somebody else meanwhile. Nothing was done.
    #[error("{operation} on {table} was refused as invalid; it is read and decided again at the next run")]
    Changed {
        /// The action.
        operation: &'static str,
        /// The table.
        table: String,
    },
    /// There is no such table, index or scalable target.
    #[error("{operation}: there is no {table}; correct its name in [table-capacity]")]
    NotFound {
        /// The action.
        operation: &'static str,
        /// The table.
        table: String,
    },
    /// The role may not do this.
    #[error("{operation} on {table} is not permitted; allow it in the function's role")]
    Denied {
        /// The action.
        operation: &'static str,
        /// The table.
        table: String,
    },
    /// The service is busy; nothing was done.
    #[error("{operation} on {table}: the service is busy ({code}); it is tried again at the next run")]
    Busy {
        /// The action.
        operation: &'static str,
        /// The table.
        table: String,
        /// The service's code.
        code: String,
    },
    /// No answer came: it may have been done.
    #[error("{operation} on {table}: no answer ({reason}); the next run reads what became of it")]
    NoAnswer {
        /// The action.
        operation: &'static str,
        /// The table.
        table: String,
        /// A word.
        reason: &'static str,
    },
    /// Refused for another reason.
    #[error("{operation} on {table} was refused ({code}); look the code up in the service's reference")]
    Refused {
        /// The action.
        operation: &'static str,
        /// The table.
        table: String,
        /// The service's code.
        code: String,
    },
}

impl CapacityError {
    /// The one place where a failure becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Updating { .. } | Self::Limit { .. } | Self::Busy { .. } => Next::RetryAfter(RETRY_AFTER_DEFAULT),
            Self::Changed { .. } => Next::PlanAgain,
            Self::NoAnswer { .. } => Next::ReadBack,
            Self::NotFound { .. } | Self::Denied { .. } | Self::Refused { .. } => Next::StopAndAlert,
        }
    }

    pub(super) fn of<E: ProvideErrorMetadata>(
        operation: &'static str,
        table: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        let table = table.to_owned();
        let no_answer = |table, reason| Self::NoAnswer { operation, table, reason };
        match error {
            SdkError::TimeoutError(_) => no_answer(table, "time-out"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => no_answer(table, "time-out"),
            SdkError::DispatchFailure(_) => no_answer(table, "connection"),
            SdkError::ResponseError(_) => no_answer(table, "unreadable answer"),
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or("unknown");
                Self::of_code(operation, table, code, service.raw().status().is_server_error())
            }
            _ => Self::Refused { operation, table, code: "not sent".to_owned() },
        }
    }

    fn of_code(operation: &'static str, table: String, code: &str, is_server_error: bool) -> Self {
        match code {
            "ResourceInUseException" => Self::Updating { table },
            "LimitExceededException" => Self::Limit { table },
            "ValidationException" => Self::Changed { operation, table },
            "ResourceNotFoundException" | "ObjectNotFoundException" => Self::NotFound { operation, table },
            code if is_denied(code) => Self::Denied { operation, table },
            "ThrottlingException" | "RequestLimitExceeded" | "ConcurrentUpdateException" => {
                Self::Busy { operation, table, code: code.to_owned() }
            }
            // 500 may have been done; 503 was not.
            _ if is_server_error => Self::NoAnswer { operation, table, reason: "server error" },
            code => Self::Refused { operation, table, code: code.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t41_what_a_table_says_while_it_changes_is_told_apart_from_a_mistake() {
        let of = |code| CapacityError::of_code("UpdateTable", "t".to_owned(), code, false).next();
        assert_eq!(of("ResourceInUseException"), Next::RetryAfter(RETRY_AFTER_DEFAULT));
        assert_eq!(of("LimitExceededException"), Next::RetryAfter(RETRY_AFTER_DEFAULT));
        assert_eq!(of("ValidationException"), Next::PlanAgain);
        assert_eq!(of("AccessDeniedException"), Next::StopAndAlert);
        let silent = CapacityError::of_code("UpdateTable", "t".to_owned(), "InternalServerError", true);
        assert_eq!(silent.next(), Next::ReadBack);
    }
}
