//! The lock: one holder, growing fences, nothing from a holder who was overtaken.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use platform::aside::{Aside, Asides, Kind, Why};
use platform::link::Links;
use platform::lock::{Held, Locks};
use platform::mark::{Mark, Marks};
use platform::table::StateError;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::link::link;
use crate::state_desk::StateDesk;

const JOB: &str = "contact-sync";
const LEASE: Duration = Duration::from_secs(60);

/// The locks as a new execution environment sees them.
fn locks(desk: &StateDesk) -> Locks {
    Locks::new(desk.table(), desk.clock())
}

/// Takes the lock, which must be free.
pub(crate) async fn hold(desk: &StateDesk) -> Held {
    locks(desk).try_hold(JOB, LEASE).await.unwrap().unwrap()
}

#[tokio::test]
async fn fifty_contenders_in_fifty_rounds_have_one_holder_and_growing_fences() {
    let desk = StateDesk::open().await;
    let contenders: Vec<Locks> = (0..50).map(|_| locks(&desk)).collect();
    let mut last = 0;
    for round in 0..50 {
        let mut attempts = JoinSet::new();
        for contender in contenders.clone() {
            attempts.spawn(async move { contender.try_hold(JOB, LEASE).await.unwrap() });
        }
        let held: Vec<Held> = attempts.join_all().await.into_iter().flatten().collect();
        let [held] = <[Held; 1]>::try_from(held).unwrap_or_else(|held| panic!("round {round}: {} holders", held.len()));
        assert!(held.fence().number() > last, "round {round}");
        last = held.fence().number();
        held.release().await.unwrap();
    }
    assert_eq!(last, 50);
}

#[tokio::test]
async fn busy_is_said_at_once_and_costs_one_write() {
    let desk = StateDesk::open().await;
    let _held = hold(&desk).await;
    desk.journal();
    assert!(locks(&desk).try_hold(JOB, LEASE).await.unwrap().is_none());
    assert_eq!(desk.journal(), ["UpdateItem"]);
}

/// Each contender has news, knocks or looks, and goes away. However they meet, the last look is later than the last news.
#[tokio::test]
async fn t39_news_of_fifty_contenders_are_all_seen_by_somebody() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let desk = StateDesk::open().await;
    for round in 1..=20 {
        let (news, seen, looks) =
            (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut contenders = JoinSet::new();
        for locks in (0..50).map(|_| locks(&desk)) {
            let (news, seen, looks) = (news.clone(), seen.clone(), looks.clone());
            contenders.spawn(async move {
                news.fetch_add(1, Ordering::SeqCst);
                let mut held = locks.hold_or_knock(JOB, LEASE).await.unwrap();
                while let Some(holder) = held {
                    let read = news.load(Ordering::SeqCst);
                    // Other tasks run here, as they would while the holder works.
                    tokio::task::yield_now().await;
                    seen.fetch_max(read, Ordering::SeqCst);
                    looks.fetch_add(1, Ordering::SeqCst);
                    held = holder.release_and_listen().await.unwrap();
                }
            });
        }
        contenders.join_all().await;
        assert_eq!(seen.load(Ordering::SeqCst), 50, "round {round}");
        assert!(looks.load(Ordering::SeqCst) <= 50, "round {round}");
        hold(&desk).await.release().await.unwrap();
    }
}

/// The twin: contenders who only go away. News that come while somebody holds the lock are seen by nobody.
#[tokio::test]
async fn t39_without_a_knock_news_are_lost() {
    let desk = StateDesk::open().await;
    let holder = hold(&desk).await; // has read the state by now
    assert!(locks(&desk).try_hold(JOB, LEASE).await.unwrap().is_none(), "news, and nobody to take them");
    assert!(holder.release_and_listen().await.unwrap().is_none(), "the holder leaves without having heard");

    let holder = hold(&desk).await;
    assert!(locks(&desk).hold_or_knock(JOB, LEASE).await.unwrap().is_none());
    let holder = holder.release_and_listen().await.unwrap().expect("with a knock it stays and looks again");
    assert!(holder.release_and_listen().await.unwrap().is_none());
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_at_once() {
    let desk = StateDesk::open().await;
    let crashed = hold(&desk).await;
    desk.pass(LEASE);
    assert!(hold(&desk).await.fence() > crashed.fence());
}

#[tokio::test]
async fn a_release_keeps_the_row_and_its_fence() {
    let desk = StateDesk::open().await;
    hold(&desk).await.release().await.unwrap();
    let row = &desk.rows().await["lock#contact-sync/lock"];
    assert_eq!(row["fence"], AttributeValue::N("1".to_owned()));
    assert!(!row.contains_key("owner") && !row.contains_key("ttl"));
    assert_eq!(hold(&desk).await.fence().number(), 2);
}

#[tokio::test]
async fn the_work_loop_renews_when_half_of_the_lease_is_gone() {
    let desk = StateDesk::open().await;
    let held = hold(&desk).await;
    let first_end = held.guard().expires_ms();
    desk.journal();
    held.renew().await.unwrap();
    assert!(desk.journal().is_empty(), "nothing to renew yet");
    desk.pass(LEASE / 2 + Duration::from_secs(1));
    held.renew().await.unwrap();
    assert_eq!(desk.journal(), ["UpdateItem"]);
    assert!(held.guard().expires_ms() >= first_end + 31_000);
    desk.pass(LEASE / 2 + Duration::from_secs(1));
    assert!(locks(&desk).try_hold(JOB, LEASE).await.unwrap().is_none(), "the renewed lease still holds");
}

/// Every protected row carries the fence of its last writer, and a write is refused when that fence, or the fence of
/// the lock, is newer than the writer's. So a run that stalled and wakes after its lease cannot damage our state.
#[tokio::test]
async fn a_paused_holder_that_wakes_writes_nothing() {
    let desk = StateDesk::open().await;
    let table = desk.table();
    let (links, marks, asides) = (Links::new(table.clone(), JOB), Marks::new(table.clone()), Asides::new(table, JOB));
    let aside = Aside {
        source_id: "003A".to_owned(),
        hash: "h".to_owned(),
        since: 1,
        why: Why::Quarantine { code: "bad".to_owned(), field: None },
        answer: None,
    };
    let mark = Mark { at: Timestamp::UNIX_EPOCH, id: String::new() };

    let paused = hold(&desk).await;
    asides.put(std::slice::from_ref(&aside), paused.fence()).await.unwrap();
    desk.pass(LEASE + Duration::from_secs(1));
    let successor = hold(&desk).await;
    let before = desk.rows().await;

    let fence = paused.fence();
    let attempts = [
        // Its successor has written none of these rows yet: only the lock's own row gives the paused holder away.
        links.put(&[link("003A"), link("003B")], fence).await,
        marks.advance(JOB, "salesforce", &mark, fence).await,
        asides.put(&[Aside { hash: "other".to_owned(), ..aside }], fence).await,
        asides.remove(&[(Kind::Quarantine, "003A".to_owned())], fence).await,
        paused.renew().await,
    ];
    assert!(attempts.iter().all(|attempt| matches!(attempt, Err(StateError::Fenced))), "{attempts:?}");
    assert!(!paused.guard().covers(Duration::ZERO), "no vendor write starts either");
    paused.release().await.unwrap();
    assert_eq!(desk.rows().await, before);

    links.put(&[link("003A")], successor.fence()).await.unwrap();
}

#[tokio::test]
async fn without_the_fence_a_paused_holder_overwrites_its_successor() {
    let desk = StateDesk::open().await;
    let links = Links::new(desk.table(), JOB);
    let _paused = hold(&desk).await;
    desk.pass(LEASE + Duration::from_secs(1));
    let successor = hold(&desk).await;
    links.put(&[link("003A")], successor.fence()).await.unwrap();

    // What the paused holder's write would be if it asked nobody.
    desk.overwrite("link#003A", "link", "map_version", AttributeValue::S("stale".to_owned())).await;

    assert_eq!(
        links.get(&["003A".to_owned()]).await.unwrap()["003A"].map_version,
        "stale",
        "the twin damages, so the real test can fail"
    );
}

/// A counter outside the lock's protection, kept in a mark's tie-break.
async fn read_counter(marks: &Marks) -> u64 {
    marks.read("counter", "n").await.unwrap().map_or(0, |mark| mark.id.parse().unwrap())
}

async fn write_counter(desk: &StateDesk, value: u64) {
    desk.overwrite("mark#counter", "n", "id", AttributeValue::S(value.to_string())).await;
    desk.overwrite("mark#counter", "n", "at_ms", AttributeValue::N("0".to_owned())).await;
}

const WRITERS: u64 = 20;

#[tokio::test]
async fn under_the_lock_no_update_is_lost() {
    let desk = Arc::new(StateDesk::open().await);
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let desk = desk.clone();
        writers.spawn(async move {
            let (locks, marks) = (locks(&desk), Marks::new(desk.table()));
            let held = loop {
                match locks.try_hold(JOB, LEASE).await.unwrap() {
                    Some(held) => break held,
                    None => tokio::task::yield_now().await,
                }
            };
            let counted = read_counter(&marks).await;
            write_counter(&desk, counted + 1).await;
            held.release().await.unwrap();
        });
    }
    writers.join_all().await;
    assert_eq!(read_counter(&Marks::new(desk.table())).await, WRITERS);
}

#[tokio::test]
async fn without_the_lock_the_same_updates_are_lost() {
    let desk = Arc::new(StateDesk::open().await);
    let all_have_read = Arc::new(Barrier::new(usize::try_from(WRITERS).unwrap()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (desk, all_have_read) = (desk.clone(), all_have_read.clone());
        writers.spawn(async move {
            let counted = read_counter(&Marks::new(desk.table())).await;
            all_have_read.wait().await;
            write_counter(&desk, counted + 1).await;
        });
    }
    writers.join_all().await;
    assert_eq!(read_counter(&Marks::new(desk.table())).await, 1, "{WRITERS} updates, all but one lost");
}

#[tokio::test]
async fn an_acquisition_whose_answer_is_lost_still_holds() {
    let desk = StateDesk::open().await;
    desk.lose_answers("UpdateItem", 2);
    let held = hold(&desk).await;
    assert_eq!(held.fence().number(), 1);
    assert_eq!(desk.journal().len(), 3, "two answers were lost");
}

#[tokio::test]
async fn a_renewal_and_a_release_whose_answers_are_lost_are_done_once() {
    let desk = StateDesk::open().await;
    let held = hold(&desk).await;
    desk.pass(LEASE - Duration::from_secs(5));
    desk.lose_answers("UpdateItem", 1);
    held.renew().await.unwrap();
    assert!(held.guard().covers(LEASE / 2));
    desk.lose_answers("UpdateItem", 1);
    held.release().await.unwrap();
    assert_eq!(hold(&desk).await.fence().number(), 2);
}

#[tokio::test]
async fn no_answer_at_all_is_said_and_nothing_is_assumed() {
    let desk = StateDesk::open().await;
    desk.lose_answers("UpdateItem", 3);
    let error = locks(&desk).try_hold(JOB, LEASE).await.unwrap_err();
    assert!(matches!(error, StateError::Unavailable { operation: "UpdateItem", .. }), "{error}");
    assert!(locks(&desk).try_hold(JOB, LEASE).await.unwrap().is_none(), "it was taken by the run that got no answer");
    desk.pass(LEASE);
    hold(&desk).await;
}
