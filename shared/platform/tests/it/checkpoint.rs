//! Checkpoints and what a job remembers: only forward, only under the newest fence, and the table does what the
//! values say.

use std::time::Duration;

use platform::change::{Outcome, Row, Value};
use platform::checkpoint::{Checkpoint, Checkpoints, advance, finish, unfinished};
use platform::lock::Fence;
use platform::memory::Memories;
use platform::table::StateError;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::lock::hold;
use crate::state_desk::StateDesk;

const JOB: &str = "contact-sync";

fn checkpoint(run: &str, slice: u64) -> Checkpoint {
    Checkpoint {
        run_id: run.to_owned(),
        slice,
        cursor: format!("behind {slice}"),
        tally: "{}".to_owned(),
        started_ms: 7,
    }
}

#[tokio::test]
async fn a_checkpoint_moves_forward_within_its_run_until_that_is_finished() {
    let desk = StateDesk::open().await;
    let (held, checkpoints) = (hold(&desk).await, Checkpoints::new(desk.table()));
    let fence = held.fence();
    assert_eq!(checkpoints.read(JOB).await.unwrap(), None);
    checkpoints.advance(JOB, &checkpoint("a", 1), fence).await.unwrap();
    checkpoints.advance(JOB, &checkpoint("a", 2), fence).await.unwrap();
    for refused in [checkpoint("a", 2), checkpoint("a", 1), checkpoint("b", 9)] {
        let answer = checkpoints.advance(JOB, &refused, fence).await;
        assert!(matches!(answer, Err(StateError::Fenced)), "{refused:?}: {answer:?}");
        assert_eq!(checkpoints.read(JOB).await.unwrap(), Some(checkpoint("a", 2)));
    }
    assert!(matches!(checkpoints.finish(JOB, "b", fence).await, Err(StateError::Fenced)));
    checkpoints.finish(JOB, "a", fence).await.unwrap();
    checkpoints.finish(JOB, "a", fence).await.unwrap();
    assert_eq!(checkpoints.read(JOB).await.unwrap(), None);
    checkpoints.advance(JOB, &checkpoint("b", 1), fence).await.unwrap();
}

#[tokio::test]
async fn a_checkpoint_whose_answer_is_lost_is_written_once() {
    let desk = StateDesk::open().await;
    let (held, checkpoints) = (hold(&desk).await, Checkpoints::new(desk.table()));
    desk.lose_answers("TransactWriteItems", 2);
    checkpoints.advance(JOB, &checkpoint("a", 1), held.fence()).await.unwrap();
    assert_eq!(checkpoints.read(JOB).await.unwrap(), Some(checkpoint("a", 1)));
}

#[tokio::test]
async fn an_overtaken_holder_moves_no_checkpoint_and_changes_no_memory() {
    let desk = StateDesk::open().await;
    let (checkpoints, memories) = (Checkpoints::new(desk.table()), Memories::new(desk.table()));
    let paused = hold(&desk).await;
    checkpoints.advance(JOB, &checkpoint("a", 1), paused.fence()).await.unwrap();
    desk.pass(Duration::from_secs(61));
    let successor = hold(&desk).await;
    assert!(matches!(checkpoints.advance(JOB, &checkpoint("a", 2), paused.fence()).await, Err(StateError::Fenced)));
    assert!(matches!(memories.keep(JOB, "map", "v2".into(), paused.fence()).await, Err(StateError::Fenced)));
    checkpoints.advance(JOB, &checkpoint("a", 2), successor.fence()).await.unwrap();
    assert_eq!(memories.recall(JOB, "map").await.unwrap(), None);
}

#[tokio::test]
async fn a_word_is_kept_forgotten_and_left_by_somebody_without_the_lock() {
    let desk = StateDesk::open().await;
    let (held, memories) = (hold(&desk).await, Memories::new(desk.table()));
    memories.keep(JOB, "linked", 7.into(), held.fence()).await.unwrap();
    memories.leave(JOB, "wanted", "full".into()).await.unwrap();
    memories.leave(JOB, "wanted", "full".into()).await.unwrap();
    assert_eq!(memories.recall(JOB, "linked").await.unwrap(), Some(Value::Number(7)));
    assert_eq!(memories.recall(JOB, "wanted").await.unwrap(), Some(Value::Text("full".to_owned())));
    memories.forget(JOB, "wanted", held.fence()).await.unwrap();
    assert_eq!(memories.recall(JOB, "wanted").await.unwrap(), None);
    memories.leave(JOB, "wanted", "full".into()).await.unwrap();
    assert_eq!(memories.recall(JOB, "wanted").await.unwrap(), Some(Value::Text("full".to_owned())));
}

/// What somebody does to the checkpoint.
#[derive(Clone, Debug)]
enum Move {
    Advance(usize, u64),
    Finish(usize),
}

const RUNS: [&str; 2] = ["a", "b"];

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0..2usize, 1..5u64).prop_map(|(run, slice)| Move::Advance(run, slice)),
        1 => (0..2usize).prop_map(Move::Finish),
    ];
    proptest::collection::vec(one, 1..12)
}

/// What a checkpoint is, in three lines.
fn expected(now: Option<(usize, u64)>, step: &Move) -> Option<(usize, u64)> {
    match (now, step) {
        (None, Move::Advance(run, slice)) => Some((*run, *slice)),
        (Some((run, at)), Move::Advance(same, slice)) if run == *same && at < *slice => Some((run, *slice)),
        (Some((run, _)), Move::Finish(same)) if run == *same => None,
        _ => now,
    }
}

fn in_memory(row: Option<&Row>, step: &Move, fence: Fence) -> Option<Row> {
    let change = match step {
        Move::Advance(run, slice) => advance(&checkpoint(RUNS[*run], *slice), fence),
        Move::Finish(run) => finish(RUNS[*run], fence),
    };
    match change.apply(row) {
        Outcome::Changed(row) => Some(row),
        Outcome::Refused(row) => row,
    }
}

#[test]
fn in_every_order_of_moves_value_and_table_are_what_three_lines_say() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let desk = runtime.block_on(StateDesk::open());
    let (held, checkpoints) = (runtime.block_on(hold(&desk)), Checkpoints::new(desk.table()));
    let fence = held.fence();
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[1; 32]));
    let played = runner.run(&moves(), |moves| {
        let (mut row, mut now) = (None, None);
        for step in &moves {
            row = in_memory(row.as_ref(), step, fence);
            now = expected(now, step);
            let stored = runtime.block_on(async {
                let _ = match step {
                    Move::Advance(run, slice) => checkpoints.advance(JOB, &checkpoint(RUNS[*run], *slice), fence).await,
                    Move::Finish(run) => checkpoints.finish(JOB, RUNS[*run], fence).await,
                };
                checkpoints.read(JOB).await.unwrap()
            });
            let wanted = now.map(|(run, slice)| checkpoint(RUNS[run], slice));
            prop_assert_eq!(&row.as_ref().and_then(|row| unfinished(row).unwrap()), &wanted, "{:?}", moves);
            prop_assert_eq!(&stored, &wanted, "{:?}", moves);
        }
        let (run, _) = now.unwrap_or_default();
        runtime.block_on(checkpoints.finish(JOB, RUNS[run], fence)).unwrap();
        Ok(())
    });
    played.unwrap();
}
