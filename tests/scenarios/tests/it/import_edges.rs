//! The edges of an import: too few contacts, strange values, another map, and what Genesys does not publish.

use platform::report::Status;
use scenarios::people::people;
use scenarios::{Inside, World};
use serde_json::{Value, json};

use crate::brake::plan_of;
use crate::import::{CONFIG, NEW, TICK, adds, approve, assert_quiet, checked, first_load, ordinary_end, run, told};

/// Below `import_above` (2,000) new contacts there is no import: the answer says that the ordinary run creates them. A dry
/// run says how many there are and brings nothing to Genesys.
#[tokio::test]
async fn a_few_new_contacts_are_left_to_the_ordinary_run() {
    let (world, inside, _) = first_load(NEW + 1).await;
    world.forget();
    let dry = run(&world, &inside, json!({"mode": "import", "dry_run": true})).await;
    assert!(dry.decisions.iter().any(|line| line.contains("31 contacts are new")), "{dry:?}");
    let left = run(&world, &inside, json!({"mode": "import"})).await;
    assert_eq!(left.status, Status::Skipped, "{left:?}");
    assert!(left.reason.as_deref().unwrap().contains("below 32 (import_above)"), "{left:?}");
    assert!(world.journal().iter().all(|entry| !entry.operation.starts_with("import_")));
    assert_eq!(run(&world, &inside, json!({})).await.created, NEW);
}

/// Values travel in a file as they are: quotes, commas, line breaks, accents, emoji, and what a spreadsheet would take for
/// a formula.
#[tokio::test]
async fn values_in_a_file_stay_as_they_are() {
    let names = [
        "=HYPERLINK(\"x\")",
        "+SUM(A1)",
        "-cmd|' /C calc'!A0",
        "@SUM(1;2)",
        "Sá, \"Ana\"",
        "Zé 😀👩‍👩‍👧",
        "Nguyễn\nThị",
        "a;b\tc",
    ];
    let mut ends = Vec::new();
    for is_import in [true, false] {
        let world = World::builder().config("import_above = 1").start().await;
        for (number, name) in names.iter().enumerate() {
            world.salesforce.contact("Prenome").last_name(name).email(&format!("v{number}@northwind.example")).insert();
        }
        let inside = world.inside();
        if is_import {
            let plan = checked(&world, &inside).await;
            approve(&world, &inside, &plan).await;
        }
        let end = run(&world, &inside, json!({})).await;
        assert_eq!((end.status, end.created, end.updated), (Status::Done, names.len() as u64, 0), "{end:?}");
        assert_eq!(adds(&world), usize::from(!is_import));
        ends.push(world.both_sides());
    }
    assert_eq!(ends[0], ends[1]);
}

/// If Genesys goes on by itself when its check is done (whether it does is not published), the import is followed to its
/// end all the same, and a warning says so.
#[tokio::test]
async fn an_import_that_goes_on_by_itself_is_followed_to_its_end() {
    let (world, inside, _) = first_load(NEW).await;
    world.genesys.settings(&json!({"genesys": {"import_auto_continue": true}}));
    run(&world, &inside, json!({"mode": "import"})).await;
    let ended = run(&world, &inside, json!({})).await;
    assert_eq!((ended.status, ended.created), (Status::Done, NEW), "{ended:?}");
    assert!(ended.warnings.iter().any(|line| line.contains("by itself")), "{ended:?}");
    assert_quiet(&world, &inside).await;
    assert_eq!((world.both_sides(), adds(&world)), (ordinary_end().await, 0));
}

/// A file that Genesys does not look at at once has no job before it has; the schedule comes back to it.
#[tokio::test]
async fn a_file_that_was_not_looked_at_yet_is_waited_for() {
    let (world, inside, _) = first_load(NEW).await;
    world.genesys.settings(&json!({"genesys": {"upload_check_s": 3000}}));
    for _ in 0..2 {
        let report = run(&world, &inside, json!({"mode": "import"})).await;
        assert_eq!(report.status, Status::Continued, "{report:?}");
        assert!(world.journal().iter().all(|entry| entry.operation != "import_job_create"));
    }
    assert_eq!(run(&world, &inside, json!({})).await.status, Status::Continued);
    let plan = plan_of(&run(&world, &inside, json!({})).await);
    approve(&world, &inside, &plan).await;
    assert_eq!(run(&world, &inside, json!({})).await.created, NEW);
}

/// Another field map, filter or default country makes other files: an import that was checked before is given up.
/// Before a change of the map is approved an import is possible, and is of everybody who is new.
#[tokio::test]
async fn an_import_of_another_map_is_given_up() {
    let world = World::builder().config_from_parameter().start().await;
    let deploy = |filter: &str| {
        let text = format!("[contact-sync]\n{CONFIG}\nimport_above = 20\nfilter = \"{filter}\"");
        world.desk.open().parameters.insert("/cx-bridge/dev/contact-sync".to_owned(), text);
    };
    deploy("MailingCountry = 'BR'");
    world.salesforce.insert(&people(90));
    let inside = world.inside();
    assert_eq!(run(&world, &inside, json!({})).await.created, 30, "the pilot");
    deploy("");
    inside.restart().await;
    assert_eq!(run(&world, &inside, json!({})).await.status, Status::Braked, "the change of the map waits");
    let plan = checked(&world, &inside).await;
    deploy("MailingCountry != null");
    inside.restart().await;
    let given_up = approve(&world, &inside, &plan).await;
    assert_eq!((given_up.status, world.genesys.contacts().len()), (Status::Skipped, 30), "{given_up:?}");

    deploy("");
    inside.restart().await;
    let plan = checked(&world, &inside).await;
    approve(&world, &inside, &plan).await;
    let linked = run(&world, &inside, json!({})).await;
    assert_eq!((linked.status, linked.created, world.genesys.contacts().len()), (Status::Done, 60, 90), "{linked:?}");
    let map = plan_of(&run(&world, &inside, json!({})).await);
    let all = approve(&world, &inside, &map).await;
    assert_eq!((all.status, all.created, all.updated), (Status::Done, 0, 0), "{all:?}");
}

fn refuse(world: &World, operation: &str) {
    let fault = json!({"fault": "refused", "vendor": "genesys", "operation": operation, "status": 403, "code": "not.authorized"});
    world.genesys.fault(&fault);
}

async fn failed(world: &World, inside: &Inside, event: Value) -> String {
    world.advance(TICK);
    inside.invoke(event).await.error().message
}

/// A permission for imports is missing: before the approval the import is given up, and the ordinary run creates the
/// contacts; after it each run fails and says so, nothing else is written, and it goes on when the permission is given.
#[tokio::test]
async fn a_missing_permission_for_imports_is_named_and_doubles_nobody() {
    let (world, inside, _) = first_load(NEW).await;
    refuse(&world, "import_upload_create");
    let error = failed(&world, &inside, json!({"mode": "import"})).await;
    assert!(error.contains("open an upload"), "{error}");
    world.genesys.calm();
    refuse(&world, "import_job_create");
    let given_up = run(&world, &inside, json!({"mode": "import"})).await;
    assert_eq!(given_up.status, Status::Skipped, "{given_up:?}");
    assert!(given_up.reason.as_deref().unwrap().contains("start an import"), "{given_up:?}");
    world.genesys.calm();

    let plan = checked(&world, &inside).await;
    refuse(&world, "import_job_put");
    for event in [json!({ "approve": plan }), json!({}), json!({"mode": "full"})] {
        let error = failed(&world, &inside, event).await;
        assert!(error.contains("decide about an import"), "{error}");
    }
    assert_eq!(world.genesys.contacts().len(), 8);
    world.genesys.calm();
    assert_eq!(run(&world, &inside, json!({})).await.status, Status::Continued);
    assert_eq!(run(&world, &inside, json!({})).await.created, NEW);
    run(&world, &inside, json!({})).await;
    assert_quiet(&world, &inside).await;
    assert_eq!(world.both_sides(), ordinary_end().await);
}

/// Genesys takes longer than a day for an import that was approved: it is cancelled, who arrived is linked, and the
/// ordinary run creates the rest.
#[tokio::test]
async fn an_import_that_takes_longer_than_a_day_is_cancelled() {
    let (world, inside, _) = first_load(NEW).await;
    let plan = checked(&world, &inside).await;
    world.genesys.settings(&json!({"genesys": {"import_step_s": 10 * 24 * 3600}}));
    assert_eq!(approve(&world, &inside, &plan).await.status, Status::Continued);
    world.advance(48 * TICK);
    let ended = run(&world, &inside, json!({})).await;
    assert_eq!((ended.status, ended.created, told(&world, "Cancel")), (Status::Done, NEW, 1), "{ended:?}");
    assert!(ended.warnings.iter().any(|line| line.contains("longer than a day")), "{ended:?}");
    assert_quiet(&world, &inside).await;
}

/// A scan whose cursor Genesys no longer knows begins again: whoever an import has made is linked and counted once.
#[tokio::test]
async fn a_scan_that_begins_again_links_and_counts_everybody_once() {
    let world = World::builder().config(&format!("{CONFIG}\nimport_above = 1\nslice_contacts = 10")).start().await;
    world.salesforce.insert(&people(25));
    let inside = world.inside();
    let plan = checked(&world, &inside).await;
    approve(&world, &inside, &plan).await;
    world.genesys.fault(&json!({
        "fault": "refused", "operation": "contacts_scan", "calls": [2], "status": 422, "code": "unprocessable.entity",
    }));
    world.forget();
    let linked = run(&world, &inside, json!({})).await;
    assert_eq!((linked.status, linked.created), (Status::Done, 25), "{linked:?}");
    assert!(linked.decisions.iter().any(|line| line.ends_with(": 25 contacts are linked")), "{linked:?}");
    let scans = world.journal().iter().filter(|entry| entry.operation == "contacts_scan").count();
    assert_eq!(scans, 1 + 1 + 3, "one page, the refusal, and three from the beginning");
    assert_quiet(&world, &inside).await;
}
