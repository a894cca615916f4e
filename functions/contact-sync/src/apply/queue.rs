//! The requests still to send, in batches the vendor takes, and how each kind of batch is sent.

use std::collections::VecDeque;

use genesys::ItemOutcome;
use platform::deadline::Deadline;
use platform::vendor::CallError;

use super::{BatchSizes, Tools, batch, blame};
use crate::plan::{Action, Step};
use crate::wire;

/// Which request a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bulk add: contacts known to be new.
    Add,
    /// Enrich by our external id: an add that may have happened.
    Redrive,
    /// Enrich of contacts that exist.
    Update,
    /// Patch of one contact, which also empties fields.
    Patch,
    /// Patch of one contact that was just enriched: empties what enrich cannot.
    Clear,
    /// A look at one linked contact whose update was answered by another one, or found none.
    Verify,
}

pub(super) type Batch = batch::Batch<Kind>;

pub(super) struct Queue<'a> {
    steps: &'a [Step<'a>],
    batches: VecDeque<Batch>,
    sizes: BatchSizes,
}

impl<'a> Queue<'a> {
    /// All requests of a plan. A contact that failed in an earlier run, or was not answered, travels alone and last, so
    /// that it cannot take others down with it again; `lot` decides among them.
    pub(super) fn of(steps: &'a [Step<'a>], sizes: BatchSizes, lot: u64) -> Self {
        let mut queue = Self { steps, batches: VecDeque::new(), sizes };
        let is_alone = |index: usize| failures(steps, index).is_some();
        let mut batches = VecDeque::new();
        for kind in [Kind::Add, Kind::Redrive, Kind::Update, Kind::Patch] {
            let of_kind = |(index, step): (usize, &Step<'_>)| (kind_of(&step.action) == Some(kind)).then_some(index);
            let wanted: Vec<usize> = steps.iter().enumerate().filter_map(of_kind).collect();
            batches.extend(Batch::of(kind, wanted, is_alone, queue.size(kind)));
        }
        queue.batches = Batch::alone_last(batches, |index| failures(steps, index), lot);
        queue
    }

    /// The next batch that may be sent while others of `kind` are under way; any, while none is. Kinds do not mix: an
    /// update names a contact by what adds have made. A look at what became of a contact is taken alone.
    pub(super) fn next_beside(&mut self, kind: Option<Kind>) -> Option<Batch> {
        let next = self.batches.front()?.kind;
        let fits = kind.is_none_or(|kind| kind == next && kind != Kind::Verify);
        if fits { self.batches.pop_front() } else { None }
    }

    /// Takes back what has to be sent again, cut to the size its kind allows.
    pub(super) fn extend(&mut self, follow_ups: Vec<Batch>) {
        let steps = self.steps;
        for batch in follow_ups.into_iter().flat_map(|batch| batch.cut(self.size(batch.kind))).collect::<Vec<_>>() {
            batch.put_back(&mut self.batches, |index| failures(steps, index));
        }
    }

    fn size(&self, kind: Kind) -> usize {
        match kind {
            Kind::Add => self.sizes.add,
            Kind::Redrive | Kind::Update => self.sizes.enrich,
            Kind::Patch | Kind::Clear | Kind::Verify => 1,
        }
    }
}

/// In how many ticks a contact has failed, if it travels alone.
fn failures(steps: &[Step<'_>], index: usize) -> Option<u32> {
    blame::failures(steps[index].link)
}

fn kind_of(action: &Action) -> Option<Kind> {
    match action {
        Action::Create { .. } => Some(Kind::Add),
        Action::Redrive => Some(Kind::Redrive),
        Action::Link { .. } | Action::Update { .. } => Some(Kind::Update),
        Action::Patch { .. } | Action::Adopt { .. } => Some(Kind::Patch),
        Action::Keep | Action::Stale | Action::Review { .. } | Action::Wait(_) | Action::Await => None,
    }
}

/// Sends one batch. The answers are in the order of its items.
pub(super) async fn send(
    batch: &Batch,
    steps: &[Step<'_>],
    tools: &Tools<'_>,
    deadline: Deadline,
) -> Result<Vec<ItemOutcome>, CallError> {
    let (genesys, marks, lease) = (tools.genesys, tools.marks, tools.held.guard());
    let steps_of = || batch.items.iter().map(|item| &steps[item.step]);
    match batch.kind {
        Kind::Add => {
            let contacts: Vec<_> = steps_of().map(|step| marks.contact(step.source, &step.difference.set)).collect();
            genesys.add(&contacts, lease, deadline).await
        }
        Kind::Redrive => {
            let upserts: Vec<_> = steps_of().map(|step| marks.redrive(step.source)).collect();
            genesys.enrich(&upserts, lease, deadline).await
        }
        Kind::Update => {
            let updates: Vec<_> = steps_of()
                .map(|step| marks.update(step.source, &step.difference.set, &step.action.found_by()))
                .collect();
            genesys.enrich(&updates, lease, deadline).await
        }
        // Sent by `verify`.
        Kind::Verify => Ok(vec![ItemOutcome::Missing; batch.items.len()]),
        Kind::Patch | Kind::Clear => {
            let Some(item) = batch.items.first() else { return Ok(Vec::new()) };
            let step = &steps[item.step];
            let Some(id) = item.answered_id.as_ref().or(step.action.target()) else {
                return Ok(vec![ItemOutcome::Missing]);
            };
            let changes = match batch.kind {
                Kind::Clear => wire::removals(&step.difference),
                _ if matches!(step.action, Action::Adopt { .. }) => marks.adoption(step.source, &step.difference),
                _ => wire::changes(step.source, &step.difference),
            };
            let answered = genesys.patch(id, &changes, lease, deadline).await?;
            let id = answered.current_id().unwrap_or(id).to_owned();
            Ok(vec![ItemOutcome::Done { id, created: false }])
        }
    }
}
