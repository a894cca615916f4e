//! Why a secret could not be used, each with what to do about it.

use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;

use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;

/// Why a secret could not be used. Names the secret, never shows a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is no secret of this name, or it is being deleted.
    #[error("the secret {id} does not exist; create it with `make secrets STAGE={stage}`")]
    Missing {
        /// The secret's name.
        id: String,
        /// The stage.
        stage: String,
    },
    /// Its value is empty.
    #[error("the secret {id} is empty; fill it with `make secrets STAGE={stage}`")]
    Empty {
        /// The secret's name.
        id: String,
        /// The stage.
        stage: String,
    },
    /// It was created, but never given a value.
    #[error("the secret {id} has no value yet; store one with `make secrets STAGE={stage}`")]
    NoVersion {
        /// The secret's name.
        id: String,
        /// The stage.
        stage: String,
    },
    /// Its value has another form than expected.
    #[error("the secret {id}: {what}; store it again with `make secrets STAGE={stage}`")]
    Malformed {
        /// The secret's name.
        id: String,
        /// The stage.
        stage: String,
        /// What is wrong, with the key's name.
        what: String,
    },
    /// The function may not read it, or not decrypt it.
    #[error(
        "the secret {id} may not be read ({code}); the function's role needs secretsmanager:GetSecretValue on it, and kms:Decrypt where it has its own key"
    )]
    Denied {
        /// The secret's name.
        id: String,
        /// The service's code.
        code: String,
    },
    /// No answer, also to the SDK's repeats.
    #[error("the secret {id} could not be read now ({reason}); the next run tries again")]
    Unavailable {
        /// The secret's name.
        id: String,
        /// A code or a word.
        reason: String,
    },
}

impl SecretError {
    /// The one place where a failure to read a secret becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Unavailable { .. } => Next::RetryAfter(RETRY_AFTER_DEFAULT),
            Self::Missing { .. }
            | Self::Empty { .. }
            | Self::NoVersion { .. }
            | Self::Malformed { .. }
            | Self::Denied { .. } => Next::StopAndAlert,
        }
    }

    pub(super) fn of(id: &str, stage: &str, error: &SdkError<GetSecretValueError, HttpResponse>) -> Self {
        let (id, stage) = (id.to_owned(), stage.to_owned());
        let Some(service) = error.as_service_error() else {
            return Self::Unavailable { id, reason: transport(error).to_owned() };
        };
        let code = service.code().unwrap_or("unknown").to_owned();
        match service {
            // The service uses one code for both; only its text tells a secret without a value from none.
            GetSecretValueError::ResourceNotFoundException(missing)
                if missing.message().is_some_and(|text| text.contains("staging label")) =>
            {
                Self::NoVersion { id, stage }
            }
            GetSecretValueError::ResourceNotFoundException(_) | GetSecretValueError::InvalidRequestException(_) => {
                Self::Missing { id, stage }
            }
            GetSecretValueError::DecryptionFailure(_) => Self::Denied { id, code },
            _ if code.contains("AccessDenied") => Self::Denied { id, code },
            _ => Self::Unavailable { id, reason: code },
        }
    }
}

fn transport<E, R>(error: &SdkError<E, R>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "time-out",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "time-out",
        SdkError::DispatchFailure(_) => "connection",
        _ => "unreadable answer",
    }
}
