//! What happens to a table, given the load of its queues and what AWS says about it.

use platform::capacity::{Dimension, Resource};
use table_capacity::config::Mode;
use table_capacity::load::QueueLoad;
use table_capacity::plan::{Reading, Throttled, would_lower};

use crate::scene::{RULES, ago, decided, load, now, planned, reading, table, target, throughput};

#[test]
fn a_decision_names_loads_wanted_action_and_why() {
    assert_eq!(
        decided(&reading(&table(), 120, 100, 50)).explain(),
        "contacts: 120 conversations (queue a: 120, 10 s old) want 1200/600; set_units: reads rise from 100 to 1200, writes rise from 50 to 600"
    );
}

#[test]
fn t43_zero_conversations_go_to_the_floor_and_never_to_zero() {
    let mut table = table();
    assert_eq!(planned(&reading(&table, 0, 100, 50)), "set_units: reads fall from 100 to 5, writes fall from 50 to 5");
    table.min = 1;
    assert_eq!(planned(&reading(&table, 0, 100, 50)), "set_units: reads fall from 100 to 1, writes fall from 50 to 1");
}

#[test]
fn below_the_threshold_the_table_goes_to_its_floor() {
    assert_eq!(
        planned(&reading(&table(), 99, 1000, 5)),
        "set_units: reads fall from 1000 to 5, writes stay at 5, equal"
    );
    assert_eq!(decided(&reading(&table(), 100, 1000, 500)).action.name(), "keep");
}

#[test]
fn t41_equal_numbers_cause_no_call() {
    assert_eq!(
        planned(&reading(&table(), 120, 1200, 600)),
        "keep: reads stay at 1200, equal, writes stay at 600, equal"
    );
}

#[test]
fn t41_a_table_paid_per_request_is_refused_with_the_reason() {
    let table = table();
    let mut on_demand = reading(&table, 120, 0, 0);
    on_demand.capacity.is_on_demand = true;
    let decision = decided(&on_demand);
    assert_eq!(decision.action.skip_reason(), Some("on_demand"));
    assert!(decision.explain().contains("paid per request"), "{}", decision.explain());
}

#[test]
fn t41_a_table_that_is_being_updated_is_left_alone() {
    let table = table();
    let mut updating = reading(&table, 120, 100, 50);
    updating.capacity.throughputs[0].is_active = false;
    assert_eq!(decided(&updating).action.skip_reason(), Some("updating"));
    let mut equal = reading(&table, 120, 1200, 600);
    equal.capacity.throughputs[0].is_active = false;
    assert_eq!(decided(&equal).action.name(), "keep");
}

#[test]
fn a_small_fall_is_not_worth_a_decrease_and_a_small_rise_is_made() {
    let table = table();
    assert_eq!(
        planned(&reading(&table, 120, 1300, 600)),
        "keep: reads stay at 1300, 1200 is too near to be worth a decrease, writes stay at 600, equal"
    );
    assert_eq!(decided(&reading(&table, 120, 1334, 667)).action.name(), "set_units");
    assert_eq!(decided(&reading(&table, 120, 1199, 600)).action.name(), "set_units");
}

/// The last decrease `seconds` ago, and so many today.
fn spent(reading: &Reading<'_>, decreases: i64, seconds: i64) -> Option<&'static str> {
    let mut spent = reading.clone();
    spent.capacity.throughputs[0].decreases_today = decreases;
    spent.capacity.throughputs[0].last_decrease = Some(ago(seconds));
    decided(&spent).action.skip_reason()
}

#[test]
fn t40_four_decreases_then_one_an_hour_and_twenty_seven_a_day() {
    let table = table();
    let lower = reading(&table, 0, 100, 50);
    assert_eq!(spent(&lower, 3, 60), None);
    assert_eq!(spent(&lower, 4, 60), Some("budget_spent"));
    assert_eq!(spent(&lower, 4, 3600), None);
    assert_eq!(spent(&lower, 26, 3600), None);
    assert_eq!(spent(&lower, 27, 7200), Some("budget_spent"));
    assert_eq!(spent(&reading(&table, 120, 100, 50), 27, 60), None, "raising needs no budget");
}

#[test]
fn t40_a_spent_budget_holds_what_falls_and_not_what_rises() {
    let table = table();
    let mut mixed = reading(&table, 120, 100, 4000);
    mixed.capacity.throughputs[0].decreases_today = 27;
    assert_eq!(
        planned(&mixed),
        "set_units: reads rise from 100 to 1200, writes stay at 4000 and wait to be 600, because no decrease is left until an hour after the last one, or until midnight UTC"
    );
}

#[test]
fn t40_each_index_has_its_own_budget() {
    let mut table = table();
    table.indexes = vec!["by-agent".to_owned()];
    let mut lower = reading(&table, 0, 100, 50);
    let mut index = throughput(Resource::Index("by-agent".to_owned()), 100, 50);
    index.decreases_today = 27;
    lower.capacity.throughputs.push(index);
    let line = planned(&lower);
    assert!(line.starts_with("set_units: reads fall from 100 to 5, writes fall from 50 to 5"), "{line}");
    assert!(line.contains("index by-agent reads stay at 100 and wait to be 5"), "{line}");
}

#[test]
fn an_index_that_the_table_does_not_have_is_refused_by_its_name() {
    let mut table = table();
    table.indexes = vec!["by-agent".to_owned()];
    let decision = decided(&reading(&table, 120, 100, 50));
    assert!(decision.explain().contains("no index by-agent"), "{}", decision.explain());
}

#[test]
fn t42_a_throttled_table_is_not_lowered_and_can_be_raised() {
    let table = table();
    for (throttled, held) in [
        (Throttled::Yes, Some("throttled")),
        (Throttled::Unknown, Some("throttling_unknown")),
        (Throttled::NotAsked, None),
    ] {
        let lower = Reading { throttled, ..reading(&table, 0, 100, 50) };
        assert_eq!(decided(&lower).action.skip_reason(), held);
        let raise = Reading { throttled, ..reading(&table, 120, 100, 50) };
        assert_eq!(decided(&raise).action.name(), "set_units");
    }
}

#[test]
fn t42_cloudwatch_is_asked_only_where_something_would_be_lowered() {
    let table = table();
    let asks = |conversations| would_lower(&reading(&table, conversations, 100, 50), &RULES, now());
    assert!(asks(0));
    assert!(!asks(120));
}

#[test]
fn a_stale_load_holds_and_is_never_read_as_zero() {
    let table = table();
    let mut stale = reading(&table, 0, 100, 50);
    stale.loads = vec![load("a", 120, 901)];
    assert_eq!(decided(&stale).action.skip_reason(), Some("stale"), "old news raises nothing either");
    stale.loads = vec![load("a", 120, 900)];
    assert_eq!(decided(&stale).action.name(), "set_units");
    stale.loads = vec![QueueLoad { queue: "a".to_owned(), known: None }];
    assert_eq!(decided(&stale).action.skip_reason(), Some("no_load"));
}

#[test]
fn one_silent_queue_holds_decreases_and_not_increases() {
    let mut table = table();
    table.queues.push("b".to_owned());
    let mut half = reading(&table, 0, 1000, 500);
    half.loads = vec![load("a", 60, 10), QueueLoad { queue: "b".to_owned(), known: None }];
    assert_eq!(decided(&half).action.skip_reason(), Some("stale"));
    half.loads = vec![load("a", 160, 10), load("b", 50, 5000)];
    assert_eq!(planned(&half), "set_units: reads rise from 1000 to 2100, writes rise from 500 to 1050");
}

#[test]
fn loads_of_several_queues_add_up() {
    let mut table = table();
    table.queues.push("b".to_owned());
    let mut two = reading(&table, 0, 100, 50);
    two.loads = vec![load("a", 60, 10), load("b", 70, 20)];
    assert_eq!(decided(&two).conversations, 130);
    assert_eq!(decided(&two).wanted.read, 1300);
}

#[test]
fn a_table_settles_before_it_is_lowered_and_is_raised_at_once() {
    let table = table();
    let lower = |seconds| Reading { last_update: Some(ago(seconds)), ..reading(&table, 0, 100, 50) };
    assert_eq!(decided(&lower(29)).action.skip_reason(), Some("settling"));
    assert_eq!(decided(&lower(30)).action.skip_reason(), None);
    let mut by_somebody = reading(&table, 0, 100, 50);
    by_somebody.capacity.throughputs[0].last_increase = Some(ago(5));
    assert_eq!(decided(&by_somebody).action.skip_reason(), Some("settling"));
    let raise = Reading { last_update: Some(ago(1)), ..reading(&table, 120, 100, 50) };
    assert_eq!(decided(&raise).action.name(), "set_units");
}

#[test]
fn a_scaling_policy_makes_auto_move_the_floor_and_refuses_direct() {
    let mut table = table();
    let targets = vec![target(Dimension::Read, 5, 900)];
    let scaled = Reading { targets: targets.clone(), ..reading(&table, 120, 100, 50) };
    assert_eq!(planned(&scaled), "set_floor: reads rise from 5 to 900", "the ceiling stays, writes are not registered");
    table.mode = Mode::Direct;
    let fought = Reading { targets: targets.clone(), ..reading(&table, 120, 100, 50) };
    assert_eq!(decided(&fought).action.skip_reason(), Some("scaled_by_policy"));
    table.mode = Mode::Floor;
    assert_eq!(decided(&reading(&table, 120, 100, 50)).action.skip_reason(), Some("no_target"));
    let mut updating = Reading { targets, ..reading(&table, 120, 100, 50) };
    updating.capacity.throughputs[0].is_active = false;
    assert_eq!(decided(&updating).action.name(), "set_floor", "a floor can be moved while the table is being updated");
}

#[test]
fn a_target_without_a_policy_is_no_reason_to_leave_the_units_alone() {
    let table = table();
    let idle = platform::capacity::Target { has_policy: false, ..target(Dimension::Read, 5, 900) };
    let reading = Reading { targets: vec![idle], ..reading(&table, 120, 100, 50) };
    assert_eq!(decided(&reading).action.name(), "set_units");
}

#[test]
fn a_floor_is_lowered_by_the_same_rules_and_needs_no_budget() {
    let table = table();
    let mut lower = Reading { targets: vec![target(Dimension::Read, 500, 900)], ..reading(&table, 0, 600, 50) };
    lower.capacity.throughputs[0].decreases_today = 27;
    assert_eq!(planned(&lower), "set_floor: reads fall from 500 to 5");
    lower.throttled = Throttled::Yes;
    assert_eq!(decided(&lower).action.skip_reason(), Some("throttled"));
    lower.throttled = Throttled::No;
    lower.targets[0].max = 3;
    lower.targets[0].min = 1;
    assert_eq!(decided(&lower).action.skip_reason(), Some("ceiling"));
}
