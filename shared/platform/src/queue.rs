//! Sending to an SQS queue, with an answer that says what may have happened.
//!
//! A message counts as sent when SQS has confirmed it and not before. Of the failures one kind matters to the
//! caller: *busy* and *refused* mean that nothing was stored, *no answer* means that it may have been. A failure that
//! can pass is repeated once, such as the lost connection that a frozen environment meets after each pause; there are
//! no waits beyond that, because somebody is holding the line. The SDK's own repeats are off: it tells how the last try
//! ended, and a refusal of the last one says nothing of the first, which may have been stored.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::SdkError;
use aws_sdk_sqs::operation::send_message::builders::SendMessageFluentBuilder;

use crate::aws;
use crate::clock::Clock;
use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;

/// SQS answers in milliseconds. Two tries of this length stay under the ten seconds for which Genesys waits.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const PAUSE_BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);

/// The most characters of a message's group and of its deduplication id.
pub const NAME_CHARS_MAX: usize = 128;

/// The longest time for which SQS holds a message back, see
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>.
pub const WAIT_MAX: Duration = Duration::from_secs(900);

/// Where a message stands in a FIFO queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Messages of one group keep their order. At most [`NAME_CHARS_MAX`] printable ASCII characters.
    pub group: &'a str,
    /// A second message with this id is dropped for five minutes. As `group`.
    pub deduplication: &'a str,
}

/// One queue, to send to.
#[derive(Clone, Debug)]
pub struct Queue {
    client: Client,
    clock: Clock,
    url: String,
}

/// Why a message was not sent for certain. No text of the service: it may repeat what was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// SQS puts us off: nothing was stored.
    #[error("the queue {queue} takes nothing now ({reason}); the sender repeats")]
    Busy {
        /// The queue's name.
        queue: String,
        /// A code or a word.
        reason: String,
    },
    /// No answer came, to the first try or to the last: the message may have been stored.
    #[error("the queue {queue} did not answer ({reason}); the sender repeats")]
    NoAnswer {
        /// The queue's name.
        queue: String,
        /// A code or a word.
        reason: String,
    },
    /// SQS refuses: a missing queue or permission, or a mistake of ours. Nothing was stored.
    #[error("the queue {queue} refused the message ({code}); check its URL, its policy and the function's role")]
    Refused {
        /// The queue's name.
        queue: String,
        /// The service's code.
        code: String,
    },
}

impl SendError {
    /// The one place where a failed send becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Busy { .. } => Next::RetryAfter(RETRY_AFTER_DEFAULT),
            Self::NoAnswer { .. } => Next::ReadBack,
            Self::Refused { .. } => Next::StopAndAlert,
        }
    }

    /// What is known after this failure of a try, where the try before it failed as `earlier`.
    fn after(self, earlier: &Self) -> Self {
        match (earlier, self) {
            (Self::NoAnswer { reason, .. }, Self::Busy { queue, reason: code } | Self::Refused { queue, code }) => {
                Self::NoAnswer { queue, reason: format!("{reason}, then {code}") }
            }
            (_, last) => last,
        }
    }
}

impl Queue {
    pub(crate) fn new(sdk: &SdkConfig, clock: Clock, url: &str) -> Self {
        let config = aws_sdk_sqs::config::Builder::from(sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
            .build();
        Self { client: Client::from_conf(config), clock, url: url.to_owned() }
    }

    /// Sends one message, with a second try where the first one fails in a way that can pass. `place` is for FIFO
    /// queues, and a FIFO queue demands it.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, body: String, place: Option<Place<'_>>) -> Result<(), SendError> {
        let message = self.client.send_message().queue_url(&self.url).message_body(body);
        self.send_twice(match place {
            Some(Place { group, deduplication }) => {
                message.message_group_id(group).message_deduplication_id(deduplication)
            }
            None => message,
        })
        .await
    }

    /// Sends one message that nobody gets before `wait` is over: whole seconds, at most [`WAIT_MAX`]. Not for FIFO
    /// queues, which refuse it.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn send_later(&self, body: String, wait: Duration) -> Result<(), SendError> {
        let seconds = i32::try_from(wait.min(WAIT_MAX).as_secs()).unwrap_or_default();
        let message = self.client.send_message().queue_url(&self.url).message_body(body);
        self.send_twice(message.delay_seconds(seconds)).await
    }

    async fn send_twice(&self, message: SendMessageFluentBuilder) -> Result<(), SendError> {
        let first = match self.send_once(message.clone()).await {
            Err(error @ (SendError::Busy { .. } | SendError::NoAnswer { .. })) => error,
            settled => return settled,
        };
        self.clock.sleep(PAUSE_BETWEEN_ATTEMPTS).await;
        self.send_once(message).await.map_err(|last| last.after(&first))
    }

    async fn send_once(&self, message: SendMessageFluentBuilder) -> Result<(), SendError> {
        message.send().await.map(drop).map_err(|error| self.fault(&error))
    }

    fn fault<E: aws_sdk_sqs::error::ProvideErrorMetadata>(
        &self,
        error: &SdkError<E, aws_sdk_sqs::config::http::HttpResponse>,
    ) -> SendError {
        let queue = self.url.rsplit('/').next().unwrap_or_default().to_owned();
        let code = aws::code(error).to_owned();
        match error {
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) | SdkError::ResponseError(_) => {
                SendError::NoAnswer { queue, reason: code }
            }
            SdkError::ServiceError(service) => match service.raw().status().as_u16() {
                503 => SendError::Busy { queue, reason: code },
                500..=599 => SendError::NoAnswer { queue, reason: code },
                _ if code.contains("Throttl") => SendError::Busy { queue, reason: code },
                _ => SendError::Refused { queue, code },
            },
            _ => SendError::Refused { queue, code },
        }
    }
}
