//! Application Auto Scaling, of an account in which nothing is registered with it.

use super::Answered;

pub(crate) fn describe_scalable_targets() -> Answered {
    (200, r#"{"ScalableTargets":[]}"#.to_owned())
}

pub(crate) fn describe_scaling_policies() -> Answered {
    (200, r#"{"ScalingPolicies":[]}"#.to_owned())
}
