//! Which messages are hints, and about which group.

use queue_capacity::hint::{Hint, Poison, decode};
use serde_json::json;

fn event(detail_type: &str, detail: &serde_json::Value) -> String {
    json!({
        "version": "0", "id": "e-1", "detail-type": detail_type, "source": "aws.autoscaling",
        "time": "2026-11-24T10:00:00Z", "detail": detail,
    })
    .to_string()
}

#[test]
fn a_successful_event_names_its_group_and_nothing_else_of_it_counts() {
    for kind in ["Launch", "Terminate"] {
        let detail = json!({"AutoScalingGroupName": "asg", "DesiredCapacity": 900, "EC2InstanceId": "i-1"});
        let hint = decode(&event(&format!("EC2 Instance {kind} Successful"), &detail));
        assert_eq!(hint, Ok(Hint::Group("asg".to_owned())));
        let hint = decode(&event(&format!("EC2 Instance {kind} Unsuccessful"), &detail));
        assert_eq!(hint, Ok(Hint::Unsuccessful("asg".to_owned())));
    }
}

#[test]
fn other_events_are_no_hints() {
    let detail = json!({"AutoScalingGroupName": "asg"});
    for other in ["EC2 Instance-launch Lifecycle Action", "EC2 Auto Scaling Instance Launch Successful", ""] {
        assert_eq!(decode(&event(other, &detail)), Ok(Hint::Other), "{other}");
    }
    let elsewhere = event("EC2 Instance Launch Successful", &detail).replace("aws.autoscaling", "somebody");
    assert_eq!(decode(&elsewhere), Ok(Hint::Other));
}

#[test]
fn what_can_never_be_understood_is_poison() {
    for body in ["", "{", "[]", "7", "{\"source\":\"aws.autoscaling\"}", "\u{0}"] {
        assert_eq!(decode(body), Err(Poison::NoEvent), "{body}");
    }
    for detail in [json!({}), json!({"AutoScalingGroupName": ""}), json!({"AutoScalingGroupName": 7}), json!([])] {
        assert_eq!(decode(&event("EC2 Instance Launch Successful", &detail)), Err(Poison::NoGroup), "{detail}");
    }
}
