//! Credentials from Secrets Manager, read once per execution environment.
//!
//! A secret is cached until somebody [`forgets`](Secrets::forget) it, which the token cache does after a 401: so a
//! rotated secret heals without a restart. Errors are one line each that names the secret and what to do, and never
//! shows a value.

mod error;
mod json;

pub use error::SecretError;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_secretsmanager::Client;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

type Cached = Arc<dyn Any + Send + Sync>;

/// The secrets of one stage. Clones share their cache.
#[derive(Clone)]
pub struct Secrets {
    client: Client,
    stage: Arc<str>,
    cached: Arc<Mutex<HashMap<(String, TypeId), Cached>>>,
    /// Held while reading, so that many who start together read once.
    reading: Arc<tokio::sync::Mutex<()>>,
}

impl Secrets {
    /// Secrets read through `client`. `stage` is named in the errors' advice.
    pub fn new(client: Client, stage: &str) -> Self {
        Self { client, stage: stage.into(), cached: Arc::default(), reading: Arc::default() }
    }

    /// The JSON secret `id`.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn get<T: DeserializeOwned + Send + Sync + 'static>(&self, id: &str) -> Result<Arc<T>, SecretError> {
        self.cached_or_read(id, |text| json::parse(text.expose_secret())).await
    }

    /// The secret `id` as the text that it is.
    ///
    /// # Errors
    /// [`SecretError`].
    pub async fn text(&self, id: &str) -> Result<Arc<SecretString>, SecretError> {
        self.cached_or_read(id, |text| Ok(text.clone())).await
    }

    /// Forgets the secret `id`, so that its next use reads it again.
    pub fn forget(&self, id: &str) {
        self.lock_cached().retain(|(cached_id, _), _| cached_id != id);
    }

    async fn cached_or_read<T: Send + Sync + 'static>(
        &self,
        id: &str,
        parse: impl FnOnce(&SecretString) -> Result<T, String>,
    ) -> Result<Arc<T>, SecretError> {
        if let Some(cached) = self.cached(id) {
            return Ok(cached);
        }
        let _only_reader = self.reading.lock().await;
        if let Some(cached) = self.cached(id) {
            return Ok(cached);
        }
        let text = self.read(id).await?;
        let value = parse(&text).map_err(|what| SecretError::Malformed {
            id: id.to_owned(),
            stage: self.stage.to_string(),
            what,
        })?;
        let value = Arc::new(value);
        self.lock_cached().insert((id.to_owned(), TypeId::of::<T>()), value.clone());
        Ok(value)
    }

    fn cached<T: Send + Sync + 'static>(&self, id: &str) -> Option<Arc<T>> {
        let cached = self.lock_cached().get(&(id.to_owned(), TypeId::of::<T>()))?.clone();
        cached.downcast().ok()
    }

    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        let answer = self.client.get_secret_value().secret_id(id).send().await;
        let value = answer.map_err(|error| SecretError::of(id, &self.stage, &error))?;
        let text = value.secret_string.unwrap_or_default();
        if text.trim().is_empty() {
            return Err(SecretError::Empty { id: id.to_owned(), stage: self.stage.to_string() });
        }
        Ok(SecretString::from(text))
    }

    fn lock_cached(&self) -> MutexGuard<'_, HashMap<(String, TypeId), Cached>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("stage", &self.stage).finish_non_exhaustive()
    }
}
