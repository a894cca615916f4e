//! A desk that answers for AWS: only the operations that a function calls, with what was put there.
//!
//! The state table is not here; it is a real one, inside the test process. Each service's file knows one wire format.
//! What a service was told (audit events, alerts, messages on queues, changes of tables) is kept for the test to look at.

mod autoscaling;
pub(crate) mod cloudwatch;
mod logs;
pub mod s3;
pub mod scaling_groups;
mod secretsmanager;
pub mod ses;
mod sns;
pub mod sqs;
mod ssm;
mod tables;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use platform::clock::Clock;
use serde_json::{Value, json};

pub use logs::Group;
pub use secretsmanager::Secret;
pub use sns::Message;
pub use tables::Provisioned;

/// Everything the desk holds.
#[derive(Debug)]
pub struct Desk {
    drawers: Mutex<Drawers>,
    clock: Clock,
}

/// The desk's contents, open to the test.
#[derive(Debug, Default)]
pub struct Drawers {
    /// Secrets by id.
    pub secrets: BTreeMap<String, Secret>,
    /// Parameters by name.
    pub parameters: BTreeMap<String, String>,
    /// Log groups by name; a group that is not here does not exist.
    pub groups: BTreeMap<String, Group>,
    /// Published messages.
    pub messages: Vec<Message>,
    /// Queues by name.
    pub queues: BTreeMap<String, sqs::Queue>,
    /// Tables whose units can be set, by name.
    pub tables: BTreeMap<String, Provisioned>,
    /// The archive.
    pub bucket: s3::Bucket,
    /// SES.
    pub outbox: ses::Outbox,
    /// EC2 Auto Scaling.
    pub scaling: scaling_groups::ScalingGroups,
    /// Whether CloudWatch says that tables turned requests away just now.
    pub is_throttled: bool,
}

/// Status and body of an answer.
pub(crate) type Answered = (u16, String);

impl Desk {
    /// An account with the bundle's queues and nothing else, in which it is as late as `clock` says.
    pub(crate) fn new(clock: Clock) -> Self {
        let drawers = Drawers { queues: sqs::installed(), ..Drawers::default() };
        Self { drawers: Mutex::new(drawers), clock }
    }

    /// The contents, for reading and for changing.
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.drawers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn answer(&self, service: &str, operation: &str, body: &[u8]) -> Answered {
        let now_ms = self.clock.now_ms();
        let drawers = &mut *self.open();
        let request = || serde_json::from_slice(body).unwrap_or(Value::Null);
        match (service, operation) {
            ("secretsmanager", "GetSecretValue") => secretsmanager::get_secret_value(drawers, &request()),
            ("ssm", "GetParameter") => ssm::get_parameter(drawers, &request()),
            ("logs", "CreateLogStream") => logs::create_log_stream(drawers, &request()),
            ("logs", "FilterLogEvents") => logs::filter_log_events(drawers, &request()),
            ("logs", "PutLogEvents") => logs::put_log_events(drawers, &request()),
            ("sns", "Publish") => sns::publish(drawers, body),
            ("ses", "SendEmail") => ses::send_email(drawers, &request(), now_ms),
            ("sqs", "SendMessage") => sqs::send_message(drawers, &request(), now_ms),
            ("dynamodb", "DescribeTable") => tables::describe_table(drawers, &request(), now_ms),
            ("dynamodb", "UpdateTable") => tables::update_table(drawers, &request(), now_ms),
            ("autoscaling", "DescribeAutoScalingGroups") => scaling_groups::describe_auto_scaling_groups(drawers, body),
            ("application-autoscaling", "DescribeScalableTargets") => autoscaling::describe_scalable_targets(),
            ("application-autoscaling", "DescribeScalingPolicies") => autoscaling::describe_scaling_policies(),
            _ => refusal(
                "UnknownOperationException",
                &format!("the desk has no {service} {operation}: a role would not allow it either"),
            ),
        }
    }

    /// Answers for the archive, whose objects are no text.
    pub(crate) fn object(&self, operation: &str, path: &str, content_type: &str, body: &[u8]) -> s3::Answered {
        s3::answer(&mut self.open(), operation, path, content_type, body)
    }
}

/// A refusal in the JSON protocols.
fn refusal(code: &str, message: &str) -> Answered {
    (400, json!({"__type": code, "message": message}).to_string())
}

fn text<'a>(request: &'a Value, name: &str) -> &'a str {
    request[name].as_str().unwrap_or_default()
}

/// The fields of a form, decoded.
fn form(body: &[u8]) -> Vec<(String, String)> {
    let mut form = reqwest::Url::parse("http://form/").expect("a constant URL");
    form.set_query(Some(&String::from_utf8_lossy(body)));
    form.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
