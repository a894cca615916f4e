//! An object on its way through a turn.

use platform::table::StateError;
use platform::vendor::CallError;

use crate::lever::{Found, Set};
use crate::mapping::{Object, Target};
use crate::plan::{Action, Decision};

/// What is still to be done about an object.
pub(super) struct Work<'m> {
    pub(super) object: &'m Object,
    pub(super) targets: Vec<&'m Target>,
}

/// An object that was read, and what was decided about its numbers.
pub(super) struct Planned<'m> {
    pub(super) work: Work<'m>,
    pub(super) found: Found,
    pub(super) decisions: Vec<Decision>,
}

/// What became of an object that was to be written.
pub(super) enum Landed {
    /// It was written, and this is what it is now.
    Written(Found),
    /// It was written, and could not be read back.
    Unread(CallError),
    /// It was not, or who knows, for this reason.
    NotWritten(CallError),
    /// The run has written enough.
    Spent,
    /// The lock was lost.
    Lost(StateError),
}

impl<'m> Work<'m> {
    /// The same object with only those numbers that were to be set.
    pub(super) fn of_sets(self, decisions: &[Decision]) -> Self {
        let is_set = |decision: &Decision| matches!(decision.action, Action::Set { .. });
        let targets = self.targets.into_iter().zip(decisions).filter(|(_, it)| is_set(it)).map(|(target, _)| target);
        Self { object: self.object, targets: targets.collect() }
    }
}

impl<'m> Planned<'m> {
    pub(super) fn set_decisions(&self) -> impl Iterator<Item = (&'m Target, &Decision, i64)> {
        self.work.targets.iter().zip(&self.decisions).filter_map(|(target, decision)| match decision.action {
            Action::Set { to } => Some((*target, decision, to)),
            _ => None,
        })
    }

    pub(super) fn sets(&self) -> Vec<Set<'m>> {
        self.set_decisions().map(|(target, _, to)| (target.path(), to)).collect()
    }
}
