//! Why the state could not be read or written, told apart by what the caller does next.
//!
//! Of the SDK's errors only the code is kept. Their text and their debug form can hold whole items.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A newer fence was seen: this run is no longer the holder of its lock, and nothing of the refused write was done.
    #[error("another run took the lock over; this run writes nothing more")]
    Fenced,
    /// DynamoDB gave no answer, also to the SDK's repeats. A write may have been done.
    #[error("the state table did not answer {operation} ({reason}); the next run reads the state back and goes on")]
    Unavailable {
        /// The DynamoDB action.
        operation: &'static str,
        /// A code or a word; no values.
        reason: String,
    },
    /// DynamoDB refuses: a missing table or permission, or a mistake of ours.
    #[error("the state table {table} refused {operation} ({code}); check the table's name and the function's role")]
    Refused {
        /// The table's name.
        table: String,
        /// The DynamoDB action.
        operation: &'static str,
        /// DynamoDB's code.
        code: String,
    },
    /// A row has a form that this version does not understand.
    #[error("the state row {key} cannot be read: {what}")]
    Unreadable {
        /// Which row.
        key: String,
        /// What is wrong; no values.
        what: String,
    },
}

impl StateError {
    /// The one place where a failure of the state table becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Unavailable { operation: "GetItem" | "BatchGetItem" | "Query", .. } => {
                Next::RetryAfter(RETRY_AFTER_DEFAULT)
            }
            Self::Unavailable { .. } => Next::ReadBack,
            Self::Fenced | Self::Refused { .. } | Self::Unreadable { .. } => Next::StopAndAlert,
        }
    }

    pub(super) fn of<E: ProvideErrorMetadata>(
        table: &str,
        operation: &'static str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        let unavailable = |reason: &str| Self::Unavailable { operation, reason: reason.to_owned() };
        match error {
            SdkError::TimeoutError(_) => unavailable("time-out"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => unavailable("time-out"),
            SdkError::DispatchFailure(_) => unavailable("connection"),
            SdkError::ResponseError(_) => unavailable("unreadable answer"),
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or("unknown");
                let passing = service.raw().status().is_server_error() || PASSING.contains(&code);
                if passing { unavailable(code) } else { Self::refused(table, operation, code) }
            }
            _ => Self::refused(table, operation, "not sent"),
        }
    }

    pub(super) fn refused(table: &str, operation: &'static str, code: &str) -> Self {
        Self::Refused { table: table.to_owned(), operation, code: code.to_owned() }
    }
}

/// Codes with a 4xx status that pass by themselves.
const PASSING: [&str; 6] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "LimitExceededException",
    "TransactionConflictException",
    "TransactionInProgressException",
];
