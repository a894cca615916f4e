//! Plans that no correct planner makes are stopped before anything is sent.

use queue_capacity::check::check;
use queue_capacity::lever::Number;
use queue_capacity::plan::{Action, Decision};

use crate::scene::{decided, group, mapping};

fn stopped(of_target: &str, harm: impl Fn(&mut Decision)) -> String {
    let mapping = mapping("", of_target);
    let mut decision = decided(&mapping, &group(5), Number::Is(200), None);
    harm(&mut decision);
    check(&decision, &mapping.objects[0].targets[0]).unwrap_err().to_string()
}

/// Settings of the target, what is done to a right plan, and what is said then.
type Case = (&'static str, fn(&mut Decision), &'static str);

#[test]
fn every_rule_of_the_brake_stops_a_plan() {
    let cases: [Case; 7] = [
        ("", |it| it.target = "elsewhere".to_owned(), "another target"),
        ("max = 400", |it| it.wanted = 500, "outside its min and max"),
        ("", |it| it.found = Number::Other, "no number"),
        ("", |it| (it.found, it.action) = (Number::Absent, Action::Set { to: 499 }), "not what is wanted"),
        ("", |it| it.action = Action::Set { to: 200 }, "already"),
        ("", |it| it.action = Action::Set { to: 199 }, "away from"),
        ("step_limit = 100", |it| it.action = Action::Set { to: 301 }, "step limit"),
    ];
    for (of_target, harm, said) in cases {
        let line = stopped(of_target, harm);
        assert!(line.contains(said) && line.contains("nothing was changed"), "{line}");
    }
}

#[test]
fn a_plan_without_a_write_passes() {
    let mapping = mapping("", "");
    let decision = decided(&mapping, &group(2), Number::Is(200), None);
    assert_eq!(check(&Decision { wanted: 10_000_000, ..decision }, &mapping.objects[0].targets[0]), Ok(()));
}
