//! A night of nightly-report, from the conversations at Genesys to the mail in the readers' mailbox.

use jiff::ToSpan;
use jiff::civil::{Date, Time, date};
use platform::report::Status;
use scenarios::World;
use scenarios::door::Kind;
use serde_json::json;

use crate::report_scene::{
    CHICAGO, READER, SENDER, archived, data, entry, inserted, key, local, mails, mails_about, night, report, started,
    tick_at,
};

const YESTERDAY: Date = date(2026, 11, 27);
const TODAY: Date = date(2026, 11, 28);

/// An organisation with four queues and a past of forty days, half past midnight.
async fn world() -> World {
    world_in(CHICAGO).await
}

async fn world_in(zone: &str) -> World {
    let start = local(zone, TODAY, Time::constant(0, 30, 0, 0));
    let world = started(World::builder(), zone, start, "").await;
    world.genesys.contact_centre(&json!({"until": YESTERDAY, "days": 40, "queues": 4, "conversations_per_day": 60}));
    world
}

#[tokio::test]
async fn a_night_reads_yesterday_archives_it_and_mails_it_once() {
    let world = world().await;
    let [prepared, mailed] = night(&world, CHICAGO, YESTERDAY).await;
    assert_eq!((prepared.status, prepared.created, prepared.failed), (Status::Done, 1, 0), "{prepared:?}");
    assert_eq!((mailed.status, mailed.updated, mailed.failed), (Status::Done, 1, 0), "{mailed:?}");
    let [mail] = &mails(&world)[..] else { panic!("{:?}", mails(&world)) };
    assert_eq!((mail.to.as_slice(), mail.from.contains(SENDER)), (&[READER.to_owned()][..], true));
    let figures = report(&world, YESTERDAY);
    let offered = figures["total"]["figures"]["offered"].as_u64().expect("conversations");
    assert!(offered > 50 && mail.subject.contains(&format!("{offered} conversations")), "{}", mail.subject);
    let name = format!("contact-centre-{YESTERDAY}.pdf");
    let as_archived = |file: &str| String::from_utf8(archived(&world, YESTERDAY, file).unwrap()).unwrap();
    for (mailed, kept) in [(&mail.text, "report.txt"), (mail.html.as_ref().unwrap(), "report.html")] {
        let note = inserted(mailed, &as_archived(kept));
        assert!(note.contains(&format!("is attached: {name}")), "{kept} is mailed as it is kept, with a note: {note}");
    }
    assert_eq!(mail.attachments, [(name, archived(&world, YESTERDAY, "report.pdf").unwrap())]);
    assert_eq!(entry(&world, YESTERDAY)["says"]["M"]["state"]["S"], "sent");
    let kinds = ["data.jsonl.gz", "report.json", "report.txt", "report.html", "report.pdf"]
        .map(|file| world.desk.open().bucket.objects[&key(YESTERDAY, file)].content_type.clone());
    let texts = ["text/plain; charset=utf-8", "text/html; charset=utf-8"];
    assert_eq!(kinds, ["application/gzip", "application/json", texts[0], texts[1], "application/pdf"]);
}

#[tokio::test]
async fn t36_the_second_run_mails_nothing_reads_nothing_and_puts_nothing() {
    let world = world().await;
    night(&world, CHICAGO, YESTERDAY).await;
    world.forget();
    for hour in 3..24 {
        let report = tick_at(&world, CHICAGO, TODAY, Time::constant(hour, 0, 0, 0)).await.report();
        assert_eq!((report.status, report.created + report.updated), (Status::Done, 0), "{report:?}");
    }
    assert_eq!(mails(&world).len(), 1);
    let is_foreign = |kind: &Kind| ["genesys", "s3", "ses"].contains(&kind.service.as_str());
    assert_eq!(world.door.count(is_foreign), 0, "{:?}", world.door.calls());
}

/// The schedule was off until the evening.
#[tokio::test]
async fn t36_a_start_that_comes_late_reports_the_same_day_and_the_night_after_the_next() {
    let world = world().await;
    let report = tick_at(&world, CHICAGO, TODAY, Time::constant(23, 55, 0, 0)).await.report();
    assert_eq!((report.created, report.updated), (1, 1), "{report:?}");
    assert_eq!((mails(&world).len(), mails_about(&world, YESTERDAY).len()), (1, 1));
    crate::report_scene::hear(&world).await;
    night(&world, CHICAGO, TODAY).await;
    assert_eq!((mails(&world).len(), mails_about(&world, TODAY).len()), (2, 1));
}

/// Somebody has opened an archived day in an editor. The next night reads it from Genesys again, and a warning names it;
/// asked for, the day is made anew.
#[tokio::test]
async fn an_archived_day_that_is_broken_stops_no_report_and_is_made_anew_on_request() {
    let world = world().await;
    night(&world, CHICAGO, YESTERDAY).await;
    let broken = date(2026, 11, 20);
    let place = key(broken, "data.jsonl.gz");
    world.desk.open().bucket.objects.get_mut(&place).unwrap().bytes.truncate(40);
    let [prepared, mailed] = night(&world, CHICAGO, TODAY).await;
    assert_eq!((prepared.created, mailed.updated), (1, 1), "{prepared:?}");
    assert!(prepared.warnings.iter().any(|line| line.contains("2026-11-20")), "{prepared:?}");
    let again = world.invoke(json!({"date": broken})).await.report();
    assert_eq!((again.status, again.created), (Status::Done, 1), "{again:?}");
    assert!(data(&world, broken).len() > 10);
    assert_eq!(mails(&world).len(), 2, "it is not mailed");
}

/// The configuration had a wrong zone. A day that was read in it has hours of other days: none is added to those of the zone
/// that is right, and who fills the archive gets them all.
#[tokio::test]
async fn after_the_zone_was_corrected_the_days_that_were_read_in_the_wrong_one_are_read_again() {
    let wrong = world_in("UTC").await;
    night(&wrong, "UTC", YESTERDAY).await;
    let archive = wrong.desk.open().bucket.objects.clone();
    let world = world().await;
    world.desk.open().bucket.objects = archive.clone();
    let [prepared, _] = night(&world, CHICAGO, YESTERDAY).await;
    assert_eq!((prepared.status, prepared.created), (Status::Done, 1), "{prepared:?}");
    let begins = |day: Date| data(&world, day)[0]["from"].clone();
    let midnight = |day: Date| json!(local(CHICAGO, day, Time::midnight()));
    for day in (1..60).chain(364..394).map(|days| YESTERDAY - days.days()) {
        assert_eq!(begins(day), midnight(day), "{day}");
    }
    let old = date(2026, 10, 10);
    world.desk.open().bucket.objects.insert(key(old, "data.jsonl.gz"), archive[&key(old, "data.jsonl.gz")].clone());
    let filled = world.invoke(json!({"from": old, "to": old})).await.report();
    assert_eq!((filled.created, begins(old)), (1, midnight(old)), "{filled:?}");
    let known = world.invoke(json!({"from": old, "to": old})).await.report();
    assert_eq!((known.created, known.skipped_by["archived"]), (0, 1), "{known:?}");
}
