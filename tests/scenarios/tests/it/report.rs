//! A night of nightly-report, from the conversations at Genesys to the mail in the readers' mailbox.

use jiff::civil::{Time, date};
use platform::report::Status;
use scenarios::World;
use serde_json::json;

use crate::report_scene::{CHICAGO, READER, data, entry, local, mails, night, report, started};

#[tokio::test]
async fn a_night_reads_yesterday_archives_it_and_mails_it_once() {
    let yesterday = date(2026, 11, 27);
    let start = local(CHICAGO, date(2026, 11, 28), Time::constant(0, 30, 0, 0));
    let world = started(World::builder(), CHICAGO, start, "").await;
    world.genesys.contact_centre(&json!({"until": yesterday, "days": 40, "queues": 4, "conversations_per_day": 60}));
    let begun = std::time::Instant::now();
    let [prepared, mailed] = night(&world, CHICAGO, yesterday).await;
    println!("{:?}", begun.elapsed());
    assert_eq!((prepared.status, prepared.created, prepared.failed), (Status::Done, 1, 0), "{prepared:?}");
    assert_eq!((mailed.status, mailed.updated, mailed.failed), (Status::Done, 1, 0), "{mailed:?}");
    for call in world.door.calls() { println!("{} {:?}", call.kind, call.status); }
    println!("{}", mails(&world)[0].text);
    println!("{}", report(&world, yesterday));
    println!("{:?}", data(&world, yesterday));
    println!("{}", entry(&world, yesterday));
    for row in world.state_rows() { println!("{row}"); }
    assert_eq!(mails(&world)[0].to, [READER]);
}
