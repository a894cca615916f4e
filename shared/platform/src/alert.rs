//! Messages to the people who look after the bundle, by way of the alerts topic.
//!
//! A failed run needs none of this: its error moves the function's Errors alarm. This is for what a *success* must
//! still say (a plan was braked, records were given up): one message a run. An alert that cannot be sent is a log line
//! and never fails the run.

use std::sync::{Arc, Mutex, PoisonError};

/// The most characters SNS takes as a subject.
const SUBJECT_CHARS_MAX: usize = 100;

/// The way to the alerts topic.
#[derive(Clone, Debug)]
pub struct Alerts {
    client: aws_sdk_sns::Client,
    topic: Option<String>,
    last_run: Arc<Mutex<String>>,
}

impl Alerts {
    /// Alerts to `topic`; without one they are log lines only.
    pub fn new(client: aws_sdk_sns::Client, topic: Option<String>) -> Self {
        Self { client, topic, last_run: Arc::default() }
    }

    /// Sends one message about the run `run_id`; a second one for the same run is dropped.
    ///
    /// `subject` and `text` hold no personal data: they leave the account by e-mail.
    pub async fn send(&self, run_id: &str, subject: &str, text: &str) {
        if !self.is_first_of(run_id) {
            return;
        }
        let Some(topic) = &self.topic else {
            tracing::warn!(subject, "an alert has no topic to go to: set ALERTS_TOPIC_ARN");
            return;
        };
        let message = self.client.publish().topic_arn(topic).subject(plain_subject(subject)).message(text);
        match message.send().await {
            Ok(_) => tracing::info!(subject, "alert sent"),
            Err(error) => {
                let code = crate::aws::code(&error);
                tracing::error!(
                    subject,
                    code,
                    "an alert could not be sent: allow sns:Publish on the alerts topic, and check its ARN"
                );
            }
        }
    }

    fn is_first_of(&self, run_id: &str) -> bool {
        let mut last = self.last_run.lock().unwrap_or_else(PoisonError::into_inner);
        let first = *last != run_id;
        run_id.clone_into(&mut last);
        first
    }
}

/// SNS refuses a subject with line breaks or other letters than ASCII.
fn plain_subject(subject: &str) -> String {
    subject.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).take(SUBJECT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_line_of_ascii() {
        assert_eq!(plain_subject("a\nb – c"), "a b   c");
        assert_eq!(plain_subject(&"x".repeat(300)).len(), SUBJECT_CHARS_MAX);
    }
}
