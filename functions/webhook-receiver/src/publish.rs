//! The way of an event into its queue.

use aws_lc_rs::digest::{SHA256, digest};
use platform::cloud_event::CloudEvent;
use platform::queue::{NAME_CHARS_MAX, Place, Queue, SendError};

use crate::delivery::{Delivery, Verified};
use crate::event::Event;
use crate::source::QueueName;

/// Where the events of a source come from, as their `source` says.
const SOURCE_PREFIX: &str = "cx-bridge/webhooks/";

/// The intake queues.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// FIFO.
    pub capacity: Queue,
    /// Standard.
    pub conversations: Queue,
    /// Standard; the one that contact-sync consumes.
    pub contact_sync: Queue,
}

impl Publisher {
    /// Sends the event with the raw body of its delivery. `Ok` means that SQS has confirmed it.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn publish(&self, delivery: &Delivery<Verified>, event: &Event) -> Result<(), SendError> {
        let body = envelope(delivery, event).encode();
        match event.queue {
            QueueName::Capacity => {
                let deduplication = deduplication(&delivery.source().name, &event.id);
                let group = event.entity.as_deref().unwrap_or(&event.event_type);
                self.capacity.send(body, Some(Place { group, deduplication: &deduplication })).await
            }
            QueueName::Conversations => self.conversations.send(body, None).await,
            QueueName::ContactSync => self.contact_sync.send(body, None).await,
        }
    }
}

/// The event as it travels.
pub fn envelope(delivery: &Delivery<Verified>, event: &Event) -> CloudEvent {
    CloudEvent {
        id: event.id.clone(),
        source: format!("{SOURCE_PREFIX}{}", delivery.source().name),
        event_type: event.event_type.clone(),
        time: event.time,
        subject: event.entity.clone(),
        content_type: "application/json".to_owned(),
        data: delivery.body().to_vec(),
        headers: delivery.kept_headers(),
    }
}

/// Two sources may use the same id for different events, and would otherwise silence each other in the FIFO queue.
fn deduplication(source: &str, id: &str) -> String {
    let name = format!("{source}:{id}");
    if name.len() <= NAME_CHARS_MAX {
        return name;
    }
    digest(&SHA256, name.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_of_two_sources_is_two_events() {
        assert_ne!(deduplication("a", "1"), deduplication("b", "1"));
        let long = "x".repeat(NAME_CHARS_MAX);
        assert_ne!(deduplication("a", &long), deduplication("b", &long));
        assert!(deduplication("a", &long).len() <= NAME_CHARS_MAX);
    }
}
