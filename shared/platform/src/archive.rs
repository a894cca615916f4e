//! Objects that are kept for years: the bucket in S3 where each day of a report is put.
//!
//! An object is named by what it holds (a day), so putting it again replaces it by the same, and the bucket's versioning
//! keeps what was there. S3 answers about a missing object with "denied" unless the role may also list the bucket; with
//! that permission a missing object is `None`, and everything else is an error. An object that ends before its length, or
//! whose checksum is another, is an error too: part of a day is never taken for the day.
//!
//! What is too large for a mail is reached by a [`Link`]: it is signed here, without a call, and S3 lets in whoever has it.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;

use crate::aws;
use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;

/// The largest object that is read into memory. A day of a thousand queues is a tenth of it.
const OBJECT_BYTES_MAX: i64 = 16 * 1024 * 1024;

/// The archive of one stage.
#[derive(Clone, Debug)]
pub struct Archive {
    client: Client,
    bucket: String,
}

/// The longest that a link works: S3 takes no signature for more than seven days.
pub const LINK_LASTS_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// A link to one object, for whoever has it. Prints redacted: it is as good as the object.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// The address, for the mail that carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why the archive could not be read or written. Of the service's error only the code is kept.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The role may not do it.
    #[error(
        "the archive {bucket}: {action} is not permitted ({code}); allow s3:GetObject, s3:PutObject and s3:ListBucket"
    )]
    Denied {
        /// The bucket.
        bucket: String,
        /// What was tried.
        action: &'static str,
        /// The service's code.
        code: String,
    },
    /// There is no such bucket.
    #[error("the archive {bucket} does not exist; deploy the stack again or correct ARCHIVE_BUCKET")]
    NoBucket {
        /// The bucket.
        bucket: String,
    },
    /// No usable answer, also to the SDK's repeats. A put may have been done; doing it again is harmless.
    #[error("the archive {bucket} did not answer {action} ({reason}); the next run tries again")]
    Unavailable {
        /// The bucket.
        bucket: String,
        /// What was tried.
        action: &'static str,
        /// A code or a word.
        reason: String,
    },
    /// Refused for another reason, or of a size that is not ours.
    #[error("the archive {bucket} refused {action} ({code}); look the code up in the service's reference")]
    Refused {
        /// The bucket.
        bucket: String,
        /// What was tried.
        action: &'static str,
        /// The service's code.
        code: String,
    },
}

impl ArchiveError {
    /// The one place where a failure of the archive becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Unavailable { .. } => Next::RetryAfter(RETRY_AFTER_DEFAULT),
            Self::Denied { .. } | Self::NoBucket { .. } | Self::Refused { .. } => Next::StopAndAlert,
        }
    }

    /// The reason in a word, for counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "archive_denied",
            Self::NoBucket { .. } => "archive_missing",
            Self::Unavailable { .. } => "archive_unavailable",
            Self::Refused { .. } => "archive_refused",
        }
    }
}

impl Archive {
    pub(crate) fn new(sdk: &SdkConfig, bucket: &str) -> Self {
        Self { client: Client::new(sdk), bucket: bucket.to_owned() }
    }

    /// Puts an object in place of whatever is there. Repeating it is fine.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub async fn put(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), ArchiveError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        let answer = request.body(ByteStream::from(bytes)).send().await;
        answer.map(drop).map_err(|error| self.fault("PutObject", &error))
    }

    /// An object, whole; `None` when there is none.
    ///
    /// # Errors
    /// [`ArchiveError`]; never when the object is merely missing.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        const ACTION: &str = "GetObject";
        let object = match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => return Ok(None),
            Err(error) => return Err(self.fault(ACTION, &error)),
        };
        if object.content_length().is_some_and(|length| length > OBJECT_BYTES_MAX) {
            let code = format!("larger than {OBJECT_BYTES_MAX} bytes");
            return Err(ArchiveError::Refused { bucket: self.bucket.clone(), action: ACTION, code });
        }
        let body = object.body.collect().await.map_err(|_| self.unavailable(ACTION, "the object broke off"))?;
        Ok(Some(body.to_vec()))
    }

    /// A link by which anybody may fetch the object under `file_name` for as long as it `lasts`, at most
    /// [`LINK_LASTS_MAX`]. It is signed by the credentials of this process: where they end earlier, the link does too.
    /// Nothing is sent to S3, so a link to an object that is not there is made as well.
    ///
    /// # Errors
    /// [`ArchiveError::Refused`] for a length that S3 does not take, [`ArchiveError::Unavailable`] without credentials.
    pub async fn link(&self, key: &str, file_name: &str, lasts: Duration) -> Result<Link, ArchiveError> {
        const ACTION: &str = "a link";
        let refused = |code: String| ArchiveError::Refused { bucket: self.bucket.clone(), action: ACTION, code };
        let config = PresigningConfig::expires_in(lasts).map_err(|error| refused(error.to_string()))?;
        let file = format!("attachment; filename=\"{file_name}\"");
        let request = self.client.get_object().bucket(&self.bucket).key(key).response_content_disposition(file);
        let signed = request.presigned(config).await.map_err(|error| self.unavailable(ACTION, aws::code(&error)))?;
        // Without credentials the client hands out the bare address, which opens nothing.
        let is_signed = signed.uri().contains("X-Amz-Signature=");
        if is_signed { Ok(Link(signed.uri().to_owned())) } else { Err(self.unavailable(ACTION, "no credentials")) }
    }

    fn unavailable(&self, action: &'static str, reason: &str) -> ArchiveError {
        ArchiveError::Unavailable { bucket: self.bucket.clone(), action, reason: reason.to_owned() }
    }

    fn fault<E: ProvideErrorMetadata>(&self, action: &'static str, error: &SdkError<E, HttpResponse>) -> ArchiveError {
        let (bucket, code) = (self.bucket.clone(), aws::code(error));
        let status = error.raw_response().map_or(0, |response| response.status().as_u16());
        match code {
            "NoSuchBucket" => ArchiveError::NoBucket { bucket },
            code if aws::is_denied(code) || status == 403 => {
                ArchiveError::Denied { bucket, action, code: code.to_owned() }
            }
            code if (400..=499).contains(&status) && status != 429 => {
                ArchiveError::Refused { bucket, action, code: code.to_owned() }
            }
            // No answer, one that could not be read, or `SlowDown`, which comes with 503.
            code => self.unavailable(action, code),
        }
    }
}
