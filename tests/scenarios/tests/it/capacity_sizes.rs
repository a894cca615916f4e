//! From the size of a group to the number that is wanted: sizes that nobody knows, groups at nothing, decreases that wait,
//! steps, and how much one run writes.

use std::time::Duration;

use platform::report::Status;
use scenarios::World;
use scenarios::aws::scaling_groups::Outage;
use scenarios::door::{Harm, Point};
use serde_json::json;

use crate::capacity_scene::{
    LAUNCHED, SALES, SUPPORT, TABLE, assert_quiet, capacity, change_group, deliver_one, event, lengths, limit, mapping,
    put, reconcile, requests, resize, row, set_size, started, tick, world, world_of, writes,
};

const MINUTE: Duration = Duration::from_secs(60);

/// Zero would close the queue. Whatever hides the size, the number stays as it is and no other object is touched.
#[tokio::test]
async fn t39_a_group_that_cannot_be_read_is_never_read_as_zero() {
    for outage in [Outage::Denied, Outage::Throttled, Outage::Broken] {
        let world = world_of(&[row("Support", "hold_down_seconds = 0")]).await;
        world.desk.open().scaling.outage = Some(outage);
        put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
        let report = deliver_one(&world).await;
        let reason = match outage {
            Outage::Denied => "group_denied",
            Outage::Throttled => "group_busy",
            Outage::Broken => "group_no_answer",
        };
        assert_eq!((report.updated, report.failed_by.get(reason)), (0, Some(&1)), "{outage:?}: {report:?}");
        assert_eq!((requests(&world).len(), capacity(&world, "Support"), lengths(&world)), (0, json!(200), (0, 0)));

        world.desk.open().scaling.outage = None;
        set_size(&world, SUPPORT, 5);
        assert_eq!((tick(&world).await.updated, capacity(&world, "Support")), (1, json!(500)), "{outage:?}");
        assert_quiet(&world).await;
    }
}

#[tokio::test]
async fn an_answer_without_the_size_is_no_size() {
    let world = world_of(&[row("Support", "hold_down_seconds = 0")]).await;
    change_group(&world, SUPPORT, |group| group.desired = None);
    put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed_by.get("group_unreadable")), (0, Some(&1)), "{report:?}");
    assert_eq!((requests(&world).len(), capacity(&world, "Support")), (0, json!(200)));
    set_size(&world, SUPPORT, 2);
    assert_quiet(&world).await;
}

/// Where instances in service count, an answer without instances says nothing about them.
#[tokio::test]
async fn t39_an_answer_without_the_instances_is_not_a_group_without_instances() {
    let config = mapping(SUPPORT, "instances = \"in_service\"", &[row("Support", "hold_down_seconds = 0")]);
    let world = started(World::builder(), &config).await;
    change_group(&world, SUPPORT, |group| group.hides_instances = true);
    put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed_by.get("group_unreadable")), (0, Some(&1)), "{report:?}");
    assert_eq!((requests(&world).len(), capacity(&world, "Support")), (0, json!(200)));
    change_group(&world, SUPPORT, |group| (group.hides_instances, group.in_service) = (false, 0));
    assert_eq!((tick(&world).await.updated, capacity(&world, "Support")), (1, json!(0)), "this one is empty");
    assert_quiet(&world).await;
}

/// What a proxy, or a connection that was cut, may put in the place of the answer.
#[tokio::test]
async fn t39_an_answer_that_is_no_answer_is_no_size() {
    let started = "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>\
                   <AutoScalingGroupName>support-asg</AutoScalingGroupName><MinSize>0</MinSize>";
    let nothing = "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups/>\
                   </DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>";
    let world = world_of(&[row("Support", "hold_down_seconds = 0")]).await;
    for text in ["", "<html>try later</html>", "{}", started, nothing] {
        world.door.harm(Point::Every("DescribeAutoScalingGroups"), Harm::Answer(200, text.to_owned()));
        put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
        let report = deliver_one(&world).await;
        assert_eq!((report.updated, report.failed), (0, 1), "{text:?}: {report:?}");
        assert_eq!((requests(&world).len(), capacity(&world, "Support")), (0, json!(200)), "{text:?}");
        world.door.calm();
    }
    assert_quiet(&world).await;
}

/// A permission that is missing is named, and what can be served without it is.
#[tokio::test]
async fn a_role_that_may_not_read_groups_is_told_which_action_to_allow() {
    let world = world().await;
    world.desk.open().scaling.outage = Some(Outage::Denied);
    let error = reconcile(&world).await.error();
    assert!(error.message.contains("DescribeAutoScalingGroups"), "{error:?}");
    assert_eq!(requests(&world), [""; 0]);
}

#[tokio::test]
async fn a_group_that_is_gone_fails_alone_and_its_number_stays() {
    let world = world().await;
    world.desk.open().scaling.groups.remove(SUPPORT);
    put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    resize(&world, SALES, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.status, report.updated, report.failed_by["group_gone"]), (Status::Failed, 1, 1), "{report:?}");
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(200), json!(500)));
    let told = report.decisions.iter().chain(&report.warnings).chain(&report.reason).any(|line| line.contains(SUPPORT));
    assert!(told, "{report:?}");
    set_size(&world, SUPPORT, 2);
    assert_quiet(&world).await;
}

/// An empty group is a size like any other: it gets the least, after the hold-down.
#[tokio::test]
async fn a_group_at_zero_gets_the_least_and_only_after_the_hold_down() {
    let targets = [row("Support", ""), row("Sales", "min = 50")];
    let world = world_of(&targets).await;
    resize(&world, SUPPORT, 0);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.skipped_by["hold_down"]), (0, 2), "{report:?}");
    let report = tick(&world).await;
    assert_eq!(report.updated, 2, "{report:?}");
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(0), json!(50)));
    resize(&world, SUPPORT, 1);
    assert_eq!(deliver_one(&world).await.updated, 2, "raising never waits");
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(100), json!(100)));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_suspended_group_holds_its_number_until_it_is_resumed() {
    let world = world().await;
    change_group(&world, SUPPORT, |group| group.suspended = vec!["Launch"]);
    change_group(&world, SUPPORT, |group| group.desired = Some(5));
    put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.skipped_by["suspended"]), (0, 1), "{report:?}");
    assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(200), 0));
    set_size(&world, SUPPORT, 5);
    assert_eq!((tick(&world).await.updated, capacity(&world, "Support")), (1, json!(500)));

    change_group(&world, SUPPORT, |group| group.suspended = vec!["AZRebalance", "AlarmNotification"]);
    resize_keeping_processes(&world, 6);
    assert_eq!(tick(&world).await.updated, 1, "these do not keep a group from its size");
    assert_eq!(capacity(&world, "Support"), json!(600));
    assert_quiet(&world).await;
}

fn resize_keeping_processes(world: &World, size: usize) {
    change_group(world, SUPPORT, |group| (group.desired, group.in_service) = (Some(size), size));
}

/// Two instances fewer for two minutes are no reason to let fewer people in; for five minutes they are.
#[tokio::test]
async fn a_decrease_waits_for_the_hold_down_and_a_rise_starts_it_anew() {
    let world = world_of(&[row("Support", "")]).await;
    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    world.advance(MINUTE);
    resize(&world, SUPPORT, 2);
    let held = deliver_one(&world).await;
    assert_eq!((held.updated, held.skipped_by["hold_down"], held.measures["holds"]), (0, 1, 1), "{held:?}");
    world.advance(4 * MINUTE);
    resize(&world, SUPPORT, 5); // One minute before its end.
    assert_eq!(deliver_one(&world).await.skipped_by["unchanged"], 1);
    world.advance(MINUTE);
    resize(&world, SUPPORT, 3);
    assert_eq!(deliver_one(&world).await.skipped_by["hold_down"], 1, "it begins again");
    world.advance(4 * MINUTE);
    resize(&world, SUPPORT, 2); // Less still, which is the same decrease.
    assert_eq!(deliver_one(&world).await.skipped_by["hold_down"], 1);
    world.advance(MINUTE);
    assert_eq!(world.invoke(json!({})).await.report().updated, 1);
    assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(200), 2));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_step_limit_spreads_a_change_over_several_runs_and_ends_at_the_wanted_number() {
    let world = world_of(&[row("Support", "step_limit = 300\nhold_down_seconds = 0")]).await;
    resize(&world, SUPPORT, 9);
    deliver_one(&world).await;
    put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    let held = deliver_one(&world).await;
    assert_eq!((held.updated, held.skipped_by["step"]), (0, 1), "a storm does not hurry: {held:?}");
    let mut seen = vec![capacity(&world, "Support")];
    for _ in 0..2 {
        assert_eq!(tick(&world).await.updated, 1);
        seen.push(capacity(&world, "Support"));
    }
    assert_eq!(seen, [json!(500), json!(800), json!(900)]);
    set_size(&world, SUPPORT, 4);
    for expected in [600, 400] {
        assert_eq!((tick(&world).await.updated, capacity(&world, "Support")), (1, json!(expected)));
    }
    assert_quiet(&world).await;
}

#[tokio::test]
async fn instances_in_service_count_where_the_mapping_says_so() {
    let config = mapping(SUPPORT, "instances = \"in_service\"", &[row("Support", "")])
        + &mapping(SALES, "instances = \"desired\"", &[row("Sales", "")]);
    let world = started(World::builder(), &config).await;
    for group in [SUPPORT, SALES] {
        change_group(&world, group, |group| {
            (group.desired, group.in_service, group.others) = (Some(6), 3, vec!["Pending", "Terminating", "Standby"]);
        });
    }
    assert_eq!(tick(&world).await.updated, 2);
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(300), json!(600)));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_number_never_leaves_its_bounds() {
    let world = world_of(&[row("Support", "min = 150\nmax = 450\nhold_down_seconds = 0")]).await;
    for (size, expected) in [(9, 450), (0, 150), (3, 300)] {
        resize(&world, SUPPORT, size);
        deliver_one(&world).await;
        assert_eq!(capacity(&world, "Support"), expected, "{size} instances");
    }
    assert_quiet(&world).await;
}

/// Rows that one group sets, all of which want another number at once.
const MANY: usize = 12;
const WRITES_PER_RUN: usize = 5;

fn key(number: usize) -> String {
    format!("Queue {number:02}/ção")
}

/// Many writes at once upset the vendor: a run makes so many, and the next one goes on.
#[tokio::test]
async fn t38_writes_of_one_run_are_capped_and_the_next_runs_go_on() {
    let targets: Vec<_> = (0..MANY).map(|number| row(&key(number), "")).collect();
    let config = format!("writes_per_run = {WRITES_PER_RUN}\n{}", mapping(SUPPORT, "", &targets));
    let world = started(World::builder(), &config).await;
    for number in 0..MANY {
        world.genesys.put_row(TABLE, &limit(&key(number)));
    }
    resize(&world, SUPPORT, 5);
    let first = deliver_one(&world).await;
    assert_eq!((first.updated, first.skipped_by["writes_spent"]), (5, 7), "{first:?}");
    assert_eq!(first.status, Status::Continued, "{first:?}");
    assert_eq!(writes(&world).len(), WRITES_PER_RUN);
    let second = tick(&world).await;
    assert_eq!((second.updated, second.skipped_by["writes_spent"]), (5, 2), "{second:?}");
    let third = tick(&world).await;
    assert_eq!((third.updated, third.status), (2, Status::Done), "{third:?}");
    assert!((0..MANY).all(|number| capacity(&world, &key(number)) == 500));
    assert_eq!(writes(&world).len(), MANY, "nothing was written twice");
    assert_quiet(&world).await;
}

/// A vendor that lets in little: what it would not let in is not sent, and everything arrives all the same. Its minute is
/// short, because waits are short here.
#[tokio::test]
async fn t38_writes_keep_to_a_share_of_a_small_request_limit_and_all_arrive() {
    let targets: Vec<_> = (0..MANY).map(|number| row(&key(number), "")).collect();
    let config = format!("genesys_api_share = 0.5\n{}", mapping(SUPPORT, "", &targets));
    let builder = World::builder().simulator(json!({"genesys": {"rate_allowed": 20, "minute_ms": 60}}));
    let world = started(builder, &config).await;
    for number in 0..MANY {
        world.genesys.put_row(TABLE, &limit(&key(number)));
    }
    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    for _ in 0..MANY {
        let _ = reconcile(&world).await; // Whatever it ends as: there may be more to do.
    }
    let refused = world.journal().iter().filter(|entry| entry.status == 429).count();
    assert!(refused <= 2, "{refused} requests were refused");
    assert!((0..MANY).all(|number| capacity(&world, &key(number)) == 500));
    assert_eq!(writes(&world).iter().filter(|entry| entry.status < 300).count(), MANY);
}

/// A minute lets in fewer requests than a look at every object takes. Each run finishes a few, and in the end all are right.
#[tokio::test]
async fn t38_a_group_with_more_objects_than_a_run_may_ask_for_is_served_by_several_runs() {
    let targets: Vec<_> = (0..MANY).map(|number| row(&key(number), "")).collect();
    let config = format!("genesys_api_share = 0.5\n{}", mapping(SUPPORT, "", &targets));
    // Half of twenty; the next minute begins too late for a run that used them up, and before the next run.
    let builder = World::builder().simulator(json!({"genesys": {"rate_allowed": 20, "minute_ms": 200}}));
    let world = started(builder, &config).await;
    for number in 0..MANY {
        world.genesys.put_row(TABLE, &limit(&key(number)));
    }
    set_size(&world, SUPPORT, 5);
    let right = || (0..MANY).filter(|number| capacity(&world, &key(*number)) == 500).count();
    let mut progress = Vec::new();
    while right() < MANY && progress.len() < 10 * MANY {
        let _ = reconcile(&world).await; // Whatever it ends as: there is more to do.
        progress.push(right());
    }
    println!("right after each run: {progress:?}");
    assert_eq!(right(), MANY, "{progress:?}");
    assert_eq!(writes(&world).iter().filter(|entry| entry.status < 300).count(), MANY, "nothing was written twice");
}
