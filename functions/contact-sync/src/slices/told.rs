//! What the queue tells of, counted together from tick to tick.
//!
//! A batch of the queue is a run of its own and far too small for the brake: a hundred thousand edits by a data loader
//! come in pieces of a hundred. So what batches do is added up in the state table, before it is done, and each is in
//! proportion only together with those before it. A tick takes the sum over and begins anew: with its own changes it is
//! what the schedule alone would have had to ask for.

use platform::change::Value;
use platform::lock::Held;

use super::Shift;
use crate::NAME;
use crate::agenda::Wish;
use crate::check::Tally;
use crate::failure::JobError;
use crate::progress::{Purpose, Run};

/// Under this name the state table keeps what batches of the queue have done since the last tick.
const TOLD: &str = "told";

/// What the queue has told of since the last tick, while a batch of it is at work.
pub(crate) struct Told {
    /// What batches before this one have done.
    before: Tally,
    /// What the state table says.
    kept: Tally,
}

impl Told {
    /// With what this batch has done so far.
    pub(super) fn with(&self, run: &Run) -> Tally {
        self.before.clone().and(&run.progress.tally)
    }
}

impl Shift<'_> {
    /// A run begins: one that the queue leads to counts with those before it.
    pub(crate) async fn look_back_on_told(&mut self, wish: &Wish) -> Result<(), JobError> {
        self.told = match wish {
            Wish::Changed(_) if self.live().is_some() => {
                let before = self.told_so_far().await?;
                Some(Told { kept: before.clone(), before })
            }
            _ => None,
        };
        Ok(())
    }

    /// The batch is through: what could not be done of it is told again, and counts then. Whatever else this invocation
    /// does counts for itself.
    pub(crate) async fn settle_told(&mut self, run: &Run, held: &Held) -> Result<(), JobError> {
        if let Some(told) = self.told.take() {
            self.keep_told(&told, told.with(run), held).await?;
        }
        Ok(())
    }

    /// What batches have done since the last tick. What cannot be read was written by another version of the code.
    async fn told_so_far(&self) -> Result<Tally, JobError> {
        let told = self.job.memories.recall(NAME, TOLD).await?;
        let Some(Value::Text(told)) = told else { return Ok(Tally::default()) };
        Ok(serde_json::from_str(&told).unwrap_or_default())
    }

    /// Counts what a batch is about to do: one that is killed has been counted.
    pub(super) async fn count_told(&mut self, run: &Run, planned: &Tally) -> Result<(), JobError> {
        let (Some(held), Some(mut told)) = (self.live(), self.told.take()) else { return Ok(()) };
        told.kept = self.keep_told(&told, told.with(run).and(planned), held).await?;
        self.told = Some(told);
        Ok(())
    }

    async fn keep_told(&self, told: &Told, tally: Tally, held: &Held) -> Result<Tally, JobError> {
        if tally != told.kept {
            // Numbers and names of our own: they cannot fail to be written.
            let text = serde_json::to_string(&tally).unwrap_or_default();
            self.job.memories.keep(NAME, TOLD, text.as_str().into(), held.fence()).await?;
        }
        Ok(tally)
    }

    /// A tick goes on from what was told, and the next batch begins anew. Killed in between, both count it.
    pub(crate) async fn take_over_told(&self, run: &mut Run, held: &Held) -> Result<(), JobError> {
        if !matches!(run.progress.purpose, Purpose::Tick | Purpose::Full) {
            return Ok(());
        }
        let told = self.told_so_far().await?;
        if told != Tally::default() {
            run.count(&told);
            self.save(run).await?;
            self.job.memories.forget(NAME, TOLD, held.fence()).await?;
        }
        Ok(())
    }
}
