//! Lambda's event source mapping: takes a batch off a queue, gives it to a function and minds the answer.
//!
//! With `ReportBatchItemFailures`, which the template asks for, the messages named in the answer stay on the queue and
//! the others are deleted. A function that fails, dies, or names a message that is not in the batch has failed the whole
//! batch.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::sqs::Letter;
use crate::inside::Inside;
use crate::runtime_api::LambdaError;
use crate::world::World;

/// What became of one batch.
#[derive(Debug)]
pub struct Delivered {
    /// The messages, as they were handed out.
    pub batch: Vec<Letter>,
    /// Ids of those that stay on the queue.
    pub given_back: Vec<String>,
    /// How the invocation failed, if it did.
    pub error: Option<LambdaError>,
    /// What the function wrote.
    pub log: String,
}

impl Delivered {
    /// The messages that the function took care of.
    pub fn settled(&self) -> impl Iterator<Item = &Letter> {
        self.batch.iter().filter(|letter| !self.given_back.contains(&letter.id))
    }
}

impl World {
    /// Gives `function` the next batch of `queue`; `None` when no message can be handed out at this moment.
    pub async fn deliver(&self, queue: &str, function: &str) -> Option<Delivered> {
        let (batch, event) = self.hand_out(queue)?;
        let answered = self.function(function).ask(&event.to_string()).await;
        Some(self.settle(queue, batch, answered))
    }

    /// Gives the job in this process the next batch of `queue`.
    pub async fn deliver_inside(&self, queue: &str, job: &Inside) -> Option<Delivered> {
        let (batch, event) = self.hand_out(queue)?;
        let answered = job.ask(event).await;
        Some(self.settle(queue, batch, (answered, String::new())))
    }

    /// The next batch, and the event that a function gets of it.
    fn hand_out(&self, queue: &str) -> Option<(Vec<Letter>, Value)> {
        let now_ms = self.clock().now_ms();
        let batch = self.desk.open().queues.get_mut(queue).expect("a queue of the bundle").receive(now_ms);
        let records: Vec<_> = batch.iter().map(|letter| letter.record(queue)).collect();
        (!batch.is_empty()).then(|| (batch, json!({ "Records": records })))
    }

    fn settle(&self, queue: &str, batch: Vec<Letter>, answered: (Result<Value, LambdaError>, String)) -> Delivered {
        let (answer, log) = answered;
        let (given_back, error) = match answer {
            Ok(answer) => (given_back(&answer, &batch), None),
            Err(error) => (ids(&batch), Some(error)),
        };
        let delivered = Delivered { batch, given_back, error, log };
        let settled: BTreeSet<_> = delivered.settled().map(|letter| letter.id.as_str()).collect();
        self.desk.open().queues.get_mut(queue).expect("it was there before").delete(&settled);
        delivered
    }
}

/// The messages that an answer leaves on the queue.
fn given_back(answer: &Value, batch: &[Letter]) -> Vec<String> {
    let Some(failures) = answer["batchItemFailures"].as_array() else { return Vec::new() };
    let known = |failure: &Value| {
        let id = failure["itemIdentifier"].as_str()?;
        batch.iter().any(|letter| letter.id == id).then(|| id.to_owned())
    };
    failures.iter().map(known).collect::<Option<Vec<_>>>().unwrap_or_else(|| ids(batch))
}

fn ids(batch: &[Letter]) -> Vec<String> {
    batch.iter().map(|letter| letter.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::sqs::{CAPACITY, installed};

    fn answered(answer: &Value) -> usize {
        let mut queue = installed().remove(CAPACITY).expect("the capacity queue");
        for name in ["a", "b"] {
            queue.send("x", Some("g".to_owned()), Some(name.to_owned()), 0).expect("it is sent");
        }
        given_back(answer, &queue.receive(0)).len()
    }

    #[test]
    fn named_messages_stay_and_an_answer_that_makes_no_sense_fails_the_batch() {
        let failures = |ids: &[Value]| {
            let items: Vec<_> = ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
            json!({ "batchItemFailures": items })
        };
        let first = json!("10000000-0000-4000-8000-000000000001");
        assert_eq!([answered(&Value::Null), answered(&json!({})), answered(&failures(&[]))], [0, 0, 0]);
        assert_eq!(answered(&failures(&[first])), 1);
        assert_eq!([answered(&failures(&["".into()])), answered(&failures(&["nobody".into()]))], [2, 2]);
    }
}
