//! How numbers end, and what is remembered about each.

use platform::target::{Parked, TargetRow};

use crate::mapping::Target;
use crate::outcome::{Decided, Outcome, TargetError, UNSUPPORTED};
use crate::plan::{Action, Decision};

/// How one number ended.
pub(super) struct End {
    pub(super) decided: Decided,
    /// What is to be remembered; `None`: what was.
    pub(super) row: Option<TargetRow>,
}

/// How all numbers of a group ended.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) decided: Vec<Decided>,
    pub(super) rows: Vec<TargetRow>,
}

impl Ends {
    pub(super) fn add(&mut self, end: End) {
        self.decided.push(end.decided);
        self.rows.extend(end.row);
    }
}

impl End {
    /// Without a decision.
    pub(super) fn of(target: &Target, outcome: Outcome) -> Self {
        Self { decided: Decided { target: target.id.clone(), decision: None, outcome }, row: None }
    }

    /// With one; what is remembered stays as it is.
    pub(super) fn decided(target: &Target, decision: Decision, outcome: Outcome) -> Self {
        Self { decided: Decided { target: target.id.clone(), decision: Some(decision), outcome }, row: None }
    }

    /// A number that is not set.
    pub(super) fn unset(target: &Target, decision: Decision) -> Self {
        let outcome = match decision.action.skip_reason() {
            _ if decision.action == Action::Refuse => Outcome::Failed(TargetError::NotANumber),
            _ if decision.action == Action::Keep && decision.recovered.is_some() => Outcome::Written,
            reason => Outcome::Skipped(reason.unwrap_or_default()),
        };
        let row = Some(decision.row.clone());
        Self { row, ..Self::decided(target, decision, outcome) }
    }

    /// A number that the server does not know.
    pub(super) fn parked(target: &Target, decision: Decision) -> Self {
        let parked = Parked { reason: UNSUPPORTED.to_owned(), settings: target.settings.clone() };
        let row = TargetRow { id: target.id.clone(), parked: Some(parked), ..TargetRow::default() };
        Self { row: Some(row), ..Self::decided(target, decision, Outcome::Failed(TargetError::Unsupported)) }
    }
}
