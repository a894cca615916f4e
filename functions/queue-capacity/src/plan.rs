//! What happens to one number, given the size of its group, what Genesys holds and what we remember. Pure: no clock, no
//! network.
//!
//! A number that differs from what is wanted is set. Four things put that off or forbid it. Less is only set after the
//! group has asked for less for a while, because a group that shrinks often grows again. A change by hand is reported, and
//! under the policy `report` left. A group that was told not to start or end instances does not have the size it is told to
//! have. And what is no number is not overwritten.

mod explain;

use jiff::{SignedDuration, Timestamp};
use platform::group::Group;
use platform::target::TargetRow;

use crate::config::{Instances, Policy};
use crate::lever::Number;
use crate::mapping::{Mapping, Rule, Target};

/// Everything that was read about one number.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// Its group's configuration.
    pub mapping: &'a Mapping,
    /// Its own.
    pub target: &'a Target,
    /// The group.
    pub group: &'a Group,
    /// What Genesys holds.
    pub found: Number,
    /// Fingerprint of the rest of its object.
    pub rest: &'a str,
    /// What is remembered.
    pub row: Option<&'a TargetRow>,
}

/// What was decided about one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The target's id.
    pub target: String,
    /// How many instances it was decided on.
    pub instances: i64,
    /// The number that they ask for.
    pub wanted: i64,
    /// What Genesys holds.
    pub found: Number,
    /// What it held when it was last right, if somebody else changed it since.
    pub drifted_from: Option<i64>,
    /// Whether somebody else changed another part of the object since.
    pub rest_changed: bool,
    /// Whether Genesys holds what an earlier run began to write without hearing the answer.
    pub recovered: bool,
    /// What is done.
    pub action: Action,
    /// What is to be remembered: before the write where there is one.
    pub row: TargetRow,
}

/// What is done about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is set.
    Set {
        /// To this; short of what is wanted where a step limit holds.
        to: i64,
    },
    /// It is right.
    Keep,
    /// It should be changed, and not now.
    Hold(Hold),
    /// It was changed by hand, and is left.
    Leave,
    /// What stands there is no number.
    Refuse,
}

/// Why a change is put off. It is looked at again at the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The group has not asked for less for long enough; so long it still has to.
    Down(SignedDuration),
    /// The group is told not to start or end instances, and has not the size it is told to have.
    Suspended,
    /// The group is being deleted.
    Deleting,
}

/// The decision about one number.
pub fn plan(reading: &Reading<'_>, now: Timestamp) -> Decision {
    let instances = instances(reading.mapping.instances, reading.group);
    let wanted = wanted(&reading.target.rule, instances);
    let memory = Memory::of(reading);
    let mut row = memory.row.clone();
    let action = action(reading, wanted, &memory, &mut row, now);
    match action {
        Action::Set { to } => row.sending = Some(to),
        Action::Keep => row.lower_since_ms = None,
        Action::Hold(_) | Action::Leave | Action::Refuse => {}
    }
    Decision {
        target: reading.target.id.clone(),
        instances,
        wanted,
        found: reading.found,
        drifted_from: memory.drifted_from(wanted),
        rest_changed: memory.rest_changed,
        recovered: memory.recovered,
        action,
        row,
    }
}

/// The size that counts.
pub fn instances(which: Instances, group: &Group) -> i64 {
    match which {
        Instances::Desired => group.desired,
        Instances::InService => group.in_service,
    }
}

/// The number that so many instances ask for.
pub fn wanted(rule: &Rule, instances: i64) -> i64 {
    instances.saturating_mul(rule.per_instance).clamp(rule.min, rule.max)
}

/// What the past says about what was found.
struct Memory {
    /// What is remembered, brought up to what was found as far as that is ours.
    row: TargetRow,
    /// What it was, if somebody else changed it.
    changed_from: Option<i64>,
    found: Number,
    rest_changed: bool,
    recovered: bool,
}

impl Memory {
    fn of(reading: &Reading<'_>) -> Self {
        let mut row = reading.row.cloned().unwrap_or_default();
        row.id.clone_from(&reading.target.id);
        row.parked = None;
        let Number::Is(found) = reading.found else {
            return Self {
                changed_from: row.settled,
                row,
                found: reading.found,
                rest_changed: false,
                recovered: false,
            };
        };
        let recovered = row.sending == Some(found) && row.settled != Some(found);
        let changed_from = row.settled.filter(|settled| *settled != found && !recovered);
        // Our own write changes the number only; but what a server computes beside it is not ours to judge.
        let rest_changed = !recovered && row.rest.as_deref().is_some_and(|rest| rest != reading.rest);
        if changed_from.is_none() {
            row.settled = Some(found);
            row.sending = None;
            row.rest = Some(reading.rest.to_owned());
        }
        Self { row, changed_from, found: reading.found, rest_changed, recovered }
    }

    /// Somebody who set what is wanted anyway did no harm.
    fn drifted_from(&self, wanted: i64) -> Option<i64> {
        self.changed_from.filter(|_| self.found != Number::Is(wanted))
    }
}

fn action(reading: &Reading<'_>, wanted: i64, memory: &Memory, row: &mut TargetRow, now: Timestamp) -> Action {
    let group = reading.group;
    let found = match reading.found {
        Number::Other => return Action::Refuse,
        Number::Absent => None,
        Number::Is(found) => Some(found),
    };
    if group.is_deleting {
        return Action::Hold(Hold::Deleting);
    }
    if group.is_suspended && reading.mapping.instances == Instances::Desired && group.desired != group.in_service {
        return Action::Hold(Hold::Suspended);
    }
    if found == Some(wanted) {
        row.settled = Some(wanted);
        row.sending = None;
        row.rest = Some(reading.rest.to_owned());
        return Action::Keep;
    }
    // The group asks for what it asked for: the difference is a hand's and no news of the group.
    let is_only_drift = memory.changed_from == Some(wanted);
    if is_only_drift && reading.mapping.policy == Policy::Report {
        return Action::Leave;
    }
    let falls = found.is_some_and(|found| wanted < found);
    if !falls {
        row.lower_since_ms = None;
    } else if !is_only_drift && let Some(left) = hold_down(&reading.target.rule, row, now) {
        return Action::Hold(Hold::Down(left));
    }
    Action::Set { to: step(found, wanted, reading.target.rule.step_limit) }
}

/// How long less still has to be asked for. Notes the beginning.
fn hold_down(rule: &Rule, row: &mut TargetRow, now: Timestamp) -> Option<SignedDuration> {
    let now_ms = now.as_millisecond();
    let since_ms = *row.lower_since_ms.get_or_insert(now_ms);
    let waited = SignedDuration::from_millis(now_ms.saturating_sub(since_ms));
    let hold_down = SignedDuration::try_from(rule.hold_down).unwrap_or(SignedDuration::MAX);
    (waited < hold_down).then(|| hold_down.saturating_sub(waited))
}

/// As near to what is wanted as one run may go. Where there is nothing yet, there is nothing to go in steps from.
fn step(found: Option<i64>, wanted: i64, limit: Option<i64>) -> i64 {
    match (found, limit) {
        (Some(found), Some(limit)) => wanted.clamp(found.saturating_sub(limit), found.saturating_add(limit)),
        _ => wanted,
    }
}

impl Decision {
    /// What is to be remembered once Genesys was seen to hold `to`, with this rest beside it.
    pub fn settled(&self, to: i64, rest: String) -> TargetRow {
        let done = to == self.wanted;
        TargetRow {
            id: self.target.clone(),
            settled: Some(to),
            sending: None,
            rest: Some(rest),
            // A decrease in steps waited once.
            lower_since_ms: self.row.lower_since_ms.filter(|_| !done),
            parked: None,
        }
    }
}
