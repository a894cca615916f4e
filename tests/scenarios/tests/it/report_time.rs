//! A night that is short of time: a mail waits for the run that has time for its PDF, and nothing is mailed twice.

use std::time::Duration;

use jiff::civil::{Date, Time, date};
use platform::report::Status;
use scenarios::World;
use scenarios::aws::s3::Object;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

use crate::report_scene::{CHICAGO, LIST, hear, local, mails, row, started, tick_at};

const DAY: Date = date(2026, 11, 27);
const TODAY: Date = date(2026, 11, 28);

/// A run keeps a minute for handing over, and a PDF may take twenty seconds. What is above them here is enough for a PDF,
/// and for the way to the first read of the ledger.
const TIME: Duration = Duration::from_secs(86);
/// Never enough for all that a PDF may take, and enough for one that is made at once.
const SHORT_TIME: Duration = Duration::from_secs(68);
/// By so much each read of the ledger is late. There are more than four before a mail is due.
const LATE: Duration = Duration::from_millis(1_600);
/// One try of a put may last five seconds.
const LATE_PUT: Duration = Duration::from_secs(4);
/// So many days and two files that are so late leave no time for a PDF.
const LATE_DAYS: usize = 5;

/// Two lists, of which the second reads another edition.
async fn world(time: Duration, lines: &str) -> World {
    let board = format!("{lines}\n{}language = \"pt-BR\"\n\n", LIST.replace("management", "board"));
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    let world = started(World::builder().time_limit(time), CHICAGO, start, &board).await;
    world.genesys.contact_centre(&json!({"until": DAY, "days": 2, "queues": 3, "conversations_per_day": 20}));
    world
}

fn be_slow(world: &World) {
    world.door.harm(Point::Every("dynamodb BatchGetItem"), Harm::Delay(LATE));
}

fn lists(world: &World) -> [Value; 2] {
    ["management", "board"].map(|list| row(world, &format!("{DAY}#{list}"))["says"]["M"]["state"]["S"].clone())
}

#[tokio::test]
async fn mails_for_whose_pdf_no_time_is_left_wait_for_the_next_run_and_go_out_once() {
    let world = world(TIME, "").await;
    tick_at(&world, CHICAGO, TODAY, Time::constant(2, 0, 5, 0)).await;
    be_slow(&world);
    let short = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 15, 5, 0)).await.report();
    world.door.calm();
    assert_eq!((short.status, short.updated), (Status::Continued, 0), "{short:?}");
    assert!(
        short.reason.as_deref().is_some_and(|reason| reason.contains("too little time is left for a PDF")),
        "{short:?}"
    );
    assert_eq!((mails(&world).len(), lists(&world)), (0, [Value::Null, Value::Null]), "nothing is begun");

    let next = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 30, 5, 0)).await.report();
    assert_eq!((next.status, next.updated), (Status::Done, 2), "{next:?}");
    hear(&world).await;
    tick_at(&world, CHICAGO, TODAY, Time::constant(2, 45, 5, 0)).await;
    let mails = mails(&world);
    assert!(mails.len() == 2 && mails.iter().all(|mail| mail.attachments.len() == 1), "each with its PDF: {mails:?}");
    assert_eq!(lists(&world), ["sent", "sent"]);
}

/// The day is read late, and by a run that has no time for a PDF when it comes to it: no mail goes out without one.
#[tokio::test]
async fn a_pdf_for_which_the_run_that_reads_the_day_has_no_time_is_waited_for() {
    let world = world(TIME, "").await;
    let days = (1..=LATE_DAYS).map(|nth| ("data.jsonl.gz", nth));
    for (file, nth) in days.chain([("report.json", 1), ("report.txt", 1)]) {
        let put = Kind { service: "s3".to_owned(), operation: format!("PutObject {file}") };
        world.door.harm(Point::Nth(put, nth), Harm::Delay(LATE_PUT));
    }
    let short = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 20, 5, 0)).await.report();
    world.door.calm();
    assert_eq!((short.status, short.created, short.updated), (Status::Continued, 1, 0), "{short:?}");
    assert_eq!((mails(&world).len(), lists(&world)), (0, [Value::Null, Value::Null]), "nothing is begun");
    let next = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 35, 5, 0)).await.report();
    assert_eq!((next.status, next.updated), (Status::Done, 2), "{next:?}");
    assert!(mails(&world).iter().all(|mail| mail.attachments.len() == 1), "each with its PDF");
    hear(&world).await;
}

/// In the last minutes of its day a mail waits for nothing: the day has no next run.
#[tokio::test]
async fn in_the_last_minutes_of_its_day_a_mail_goes_out_also_without_a_pdf() {
    let world = world(SHORT_TIME, "").await;
    tick_at(&world, CHICAGO, TODAY, Time::constant(2, 0, 5, 0)).await;
    be_slow(&world);
    let last = tick_at(&world, CHICAGO, TODAY, Time::constant(23, 45, 5, 0)).await.report();
    assert_eq!((last.status, last.updated), (Status::Done, 2), "{last:?}");
    let mails = mails(&world);
    assert!(mails.iter().all(|mail| mail.attachments.is_empty() && mail.html.is_some()), "{mails:?}");
    hear(&world).await;
}

/// The company's look needs more than the few seconds that are left, which says nothing about it: whoever has more time
/// tries it again.
#[tokio::test]
async fn a_look_that_was_given_less_time_than_it_may_take_is_not_said_to_have_failed() {
    let world = world(SHORT_TIME, "[nightly-report.look]\ntemplate = \"own.typ\"\n").await;
    let endless = "#for a in range(100000) { for b in range(100000) { for c in range(100000) {} } }";
    let object = Object { bytes: endless.as_bytes().to_vec(), ..Object::default() };
    world.desk.open().bucket.objects.insert("look/own.typ".to_owned(), object);
    let prepared = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 0, 5, 0)).await.report();
    let says = |part: &str| prepared.warnings.iter().any(|line| line.contains(part));
    assert_eq!(prepared.created, 1, "{prepared:?}");
    assert!(says("too little time of this invocation is left for a PDF"), "{prepared:?}");
    assert!(!says("the company's own failed"), "{prepared:?}");
}
