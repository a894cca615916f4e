//! A field that the server does not know: written once, parked, told to a person, and left alone from then on.

use platform::report::Status;
use scenarios::door::{Harm, Kind, Point};
use serde_json::json;

use crate::capacity_scene::{
    QUEUE, SUPPORT, assert_quiet, capacity, deliver, deliver_one, kept, past_visibility, queue_field, reconcile,
    requests, resize, row, rows, set_size, tick, world_of, writes,
};

/// What Genesys Cloud really does with a field that it does not know.
#[tokio::test]
async fn a_field_that_the_server_ignores_is_parked_and_said_once_and_costs_no_further_request() {
    let world = world_of(&[queue_field(""), row("Support", "")]).await;
    resize(&world, SUPPORT, 5);
    let report = deliver_one(&world).await;
    assert_eq!((report.updated, report.failed_by["unsupported_by_server"]), (1, 1), "{report:?}");
    assert!(report.decisions.iter().any(|line| line.contains(QUEUE)), "{:?}", report.decisions);
    assert_eq!(capacity(&world, "Support"), json!(500), "the other target is served");
    assert_eq!(report.status, Status::Partial, "{report:?}");
    assert_eq!(writes(&world).iter().filter(|entry| entry.path.contains(QUEUE)).count(), 1);
    let told = world.desk.open().messages.iter().map(|message| message.text.clone()).collect::<Vec<_>>();
    assert!(told.len() == 1 && told[0].contains(QUEUE) && told[0].contains("unsupported_by_server"), "{told:?}");

    world.forget();
    set_size(&world, SUPPORT, 6);
    for _ in 0..3 {
        let report = tick(&world).await;
        assert_eq!((report.failed, report.skipped_by["parked"]), (0, 1), "{report:?}");
        assert_eq!(report.warnings, [""; 0], "said again");
    }
    assert!(!world.journal().iter().any(|entry| entry.path.contains(QUEUE)), "{:?}", requests(&world));
    assert_eq!(world.desk.open().messages.len(), 1, "one alert");
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_parked_target_is_looked_at_again_when_somebody_asks_for_it() {
    let world = world_of(&[queue_field("")]).await;
    resize(&world, SUPPORT, 5);
    deliver_one(&world).await;
    let plan = world.invoke(json!({"dry_run": true})).await.report().plan.expect("a plan");
    assert_eq!(plan[0]["action"], "parked", "{plan}");
    world.genesys.settings(&kept());
    assert_eq!(tick(&world).await.skipped_by["parked"], 1);
    let report = world.invoke(json!({"retry_parked": true})).await.report();
    assert_eq!((report.updated, report.failed), (1, 0), "{report:?}");
    assert_eq!(world.genesys.queue_of(QUEUE)["capacity"], json!(500));
    set_size(&world, SUPPORT, 6);
    assert_eq!(tick(&world).await.updated, 1, "it is an ordinary target again");
    assert_quiet(&world).await;
}

/// Who is not told does not know that a number no longer follows its group. So the message goes out before it is remembered
/// that there is nothing left to do.
#[tokio::test]
async fn a_function_that_dies_over_its_message_sends_it_again() {
    for harm in [Harm::KillBefore, Harm::KillAfter, Harm::LoseCall, Harm::LoseAnswer] {
        let world = world_of(&[queue_field("")]).await;
        let publish = Kind { service: "sns".to_owned(), operation: "Publish".to_owned() };
        world.door.harm(Point::Nth(publish, 1), harm.clone());
        resize(&world, SUPPORT, 5);
        deliver(&world).await;
        assert_eq!(world.door.harmed().len(), 1, "{harm:?}");
        past_visibility(&world);
        deliver(&world).await;
        for _ in 0..2 {
            let _ = reconcile(&world).await; // Whatever it ends as.
        }
        let told = world.desk.open().messages.len();
        assert!((1..=2).contains(&told), "{harm:?}: told {told} times");
        assert_eq!(rows(&world, "target#").len(), 1);
        assert_quiet(&world).await;
    }
}
