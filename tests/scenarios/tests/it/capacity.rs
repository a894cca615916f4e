//! From the event of an Auto Scaling group to the number at Genesys: what is read, what is written, and what an event
//! alone can never do.

use platform::report::Status;
use scenarios::World;
use scenarios::aws::sqs::RECEIVES_MAX;
use serde_json::{Value, json};

use crate::capacity_scene::{
    FUNCTION, LAUNCHED, PERSON, SALES, SUPPORT, TABLE, TERMINATED, assert_quiet, audit, capacity, deliver, deliver_one,
    event, group_reads, last_run, lengths, limit, mapping, past_visibility, put, requests, resize, row, rows, set_size,
    started, tick, usual, world, world_of, writes,
};

#[tokio::test]
async fn a_group_that_grows_from_two_to_five_sets_500_where_200_was_and_the_second_run_does_nothing() {
    let world = world().await;
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.status, report.updated, report.failed), (Status::Done, 1, 0), "{report:?}");
    let mut expected = limit("Support");
    expected["capacity"] = json!(500);
    assert_eq!(world.genesys.row(TABLE, "Support"), Some(expected), "the other columns stay");
    assert_eq!((capacity(&world, "Sales"), group_reads(&world, SALES)), (json!(200), 0), "nobody asked about it");
    assert_quiet(&world).await;
}

#[tokio::test]
async fn what_a_run_leaves_behind_says_the_old_value_and_the_new_one() {
    let world = world().await;
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    let line = audit(&world).pop().expect("a line of the audit stream");
    for part in ["capacity", "200", "500", "Support"] {
        assert!(line.contains(part), "no {part} in {line}");
    }
    let decision = report.decisions.iter().find(|line| line.contains("500")).expect("a decision");
    assert!(decision.contains(SUPPORT) && decision.contains("200"), "{decision}");
    assert_eq!(rows(&world, "run#queue-capacity")[0]["sk"]["S"], report.run_id);
    assert_eq!(rows(&world, &format!("target#queue-capacity#{SUPPORT}")).len(), 1);
}

/// The floor: one read of the group, one of the row, one write, one reading back; an equal value is one read of each.
#[tokio::test]
async fn a_batch_costs_one_read_of_each_group_and_an_equal_value_one_read_and_no_write() {
    let world = world().await;
    for _ in 0..50 {
        put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    }
    set_size(&world, SUPPORT, 52);
    let report = deliver_one(&world).await;
    assert_eq!((report.fetched, report.updated), (51, 1), "{report:?}");
    let (read, write) = ("GET data_table_row_get", "PUT data_table_row_put");
    assert_eq!(requests(&world), ["GET organization_get", read, write, read].map(str::to_owned), "fifty events");
    assert_eq!(group_reads(&world, SUPPORT), 1);

    world.forget();
    put(&world, &event(&world, LAUNCHED, SUPPORT).to_string());
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.skipped_by["unchanged"]), (0, 1), "{report:?}");
    assert_eq!((requests(&world), group_reads(&world, SUPPORT)), (vec![read.to_owned()], 2));

    world.forget();
    tick(&world).await;
    assert_eq!(requests(&world), [read, read].map(str::to_owned), "the schedule looks at both groups");
    assert_eq!((group_reads(&world, SUPPORT), group_reads(&world, SALES)), (3, 1));
}

/// The newest event is not the newest size: whatever comes last, what the group has now is set.
#[tokio::test]
async fn t25_events_in_any_order_and_of_any_time_end_at_the_size_of_now() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let world = world_of(&[row("Support", "hold_down_seconds = 0")]).await;
        let mut events = Vec::new();
        for (size, kind) in [(5, LAUNCHED), (9, LAUNCHED), (3, TERMINATED)] {
            set_size(&world, SUPPORT, size);
            events.push(event(&world, kind, SUPPORT).to_string());
            world.advance(std::time::Duration::from_secs(60));
        }
        for number in order {
            put(&world, &events[number]);
            deliver_one(&world).await;
        }
        assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(300), 1), "{order:?}");
        assert_quiet(&world).await;
    }
}

/// What anybody in the account, or on the queue, could send. The group is asked, and the group did not change.
#[tokio::test]
async fn a_forged_event_changes_nothing_that_the_size_of_the_group_does_not_justify() {
    let world = world().await;
    let real = event(&world, LAUNCHED, SUPPORT);
    let with = |path: &[&str], value: Value| {
        let mut event = real.clone();
        let member = path.iter().fold(&mut event, |member, name| &mut member[*name]);
        *member = value;
        event.to_string()
    };
    let forged = [
        real.to_string(),
        event(&world, TERMINATED, SUPPORT).to_string(),
        event(&world, LAUNCHED, "nobodys-asg").to_string(),
        event(&world, LAUNCHED, "support-asg-2").to_string(),
        with(&["detail", "DesiredCapacity"], json!(9_999)),
        with(&["detail", "Details"], json!({"DesiredCapacity": 9_999, "instances": 9_999})),
        with(&["detail", "Cause"], json!("changing the desired capacity from 2 to 9999")),
        with(&["time"], json!("2036-01-01T00:00:00Z")),
        with(&["account"], json!("999999999999")),
        with(&["instances"], json!({"support-asg": 9_999})),
    ];
    for text in &forged {
        put(&world, text);
    }
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed, report.skipped_by["unmapped"]), (0, 0, 2), "{report:?}");
    assert_eq!((writes(&world).len(), capacity(&world, "Support")), (0, json!(200)));
    assert_eq!((group_reads(&world, SUPPORT), group_reads(&world, "nobodys-asg")), (1, 0), "one read for all of them");
    assert_quiet(&world).await;
}

/// A batch of the real form whose record carries wishes is a batch: wishes come from invocations, never from messages.
#[tokio::test]
async fn a_message_cannot_ask_for_what_only_an_invocation_may_ask_for() {
    let world = world().await;
    for wish in [json!({"retry_parked": true}), json!({"dry_run": true, "instances": {SUPPORT: 9}}), json!({})] {
        put(&world, &wish.to_string());
    }
    let delivered = world.deliver(scenarios::aws::sqs::SCALING, FUNCTION).await.expect("a batch");
    assert_eq!(delivered.given_back.len(), 3, "{delivered:?}");
    assert_eq!((requests(&world).len(), capacity(&world, "Support")), (0, json!(200)));
    world.desk.open().queues.get_mut(scenarios::aws::sqs::SCALING).unwrap().letters.clear(); // As a person does.
}

#[tokio::test]
async fn a_launch_that_failed_is_counted_and_wakes_nobody() {
    let world = world().await;
    for kind in ["EC2 Instance Launch Unsuccessful", "EC2 Instance Terminate Unsuccessful"] {
        put(&world, &event(&world, kind, SUPPORT).to_string());
    }
    let report = deliver_one(&world).await;
    assert_eq!((report.fetched, report.skipped_by["unsuccessful"]), (2, 2), "{report:?}");
    assert_eq!((group_reads(&world, SUPPORT), requests(&world).len()), (0, 0));
    assert!(world.log().contains("could not be started or ended"), "{}", world.log());
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t21_what_cannot_be_understood_is_given_back_and_the_rest_of_the_batch_is_done() {
    let world = world().await;
    set_size(&world, SUPPORT, 5);
    let no_name = {
        let mut event = event(&world, LAUNCHED, SUPPORT);
        event["detail"].as_object_mut().unwrap().remove("AutoScalingGroupName");
        event.to_string()
    };
    let whole = event(&world, LAUNCHED, SUPPORT).to_string();
    let wrong = [
        PERSON.to_owned(),
        "{".to_owned(),
        whole[..whole.len() - 4].to_owned(),
        "[]".to_owned(),
        json!({"source": "aws.autoscaling", "detail": PERSON}).to_string(),
        event(&world, LAUNCHED, "").to_string(),
        no_name,
    ];
    for text in wrong.iter().chain([&whole]) {
        put(&world, text);
    }
    let first = world.deliver(scenarios::aws::sqs::SCALING, FUNCTION).await.expect("a batch");
    assert_eq!((first.batch.len(), first.given_back.len(), &first.error), (8, wrong.len(), &None), "{first:?}");
    let run = last_run(&world);
    assert_eq!((run.updated, run.failed, capacity(&world, "Support")), (1, 7, json!(500)), "{run:?}");
    for _ in 0..RECEIVES_MAX {
        past_visibility(&world);
        deliver(&world).await;
    }
    assert_eq!(lengths(&world), (0, wrong.len()));
    world.desk.open().queues.get_mut(scenarios::aws::sqs::SCALING).unwrap().dead.clear(); // As a person does.
    assert_quiet(&world).await;
}

/// One group has no row any more; the other one is served, and the messages are not given back for it.
#[tokio::test]
async fn a_group_whose_target_fails_does_not_stop_the_other_one() {
    let world = world().await;
    world.genesys.remove_row(TABLE, "Support");
    resize(&world, SUPPORT, 5);
    resize(&world, SALES, 4);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed_by["not_found"]), (1, 1), "{report:?}");
    assert_eq!((capacity(&world, "Sales"), lengths(&world)), (json!(400), (0, 0)));

    world.genesys.put_row(TABLE, &json!({"KEY": "Support", "capacity": 200}));
    assert_eq!(tick(&world).await.updated, 1, "it heals without an event");
    assert_eq!(capacity(&world, "Support"), json!(500));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let world = world().await;
    set_size(&world, SUPPORT, 5);
    let before = rows(&world, "target#");
    let report = world.invoke(json!({"dry_run": true})).await.report();
    let plan = report.plan.expect("a plan");
    let support = plan.as_array().unwrap().iter().find(|line| line["group"] == SUPPORT).expect("its line");
    assert_eq!((&support["instances"], &support["wanted"], &support["found"]), (&json!(5), &json!(500), &json!(200)));
    assert_eq!(plan.as_array().map(Vec::len), Some(2), "{plan}");

    let event = json!({"dry_run": true, "instances": {SUPPORT: 7}});
    let imagined = world.invoke(event).await.report().plan.expect("a plan");
    let support = imagined.as_array().unwrap().iter().find(|line| line["group"] == SUPPORT).expect("its line");
    assert_eq!((&support["instances"], &support["wanted"]), (&json!(7), &json!(700)));
    assert_eq!((writes(&world).len(), rows(&world, "target#"), rows(&world, "run#").len()), (0, before, 0));

    assert_eq!(tick(&world).await.updated, 1, "the same plan, carried out");
    assert_eq!(capacity(&world, "Support"), json!(500));
    assert_quiet(&world).await;
}

/// A secret of another stage is the worst accident there is.
#[tokio::test]
async fn another_organisation_than_the_secrets_is_refused_before_the_first_write() {
    let world = world().await;
    set_size(&world, SUPPORT, 5);
    let another = "99999999-2222-4333-8444-555555555555";
    world.genesys.settings(&json!({"genesys": {"organization_id": another}}));
    let error = crate::capacity_scene::reconcile(&world).await.error();
    assert!(error.message.contains("organi"), "{error:?}");
    assert_eq!((writes(&world).len(), capacity(&world, "Support")), (0, json!(200)));
}

/// Between two runs nobody is told anything: the schedule alone brings the number there.
#[tokio::test]
async fn t39_a_size_whose_event_never_came_is_set_by_the_schedule() {
    let world = world().await;
    set_size(&world, SUPPORT, 5);
    set_size(&world, SALES, 3);
    let report = tick(&world).await;
    assert_eq!((report.fetched, report.updated), (2, 2), "{report:?}");
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(500), json!(300)));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_mapping_that_is_only_an_example_is_left_alone() {
    let disabled = mapping(SALES, "enabled = false", &[row("Sales", "")]);
    let config = mapping(SUPPORT, "", &[row("Support", "")]) + &disabled;
    let world = started(World::builder(), &config).await;
    resize(&world, SUPPORT, 5);
    resize(&world, SALES, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.skipped_by["unmapped"]), (1, 1), "{report:?}");
    let imagined = json!({"dry_run": true, "instances": {SALES: 6}});
    let plan = world.invoke(imagined).await.report().plan.expect("a plan");
    let line = plan.as_array().unwrap().iter().find(|line| line["group"] == SALES);
    assert_eq!(line.expect("what it would do")["wanted"], json!(600), "it can be tried out before it is enabled");
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(500), json!(200)));
    assert_quiet(&world).await;
}

/// Nothing personal passes into a log, also when the vendor quotes what it refuses.
#[tokio::test]
async fn what_stands_beside_the_number_is_found_nowhere_at_any_log_level() {
    let world = started(World::builder().log("trace"), &usual()).await;
    world.keep_private("demo-genesys-secret");
    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    let quoted = format!("the value of {PERSON} is not valid");
    for (method, status) in [("PUT", 400), ("GET", 404), ("PUT", 500)] {
        world.genesys.fault(&json!({
            "fault": "refused", "vendor": "genesys", "method": method, "path": "datatables", "count": 1,
            "status": status, "code": PERSON, "message": quoted,
        }));
    }
    for size in [6, 7, 8, 9] {
        resize(&world, SUPPORT, size);
        deliver(&world).await;
        let _ = crate::capacity_scene::reconcile(&world).await; // Whatever it ends as.
    }
    put(&world, &format!("{{\"{PERSON}\":"));
    deliver(&world).await;
    world.desk.open().queues.get_mut(scenarios::aws::sqs::SCALING).unwrap().letters.clear();
    for token in world.genesys.live_tokens() {
        world.keep_private(&token);
    }
    let seen = world.journal().iter().filter(|entry| entry.response.to_string().contains(PERSON)).count();
    assert!(seen >= 3, "the name passed through the function {seen} times");
    assert_eq!(world.leaks(), []);
    assert_eq!(tick(&world).await.failed, 0);
    assert_eq!(capacity(&world, "Support"), json!(900));
}
