//! Which payloads are understood.

use queue_capacity::trigger::Trigger;
use serde_json::json;

#[test]
fn the_schedules_empty_input_is_a_tick() {
    for event in [json!({}), json!({"detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"})] {
        assert_eq!(Trigger::decode(event).unwrap(), Trigger::Tick { retry_parked: false });
    }
    assert_eq!(Trigger::decode(json!({"retry_parked": true})).unwrap(), Trigger::Tick { retry_parked: true });
}

#[test]
fn an_imagined_size_is_for_dry_runs_only() {
    let size = json!({"dry_run": true, "instances": {"asg": 5}});
    assert_eq!(Trigger::decode(size).unwrap(), Trigger::DryRun([("asg".to_owned(), 5)].into()));
    for wrong in [
        json!({"instances": {"asg": 5}}),
        json!({"dry_run": true, "instances": {"asg": -1}}),
        json!({"dry_run": true, "instances": {"asg": "many"}}),
        json!({"dry_run": true, "retry_parked": true}),
        json!({"dryrun": true}),
        json!([]),
    ] {
        let error = Trigger::decode(wrong.clone()).unwrap_err().to_string();
        assert!(error.contains("send {}"), "{wrong}: {error}");
    }
}
