//! The levers at a vendor that answers as the real one does: whole objects are put back, other hands are at work at the
//! same moment, answers get lost, and a field that does not exist is ignored.

use platform::report::Status;
use scenarios::World;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

use crate::capacity_scene::{
    AGENTS, PERSON, QUEUE, SALES, SUPPORT, TABLE, assert_quiet, capacity, deliver_one, kept, mapping, queue_field,
    reconcile, requests, resize, row, rows, set_size, started, tick, utilization, world, world_of, writes,
};

async fn world_with_field(settings: Value) -> World {
    let builder = World::builder().simulator(kept()).simulator(settings);
    let world = started(builder, &mapping(SUPPORT, "", &[queue_field("hold_down_seconds = 0")])).await;
    world.genesys.change_queue(QUEUE, &json!({"capacity": 200}));
    world
}

fn put_of(operation: &str) -> Kind {
    Kind { service: "genesys".to_owned(), operation: format!("PUT {operation}") }
}

fn put_row() -> Kind {
    put_of("flows/datatables/{id}/rows/{id}")
}

#[tokio::test]
async fn a_server_that_has_the_queue_field_gets_it_and_keeps_everything_else() {
    let world = world_with_field(json!({})).await;
    let mut expected = world.genesys.queue_of(QUEUE);
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    let mut found = world.genesys.queue_of(QUEUE);
    assert_eq!(found["capacity"], json!(500));
    for computed in ["capacity", "dateModified", "modifiedBy"] {
        (expected[computed], found[computed]) = (Value::Null, Value::Null);
    }
    assert_eq!(found, expected);
    assert_quiet(&world).await;
}

/// The server gives entity tags. Somebody changes the description between our reading and our writing: 412, and both
/// changes are there in the end.
#[tokio::test]
async fn t37_a_queue_that_somebody_changes_at_the_same_moment_keeps_both_changes() {
    let world = world_with_field(json!({"genesys": {"queue_etags": true}})).await;
    world.genesys.fault(&json!({"fault": "foreign_write", "vendor": "genesys", "method": "PUT", "count": 1}));
    let before = world.genesys.queue_of(QUEUE);
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    let statuses: Vec<_> = writes(&world).iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [412, 200]);
    let after = world.genesys.queue_of(QUEUE);
    assert_eq!(after["capacity"], json!(500));
    let changed = |name: &&String| {
        before[name.as_str()] != after[name.as_str()]
            && !["capacity", "dateModified", "modifiedBy"].contains(&name.as_str())
    };
    let theirs: Vec<_> = after.as_object().unwrap().keys().filter(changed).collect();
    assert_eq!(theirs.len(), 1, "their change is lost: {before} {after}");
    assert_quiet(&world).await;
}

/// A proxy that compresses makes entity tags weak, and a weak one never matches: it is not sent, so the queue is written.
#[tokio::test]
async fn a_weak_entity_tag_is_no_precondition() {
    let world = world_with_field(json!({"genesys": {"queue_etags": true}})).await;
    world.door.harm(Point::Every("GET routing/queues"), Harm::WeakenTag);
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    let statuses: Vec<_> = writes(&world).iter().map(|entry| entry.status).collect();
    assert_eq!((statuses, &world.genesys.queue_of(QUEUE)["capacity"]), (vec![200], &json!(500)));
    assert_quiet(&world).await;
}

/// What a lever without versions cannot promise: the vendor's rows have none, so the last write wins, and somebody else's of
/// the same instant is lost. The page about levers says so.
#[tokio::test]
async fn a_row_has_no_version_and_a_change_in_the_instant_of_our_write_is_lost() {
    let world = world().await;
    world.genesys.fault(&json!({
        "fault": "foreign_write", "vendor": "genesys", "method": "PUT", "count": 1, "field": "greeting",
        "value": "changed in that instant",
    }));
    resize(&world, SUPPORT, 5);
    assert_eq!(deliver_one(&world).await.updated, 1);
    let row = world.genesys.row(TABLE, "Support").unwrap();
    assert_eq!((&row["capacity"], &row["greeting"]), (&json!(500), &json!(PERSON)));
    assert_quiet(&world).await;
}

/// 412 again and again: a run gives up after a few tries, and says that the next one goes on.
#[tokio::test]
async fn a_queue_that_changes_all_the_time_is_left_to_the_next_run() {
    let world = world_with_field(json!({"genesys": {"queue_etags": true}})).await;
    world.genesys.fault(&json!({"fault": "foreign_write", "vendor": "genesys", "method": "PUT"}));
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.status, report.updated, report.failed), (Status::Partial, 0, 1), "{report:?}");
    assert!((2..=3).contains(&writes(&world).len()), "{:?}", requests(&world));
    world.genesys.calm();
    assert_eq!(tick(&world).await.updated, 1);
    assert_eq!(world.genesys.queue_of(QUEUE)["capacity"], json!(500));
    assert_quiet(&world).await;
}

/// Members that the server computes are not sent back where it refuses them.
#[tokio::test]
async fn a_server_that_refuses_its_own_members_is_not_sent_them() {
    let world = world_with_field(json!({"genesys": {"queue_read_only": "refused"}})).await;
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    assert_eq!(world.genesys.queue_of(QUEUE)["capacity"], json!(500));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn utilization_of_named_agents_is_set_within_its_bounds_and_their_other_media_stay() {
    let world = world_of(&[utilization("")]).await;
    let others = json!({
        "utilization": {
            "call": {"maximumCapacity": 1, "interruptableMediaTypes": ["email"], "includeNonAcd": true},
            "message": {"maximumCapacity": 2, "interruptableMediaTypes": [], "includeNonAcd": false},
        },
    });
    AGENTS.iter().for_each(|agent| world.genesys.set_utilization(agent, &others));
    let mut wanted = AGENTS.map(|agent| world.genesys.utilization(agent));
    for (size, expected) in [(5, 5), (80, 50)] {
        resize(&world, SUPPORT, size);
        let report = deliver_one(&world).await;
        assert_eq!((report.updated, report.failed), (2, 0), "{report:?}");
        for (agent, wanted) in AGENTS.iter().zip(&mut wanted) {
            wanted["utilization"]["message"]["maximumCapacity"] = json!(expected);
            assert_eq!(world.genesys.utilization(agent), *wanted, "{agent}");
        }
    }
    assert_quiet(&world).await;
}

/// 409 is the vendor's word for "somebody else is at it": read again, planned again, written.
#[tokio::test]
async fn a_conflict_of_two_writers_is_healed_by_reading_again() {
    let world = world_of(&[utilization("")]).await;
    world.genesys.fault(&json!({
        "fault": "refused", "vendor": "genesys", "method": "PUT", "count": 1, "status": 409, "code": "conflict",
        "message": "updated by somebody else",
    }));
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (2, 0), "{report:?}");
    let mut statuses: Vec<_> = writes(&world).iter().map(|entry| entry.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 409]);
    let reads = requests(&world).iter().filter(|request| request.contains("utilization_get")).count();
    assert_eq!(reads, 5, "each before and after its write, and one more: {:?}", requests(&world));
    assert_quiet(&world).await;
}

/// Turned away, nothing was written: it is read and made anew, never sent a second time as it stood.
#[tokio::test]
async fn t37_a_write_that_was_turned_away_is_made_anew_from_what_is_there_now() {
    for (status, code) in [(429, "too.many.requests"), (503, "flows.datatables.server.too.busy")] {
        let world = world().await;
        world.genesys.fault(&json!({
            "fault": "refused", "vendor": "genesys", "method": "PUT", "count": 1, "status": status, "code": code,
            "message": "later",
        }));
        resize(&world, SUPPORT, 5);
        let report = deliver_one(&world).await;
        assert_eq!((report.updated, report.failed), (1, 0), "{status}: {report:?}");
        let (read, write) = ("GET data_table_row_get", "PUT data_table_row_put");
        let expected = ["GET organization_get", read, write, read, write, read];
        assert_eq!(requests(&world), expected.map(str::to_owned), "{status}");
        assert_eq!(capacity(&world, "Support"), json!(500));
        assert_quiet(&world).await;
    }
}

/// Written, and the answer lost: reading tells. Nobody calls it drift, and nobody writes it twice.
#[tokio::test]
async fn a_write_whose_answer_was_lost_is_recognised_and_is_no_drift() {
    for policy in ["repair", "report"] {
        let config = mapping(SUPPORT, &format!("policy = \"{policy}\""), &[row("Support", "")]);
        let world = started(World::builder(), &config).await;
        tick(&world).await;
        world.door.harm(Point::Nth(put_row(), 1), Harm::LoseAnswer);
        resize(&world, SUPPORT, 5);
        let report = deliver_one(&world).await;
        assert_eq!((report.updated, report.failed), (1, 0), "{policy}: {report:?}");
        assert_eq!(report.measures.get("drift").copied().unwrap_or(0), 0, "{policy}: {report:?}");
        assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(500), 1));
        assert_quiet(&world).await;
    }
}

/// The same when the function dies with the answer: the next run finds its own number there.
#[tokio::test]
async fn a_write_that_the_function_died_of_is_recognised_by_the_next_run() {
    for (policy, harm) in [("report", Harm::KillAfter), ("report", Harm::KillBefore), ("repair", Harm::KillAfter)] {
        let config = mapping(SUPPORT, &format!("policy = \"{policy}\""), &[row("Support", "")]);
        let world = started(World::builder(), &config).await;
        tick(&world).await;
        world.door.harm(Point::Nth(put_row(), 1), harm.clone());
        set_size(&world, SUPPORT, 5);
        assert!(reconcile(&world).await.error().is_exit());
        let report = tick(&world).await;
        assert_eq!((report.updated, report.failed), (1, 0), "{policy} {harm:?}: {report:?}");
        assert_eq!(report.measures.get("drift").copied().unwrap_or(0), 0, "{policy} {harm:?}: {report:?}");
        assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(500), 1), "{policy} {harm:?}");
        assert_quiet(&world).await;
    }
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_and_the_other_targets_are_served() {
    let may_not = [
        ("routing:queue:edit", queue_field("")),
        ("routing:queue:view", queue_field("")),
        ("routing:utilization:manage", utilization("")),
    ];
    for (permission, target) in may_not {
        let everything = [
            "routing:queue:view",
            "routing:queue:edit",
            "routing:utilization:view",
            "routing:utilization:manage",
            "architect:datatable:view",
            "architect:datatableRow:view",
            "architect:datatable:edit",
            "architect:datatableRow:edit",
        ];
        let granted: Vec<_> = everything.into_iter().filter(|name| *name != permission).collect();
        let client = json!({"secret": "demo-genesys-secret", "permissions": granted});
        let world = world_of(&[target, row("Support", "")]).await;
        world.genesys.settings(&kept());
        world.genesys.settings(&json!({"genesys": {"clients": {"demo-genesys-client": client}}}));
        resize(&world, SUPPORT, 5);
        let report = deliver_one(&world).await;
        assert!(report.failed_by["forbidden"] >= 1, "{permission}: {report:?}");
        assert_eq!(capacity(&world, "Support"), json!(500), "{permission}: {report:?}");
        let said = report.reason.iter().chain(&report.warnings).chain(&report.decisions);
        assert!(said.into_iter().any(|line| line.contains(permission)), "{permission}: {report:?}");
        assert!(world.log().contains(permission), "{permission}");
    }
}

/// Somebody deleted the row, the table or the queue. It is said each time, because somebody has to act.
#[tokio::test]
async fn a_target_that_is_gone_is_said_and_nothing_is_made_in_its_place() {
    let world = world_of(&[row("Support", ""), row("Sales", "")]).await;
    world.genesys.remove_row(TABLE, "Support");
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed_by["not_found"]), (1, 1), "{report:?}");
    assert_eq!(report.status, Status::Failed, "somebody has to act: {report:?}");
    assert!(report.decisions.iter().any(|line| line.contains("Support")), "{:?}", report.decisions);
    assert_eq!(world.genesys.row(TABLE, "Support"), None);
    let again = tick_that_may_fail(&world).await;
    assert!(again.contains("Support"), "{again}");
}

/// What a run said, as its result or as its error.
async fn tick_that_may_fail(world: &World) -> String {
    match reconcile(world).await.result {
        Ok(report) => format!("{report:?}"),
        Err(error) => error.message,
    }
}

/// The organisation's default concerns every agent, so it wants a word in the configuration, and then is set.
#[tokio::test]
async fn the_default_of_every_agent_is_set_where_the_configuration_confirms_it() {
    let target = "[[queue-capacity.mappings.targets]]\nlever = \"utilization\"\nmedia = \"message\"\norganization = true\n\
                  confirm_organization = \"every agent\"\n";
    let world = world_of(&[target.to_owned()]).await;
    resize(&world, SUPPORT, 7);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    assert_eq!(world.genesys.utilization("organization")["utilization"]["message"]["maximumCapacity"], json!(7));
    assert_quiet(&world).await;
}

/// A vendor that is away for a whole run costs nothing but the run.
#[tokio::test]
async fn an_outage_of_the_vendor_leaves_everything_as_it_is_and_the_next_run_does_it() {
    let world = world().await;
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "datatables"}));
    resize(&world, SUPPORT, 5);
    resize(&world, SALES, 4);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed), (0, 2), "{report:?}");
    assert_ne!(report.status, Status::Done);
    assert_eq!((capacity(&world, "Support"), writes(&world).len()), (json!(200), 0));
    let sent = requests(&world).len();
    assert!(sent <= 12, "{sent} requests in an outage: {:?}", requests(&world));
    world.genesys.calm();
    world.advance(std::time::Duration::from_secs(60));
    assert_eq!(tick(&world).await.updated, 2);
    assert_eq!((capacity(&world, "Support"), capacity(&world, "Sales")), (json!(500), json!(400)));
    assert_quiet(&world).await;
}

/// What is remembered about a target holds numbers and fingerprints, and nothing of the object itself.
#[tokio::test]
async fn a_target_row_keeps_no_text_of_the_object() {
    let world = world_with_field(json!({})).await;
    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    let kept = rows(&world, "target#");
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].to_string().contains(PERSON) && kept[0]["settled"]["N"] == "500", "{}", kept[0]);
    assert_quiet(&world).await;
}
