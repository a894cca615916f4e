//! How numbers end: what is remembered about each, and what of them is tried again.

use platform::next::Next;
use platform::target::{Parked, TargetRow};
use platform::vendor::CallError;

use super::Turn;
use super::work::{Planned, Work};
use crate::lever::{Found, Number};
use crate::mapping::Target;
use crate::outcome::{Decided, Outcome, TargetError};
use crate::plan::{Action, Decision};

/// Why a target is left alone.
const UNSUPPORTED: &str = "unsupported_by_server";

impl<'a> Turn<'a> {
    /// Compares what was sent with what Genesys holds now; gives back what is to be tried again.
    pub(super) fn judge(&mut self, planned: &Planned<'a>, now: &Found, may_try: bool) -> Option<Work<'a>> {
        let mut again = Vec::new();
        for (target, decision, to) in planned.set_decisions() {
            let path = target.path();
            match now.number(&path) {
                Number::Is(number) if number == to => {
                    let rest = planned.work.object.lever.rest(now, &path);
                    self.rows.insert(target.id.clone(), decision.settled(to, rest));
                    self.end(target, Some(decision.clone()), Outcome::Written);
                }
                Number::Is(other) if Number::Is(other) != decision.found => {
                    if may_try {
                        again.push(target);
                    } else {
                        self.end(target, Some(decision.clone()), Outcome::Failed(TargetError::Overwritten(other)));
                    }
                }
                Number::Is(_) if may_try => again.push(target),
                // It holds nothing, or for the third time what it held before.
                Number::Is(_) | Number::Absent | Number::Other => self.park(target, decision),
            }
        }
        (!again.is_empty()).then_some(Work { object: planned.work.object, targets: again })
    }

    fn park(&mut self, target: &Target, decision: &Decision) {
        let parked = Parked { reason: UNSUPPORTED.to_owned(), settings: target.settings.clone() };
        let row = TargetRow { id: target.id.clone(), parked: Some(parked), ..TargetRow::default() };
        self.rows.insert(target.id.clone(), row);
        self.end(target, Some(decision.clone()), Outcome::Failed(TargetError::Unsupported));
    }

    /// Ends the numbers of an object that are not set.
    pub(super) fn end_unset(&mut self, planned: &Planned<'a>) {
        for (target, decision) in planned.work.targets.iter().zip(&planned.decisions) {
            let outcome = match decision.action {
                Action::Set { .. } => continue,
                Action::Refuse => Outcome::Failed(TargetError::NotANumber),
                Action::Keep if decision.recovered => Outcome::Written,
                Action::Keep | Action::Hold(_) | Action::Leave => {
                    Outcome::Skipped(decision.action.skip_reason().unwrap_or_default())
                }
            };
            self.rows.insert(target.id.clone(), decision.row.clone());
            self.end(target, Some(decision.clone()), outcome);
        }
    }

    pub(super) fn end_spent(&mut self, planned: &Planned<'a>) {
        for (target, decision, _) in planned.set_decisions() {
            self.unsend(target);
            self.end(target, Some(decision.clone()), Outcome::Skipped("writes_spent"));
        }
    }

    pub(super) fn end_failed(&mut self, planned: &Planned<'a>, error: &CallError) {
        // Without an answer it may hold what was sent: the row goes on saying so.
        if error.next() != Next::ReadBack {
            planned.set_decisions().for_each(|(target, ..)| self.unsend(target));
        }
        self.end_sets(planned, error);
    }

    pub(super) fn end_sets(&mut self, planned: &Planned<'a>, error: &CallError) {
        for (target, decision, _) in planned.set_decisions() {
            self.end(target, Some(decision.clone()), Outcome::Failed(same(error).into()));
        }
    }

    fn unsend(&mut self, target: &Target) {
        if let Some(row) = self.rows.get_mut(&target.id) {
            row.sending = None;
        }
    }

    /// How a number ended. What an earlier try found out about other writers is kept.
    pub(super) fn end(&mut self, target: &Target, decision: Option<Decision>, outcome: Outcome) {
        let earlier = self.decided.remove(&target.id).and_then(|decided| decided.decision);
        let mut decision = decision.or(earlier.clone());
        if let (Some(decision), Some(earlier)) = (&mut decision, earlier) {
            decision.drifted_from = decision.drifted_from.or(earlier.drifted_from);
            decision.rest_changed |= earlier.rest_changed;
        }
        self.decided.insert(target.id.clone(), Decided { target: target.id.clone(), decision, outcome });
    }
}

/// The error of an object, for each of its numbers.
pub(super) fn same(error: &CallError) -> CallError {
    let CallError { vendor, operation, correlation_id, failure } = error;
    CallError { vendor, operation, correlation_id: correlation_id.clone(), failure: failure.clone() }
}
