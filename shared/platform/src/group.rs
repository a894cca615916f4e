//! How large an Auto Scaling group is, as Auto Scaling itself says.
//!
//! Events of Auto Scaling come late, twice, out of order or not at all, and carry one instance each. So nobody adds
//! them up: whoever hears of one reads the group here. An answer that cannot be read is an error and never a size of
//! zero, because zero would close what depends on the size.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aws_config::SdkConfig;
use aws_sdk_autoscaling::config::http::HttpResponse;
use aws_sdk_autoscaling::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_autoscaling::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_autoscaling::error::BoxError;
use aws_sdk_autoscaling::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_autoscaling::types::{AutoScalingGroup, LifecycleState};

use crate::aws::is_denied;
use crate::next::Next;
use crate::retry::RETRY_AFTER_DEFAULT;

const OPERATION: &str = "DescribeAutoScalingGroups";

/// Processes without which a group does not come to the size that it is told to have.
const SIZING: [&str; 2] = ["Launch", "Terminate"];

/// A group at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// How many instances it is told to have.
    pub desired: i64,
    /// How many are in service; `None` when the answer does not say which instances there are.
    pub in_service: Option<i64>,
    /// Whether it was told not to start or not to end instances.
    pub is_suspended: bool,
    /// Whether it is being deleted.
    pub is_deleting: bool,
}

/// Why a group's size is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// There is none of this name.
    #[error("there is no Auto Scaling group {0:?} in this account and region; correct its name in [queue-capacity]")]
    Gone(String),
    /// The answer lacks the size.
    #[error("{OPERATION} did not say how large {0:?} is; nothing was changed, the next run reads it again")]
    Unreadable(String),
    /// The role may not ask.
    #[error("{OPERATION} is not permitted; allow it in the function's role")]
    Denied,
    /// Auto Scaling is busy.
    #[error("{OPERATION}: Auto Scaling is busy ({0}); nothing was changed, the next run reads it again")]
    Busy(String),
    /// No answer came.
    #[error("{OPERATION}: no answer ({0}); nothing was changed, the next run reads it again")]
    NoAnswer(&'static str),
    /// Refused for another reason.
    #[error("{OPERATION} was refused ({0}); look the code up in the service's reference")]
    Refused(String),
}

impl Group {
    /// Whether it has the size that it is told to have, as far as the answer says.
    pub fn has_arrived(&self) -> bool {
        self.in_service == Some(self.desired)
    }
}

/// Reads Auto Scaling groups.
#[derive(Clone, Debug)]
pub struct ScalingGroups {
    client: aws_sdk_autoscaling::Client,
    requests: Arc<AtomicU64>,
}

impl ScalingGroups {
    /// A client made from `sdk`. Nothing is sent yet.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self { client: aws_sdk_autoscaling::Client::new(sdk), requests: Arc::default() }
    }

    /// Requests since the client was made; the SDK's own repeats are not counted.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The group called `name`. One request.
    ///
    /// # Errors
    /// [`GroupError`].
    pub async fn read(&self, name: &str) -> Result<Group, GroupError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let says = Says::default();
        let request = self.client.describe_auto_scaling_groups().auto_scaling_group_names(name);
        let answer = request.customize().interceptor(says.clone()).send().await;
        let groups = answer.map_err(|error| GroupError::of(&error))?.auto_scaling_groups.unwrap_or_default();
        let named = groups.iter().find(|group| group.auto_scaling_group_name() == Some(name));
        match named {
            None => Err(GroupError::Gone(name.to_owned())),
            Some(_) if !says.desired.load(Ordering::Relaxed) => Err(GroupError::Unreadable(name.to_owned())),
            Some(group) => sized(name, group, says.instances.load(Ordering::Relaxed)),
        }
    }
}

/// Looks whether an answer says a size at all: the SDK puts a zero, or no instances, in the place of what is not there.
#[derive(Clone, Debug, Default)]
struct Says {
    desired: Arc<AtomicBool>,
    instances: Arc<AtomicBool>,
}

impl Intercept for Says {
    fn name(&self) -> &'static str {
        "Says"
    }

    // Before deserialization the body is a stream that nobody has read.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        self.desired.store(says(body, "<DesiredCapacity>"), Ordering::Relaxed);
        self.instances.store(says(body, "<Instances>") || says(body, "<Instances/>"), Ordering::Relaxed);
        Ok(())
    }
}

/// Whether the answer about one group holds this element.
fn says(body: &[u8], element: &str) -> bool {
    body.windows(element.len()).any(|piece| piece == element.as_bytes())
}

fn sized(name: &str, group: &AutoScalingGroup, says_instances: bool) -> Result<Group, GroupError> {
    let unreadable = || GroupError::Unreadable(name.to_owned());
    let desired = i64::from(group.desired_capacity().filter(|desired| *desired >= 0).ok_or_else(unreadable)?);
    let is_in_service = |state: Option<&LifecycleState>| state == Some(&LifecycleState::InService);
    let in_service = group.instances().iter().filter(|it| is_in_service(it.lifecycle_state())).count();
    let is_sizing = |process: &&str| SIZING.contains(process);
    Ok(Group {
        desired,
        in_service: i64::try_from(in_service).ok().filter(|_| says_instances),
        is_suspended: group.suspended_processes().iter().filter_map(|it| it.process_name()).any(|it| is_sizing(&it)),
        is_deleting: group.status().is_some_and(|status| !status.is_empty()),
    })
}

impl GroupError {
    /// The one place where a failure becomes a decision.
    pub fn next(&self) -> Next {
        match self {
            Self::Busy(_) | Self::NoAnswer(_) | Self::Unreadable(_) => Next::RetryAfter(RETRY_AFTER_DEFAULT),
            Self::Gone(_) | Self::Denied | Self::Refused(_) => Next::StopAndAlert,
        }
    }

    /// The reason in a word, for counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Gone(_) => "group_gone",
            Self::Unreadable(_) => "group_unreadable",
            Self::Denied => "group_denied",
            Self::Busy(_) => "group_busy",
            Self::NoAnswer(_) => "group_no_answer",
            Self::Refused(_) => "group_refused",
        }
    }

    fn of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Self {
        match error {
            SdkError::TimeoutError(_) => Self::NoAnswer("time-out"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::NoAnswer("time-out"),
            SdkError::DispatchFailure(_) => Self::NoAnswer("connection"),
            SdkError::ResponseError(_) => Self::NoAnswer("unreadable answer"),
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or("unknown");
                Self::of_code(code, service.raw().status().is_server_error())
            }
            _ => Self::Refused("not sent".to_owned()),
        }
    }

    /// Auto Scaling says `AccessDenied` where others say `AccessDeniedException`, and `Throttling` when it is busy.
    fn of_code(code: &str, is_server_error: bool) -> Self {
        match code {
            code if is_denied(code) || code == "UnauthorizedOperation" => Self::Denied,
            "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "ServiceUnavailable" => {
                Self::Busy(code.to_owned())
            }
            _ if is_server_error => Self::NoAnswer("server error"),
            code => Self::Refused(code.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_autoscaling::types::{Instance, SuspendedProcess};

    fn instance(state: LifecycleState) -> Instance {
        Instance::builder().lifecycle_state(state).build()
    }

    #[test]
    fn only_instances_in_service_count_as_such() {
        let group = AutoScalingGroup::builder()
            .desired_capacity(5)
            .instances(instance(LifecycleState::InService))
            .instances(instance(LifecycleState::Pending))
            .instances(instance(LifecycleState::Terminating))
            .instances(instance(LifecycleState::InService))
            .build();
        let expected = Group { desired: 5, in_service: Some(2), is_suspended: false, is_deleting: false };
        assert_eq!(sized("asg", &group, true), Ok(expected.clone()));
        assert_eq!(sized("asg", &group, false), Ok(Group { in_service: None, ..expected }));
    }

    #[test]
    fn t39_a_size_that_the_sdk_made_up_is_no_size() {
        assert!(says(b"<member><DesiredCapacity>0</DesiredCapacity></member>", "<DesiredCapacity>"));
        for body in [&b""[..], b"<member><MaxSize>9</MaxSize></member>", b"<DesiredCapacity/>"] {
            assert!(!says(body, "<DesiredCapacity>"));
        }
    }

    #[test]
    fn t39_an_answer_without_a_size_is_no_size_of_zero() {
        let group = AutoScalingGroup::builder().build();
        assert_eq!(sized("asg", &group, true), Err(GroupError::Unreadable("asg".to_owned())));
    }

    #[test]
    fn a_group_that_may_not_start_instances_is_suspended_and_one_without_alarms_is_not() {
        let suspended = |process: &str| {
            let process = SuspendedProcess::builder().process_name(process).build();
            let group = AutoScalingGroup::builder().desired_capacity(1).suspended_processes(process).build();
            sized("asg", &group, true).unwrap().is_suspended
        };
        assert!(suspended("Launch") && suspended("Terminate"));
        assert!(!suspended("AlarmNotification"));
    }

    #[test]
    fn refusals_are_told_apart_by_what_follows() {
        let next = |code, is_server_error| GroupError::of_code(code, is_server_error).next();
        assert_eq!(next("AccessDenied", false), Next::StopAndAlert);
        assert_eq!(next("ValidationError", false), Next::StopAndAlert);
        assert_eq!(next("Throttling", false), Next::RetryAfter(RETRY_AFTER_DEFAULT));
        assert_eq!(next("InternalFailure", true), Next::RetryAfter(RETRY_AFTER_DEFAULT));
    }
}
