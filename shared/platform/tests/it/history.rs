//! The run history: newest first, kept for 400 days.

use platform::clock::Clock;
use platform::history::History;
use platform::report::{RunReport, Status};

use crate::state_desk::StateDesk;

#[tokio::test]
async fn runs_come_back_newest_first_each_once() {
    let desk = StateDesk::open().await;
    let history = History::new(desk.table());
    let mut written = Vec::new();
    for second in [1_800_000_000, 1_800_001_800, 1_800_003_600] {
        let mut run = RunReport::start_at(jiff::Timestamp::from_second(second).unwrap());
        run.end(Status::Skipped, "another run holds the lock");
        history.record("contact-sync", &run).await.unwrap();
        history.record("contact-sync", &run).await.unwrap(); // A repeat after a lost answer is the same row.
        written.insert(0, run);
    }
    history.record("other-function", &RunReport::start(&Clock::system())).await.unwrap();

    assert_eq!(history.latest("contact-sync", 10).await.unwrap(), written);
    assert_eq!(history.latest("contact-sync", 1).await.unwrap(), written[..1]);
    let rows = desk.direct.scan().table_name("state").send().await.unwrap().items.unwrap();
    let row = rows.iter().find(|row| row["sk"].as_s().unwrap() == &written[2].run_id).unwrap();
    assert_eq!(row["ttl"].as_n().unwrap(), &(1_800_000_000 + 400 * 86_400).to_string());
    assert_eq!(row["status"].as_s().unwrap(), "skipped");
}

#[tokio::test]
async fn the_runs_of_a_day_are_those_that_began_in_it() {
    let desk = StateDesk::open().await;
    let history = History::new(desk.table());
    let at = |second| jiff::Timestamp::from_second(second).unwrap();
    let mut written = Vec::new();
    for second in [1_800_000_000, 1_800_001_800, 1_800_003_600] {
        let run = RunReport::start_at(at(second));
        history.record("contact-sync", &run).await.unwrap();
        written.push(run);
    }
    assert_eq!(history.since("contact-sync", at(1_800_000_001)).await.unwrap(), written[1..]);
    assert_eq!(
        history.since("contact-sync", at(1_800_001_800)).await.unwrap(),
        written[1..],
        "the moment itself counts"
    );
    assert_eq!(history.since("contact-sync", at(1_800_003_601)).await.unwrap(), []);
}
