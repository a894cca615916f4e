//! What the mail service tells about mails, by way of a queue.
//!
//! An event is noted beside its mail and nothing else: the ledger is brought up to it by whoever holds the lock. A message
//! that could not be noted comes again; one that can never be understood comes again until the queue sets it aside.

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use platform::deadline::Deadline;
use platform::mail::event::MailEvent;
use platform::mail::fate::Noted;
use platform::report::RunReport;

use crate::connect::NightlyReport;
use crate::record::{self, Told};

impl NightlyReport {
    /// Notes a batch; gives back the ids of the messages that come again.
    pub(crate) async fn note_events(
        &self,
        batch: &SqsEvent,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Vec<String> {
        let mut given_back = Vec::new();
        let mut is_down = false;
        for message in &batch.records {
            let told = if is_down || deadline.is_closing() { Told::NotTried } else { self.note(message).await };
            // The SDK has tried for seconds by then.
            is_down |= told == Told::NotNoted;
            if told.comes_again() {
                // An empty id makes SQS repeat the whole batch: right for a message that cannot be named.
                given_back.push(message.message_id.clone().unwrap_or_default());
            }
            record::count_told(report, told);
        }
        given_back
    }

    async fn note(&self, message: &SqsMessage) -> Told {
        match MailEvent::decode(message.body.as_deref().unwrap_or_default()) {
            Ok(None) => Told::Other,
            Ok(Some(event)) => match self.fates.note(&event).await {
                Ok(Noted::News) => Told::News,
                Ok(Noted::Known) => Told::Known,
                Err(error) => {
                    tracing::warn!(%error, "what was told about a mail was not noted; its message comes again");
                    Told::NotNoted
                }
            },
            Err(fault) => {
                let message_id = message.message_id.as_deref().unwrap_or_default();
                tracing::error!(message_id, %fault, "a message was not understood and is given back until the queue sets it aside");
                Told::Poison
            }
        }
    }
}
