//! EC2 Auto Scaling: `DescribeAutoScalingGroups`, in the query protocol.
//!
//! A group that does not exist is not in the answer, and that is all AWS says about it. Who may not ask, asks too often
//! or meets an outage gets an error for the whole request.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Answered, Drawers, form};

/// The groups of an account, and what was asked about them.
#[derive(Clone, Debug, Default)]
pub struct ScalingGroups {
    /// Groups by name.
    pub groups: BTreeMap<String, ScalingGroup>,
    /// Why no request is answered, if none is.
    pub outage: Option<Outage>,
    /// The names in each answered or refused request, oldest first.
    pub asked: Vec<Vec<String>>,
    /// The desired sizes that each group was described with, oldest first.
    pub told: BTreeMap<String, Vec<usize>>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct ScalingGroup {
    /// How many instances it should have; `None` stands for an answer without this number.
    pub desired: Option<usize>,
    /// How many instances serve.
    pub in_service: usize,
    /// Instances in other states of their life: `Pending`, `Terminating:Wait`, …
    pub others: Vec<&'static str>,
    /// Processes that somebody suspended: `Launch`, `Terminate`, …
    pub suspended: Vec<&'static str>,
    /// Somebody deletes it at this moment.
    pub is_going: bool,
    /// An answer without the list of instances, which AWS sends even when it is empty.
    pub hides_instances: bool,
}

/// Why a request was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// The role may not ask.
    Denied,
    /// Too many requests in this account.
    Throttled,
    /// 500 from the service.
    Broken,
}

/// As many groups as one request may name.
const NAMES_MAX: usize = 100;
/// The largest sizes, which nothing here depends on.
const SIZE_MAX: usize = 1_000;
const NAMESPACE: &str = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

impl ScalingGroup {
    /// A quiet group: as many instances serve as it should have.
    pub fn of(size: usize) -> Self {
        Self {
            desired: Some(size),
            in_service: size,
            others: Vec::new(),
            suspended: Vec::new(),
            is_going: false,
            hides_instances: false,
        }
    }
}

impl ScalingGroups {
    /// Requests that named this group.
    pub fn reads_of(&self, group: &str) -> usize {
        self.asked.iter().filter(|names| names.iter().any(|name| name == group)).count()
    }
}

pub(crate) fn describe_auto_scaling_groups(drawers: &mut Drawers, body: &[u8]) -> Answered {
    let names: Vec<_> = form(body)
        .into_iter()
        .filter(|(field, _)| field.starts_with("AutoScalingGroupNames.member."))
        .map(|(_, name)| name)
        .collect();
    let account = &mut drawers.scaling;
    account.asked.push(names.clone());
    match account.outage {
        Some(Outage::Denied) => {
            return refusal(403, "AccessDenied", "not authorized to perform: autoscaling:DescribeAutoScalingGroups");
        }
        Some(Outage::Throttled) => return refusal(400, "Throttling", "Rate exceeded"),
        Some(Outage::Broken) => return refusal(500, "InternalFailure", "An internal error has occurred."),
        None => {}
    }
    if names.is_empty() || names.len() > NAMES_MAX {
        return refusal(400, "ValidationError", "name 1 to 100 groups: nobody here reads a whole account");
    }
    let mut members = String::new();
    for (name, group) in account.groups.iter().filter(|(name, _)| names.contains(name)) {
        account.told.entry(name.clone()).or_default().extend(group.desired);
        members += &described(name, group);
    }
    let text = format!(
        "<DescribeAutoScalingGroupsResponse xmlns=\"{NAMESPACE}\"><DescribeAutoScalingGroupsResult>\
         <AutoScalingGroups>{members}</AutoScalingGroups></DescribeAutoScalingGroupsResult>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeAutoScalingGroupsResponse>"
    );
    (200, text)
}

fn described(name: &str, group: &ScalingGroup) -> String {
    let mut text = format!("<member><AutoScalingGroupName>{name}</AutoScalingGroupName>");
    let _ = write!(text, "<MinSize>0</MinSize><MaxSize>{SIZE_MAX}</MaxSize>"); // Writing to a text does not fail.
    if let Some(desired) = group.desired {
        let _ = write!(text, "<DesiredCapacity>{desired}</DesiredCapacity>");
    }
    text += "<DefaultCooldown>300</DefaultCooldown><HealthCheckType>EC2</HealthCheckType>";
    text += "<AvailabilityZones><member>us-east-1a</member></AvailabilityZones>";
    text += "<CreatedTime>2026-01-01T00:00:00Z</CreatedTime>";
    if !group.hides_instances {
        text += &format!("<Instances>{}</Instances>", instances(group));
    }
    text += "<SuspendedProcesses>";
    for process in &group.suspended {
        let _ = write!(
            text,
            "<member><ProcessName>{process}</ProcessName><SuspensionReason>User suspended</SuspensionReason></member>"
        );
    }
    text += "</SuspendedProcesses>";
    text += if group.is_going { "<Status>Delete in progress</Status></member>" } else { "</member>" };
    text
}

fn instances(group: &ScalingGroup) -> String {
    let states = std::iter::repeat_n("InService", group.in_service).chain(group.others.iter().copied());
    let described = states.enumerate().map(|(number, state)| {
        format!(
            "<member><InstanceId>i-{number:017}</InstanceId><AvailabilityZone>us-east-1a</AvailabilityZone>\
             <LifecycleState>{state}</LifecycleState><HealthStatus>Healthy</HealthStatus>\
             <ProtectedFromScaleIn>false</ProtectedFromScaleIn></member>"
        )
    });
    described.collect()
}

/// A refusal in the query protocol.
fn refusal(status: u16, code: &str, message: &str) -> Answered {
    let kind = if status < 500 { "Sender" } else { "Receiver" };
    let text = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{kind}</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>1</RequestId></ErrorResponse>"
    );
    (status, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &[u8] = b"Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames.member.1=a%2Fb\
                           &AutoScalingGroupNames.member.2=gone";

    fn account() -> Drawers {
        let mut drawers = Drawers::default();
        drawers.scaling.groups.insert("a/b".to_owned(), ScalingGroup::of(2));
        drawers.scaling.groups.insert("another".to_owned(), ScalingGroup::of(7));
        drawers
    }

    #[test]
    fn a_group_that_is_named_and_exists_is_described_and_no_other_one() {
        let mut drawers = account();
        let (status, text) = describe_auto_scaling_groups(&mut drawers, ASKED);
        assert_eq!((status, text.matches("<AutoScalingGroupName>").count()), (200, 1), "{text}");
        assert!(text.contains("<AutoScalingGroupName>a/b</AutoScalingGroupName>"), "{text}");
        assert!(text.contains("<DesiredCapacity>2</DesiredCapacity>"), "{text}");
        assert_eq!(text.matches("<LifecycleState>InService</LifecycleState>").count(), 2);
        assert_eq!((drawers.scaling.reads_of("gone"), drawers.scaling.reads_of("another")), (1, 0));
    }

    #[test]
    fn an_outage_answers_nobody_and_is_counted() {
        let mut drawers = account();
        for (outage, status) in [(Outage::Denied, 403), (Outage::Throttled, 400), (Outage::Broken, 500)] {
            drawers.scaling.outage = Some(outage);
            assert_eq!(describe_auto_scaling_groups(&mut drawers, ASKED).0, status);
        }
        assert_eq!(drawers.scaling.asked.len(), 3);
    }
}
