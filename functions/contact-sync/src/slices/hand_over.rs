//! How a run is kept while nobody works on it: its checkpoint, and the message by which the next invocation takes over.

use super::{Ending, Shift};
use crate::NAME;
use crate::agenda::{WANTED, WANTED_AGAIN, WANTED_FULL};
use crate::apply::Stop;
use crate::failure::JobError;
use crate::message::Continuation;
use crate::progress::{Purpose, Run};

impl Shift<'_> {
    /// Writes down where the run stands. A run that writes nothing is not kept, nor is one over a list of ids.
    pub(crate) async fn save(&self, run: &mut Run) -> Result<(), JobError> {
        let Some(held) = self.live().filter(|_| run.progress.purpose != Purpose::Ids) else { return Ok(()) };
        let checkpoint = run.checkpoint();
        self.job.checkpoints.advance(NAME, &checkpoint, held.fence()).await?;
        (run.number, run.is_saved) = (checkpoint.slice, true);
        Ok(())
    }

    /// The run stopped in the middle of a slice. What it has done there counts for the brake when somebody goes on with it.
    pub(super) async fn keep_count(&self, run: &mut Run, stop: &Stop) -> Result<(), JobError> {
        if run.number > 0 && !run.is_saved && !matches!(stop, Stop::State(_)) {
            self.save(run).await?;
        }
        Ok(())
    }

    /// Nothing is left to do for the run.
    pub(super) async fn finish(&self, run: &Run) -> Result<(), JobError> {
        if let (Purpose::MapChange(_), Some(held)) = (&run.progress.purpose, self.live()) {
            self.job.agree(held).await?;
            if run.progress.owed {
                // Behind the watermark no tick looks again: a full pass does.
                self.job.memories.keep(NAME, WANTED, WANTED_FULL.into(), held.fence()).await?;
            }
        }
        if let Some(held) = self.live().filter(|_| run.comes_again()) {
            self.job.memories.keep(NAME, WANTED, WANTED_AGAIN.into(), held.fence()).await?;
        }
        if let Some(held) = self.live().filter(|_| run.number > 0) {
            self.job.checkpoints.finish(NAME, &run.id, held.fence()).await?;
        }
        Ok(())
    }

    /// The time is nearly up: checkpoint, then message. The lock is released after both.
    pub(super) async fn hand_over(&self, run: &mut Run) -> Result<Ending, JobError> {
        if !self.has_achieved {
            return Ok(Ending::Stuck);
        }
        if !run.is_saved {
            self.save(run).await?;
        }
        if !run.is_saved && self.live().is_some() {
            return Ok(Ending::Stopped(Stop::Deadline)); // A list of ids: nobody goes on with it.
        }
        if let Some(queue) = self.job.queue.as_ref().filter(|_| run.is_saved) {
            let continuation = Continuation { run_id: run.id.clone(), slice: run.number };
            if let Err(error) = queue.send(continuation.encode(self.job.platform.clock.now()), None).await {
                tracing::warn!(%error, "the run goes on with the next tick instead");
            }
        }
        Ok(Ending::HandedOver)
    }
}
