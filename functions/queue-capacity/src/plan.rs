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
    /// That Genesys holds what was sent without hearing the answer, or without recording it.
    pub recovered: Option<Recovered>,
    /// What is done.
    pub action: Action,
    /// What is to be remembered: before the write where there is one.
    pub row: TargetRow,
}

/// A write of ours of which only its effect is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// What Genesys held before, if we knew it.
    pub from: Option<i64>,
    /// What it holds.
    pub to: i64,
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
    /// The last step was only just made; so long until the next.
    Step(SignedDuration),
    /// The group is told not to start or end instances, and has not the size it is told to have.
    Suspended,
    /// The group is being deleted.
    Deleting,
}

/// The time between two steps of a number with a step limit: a little less than between two ticks.
const STEP_EVERY: SignedDuration = SignedDuration::from_secs(270);

/// The decision about one number.
pub fn plan(reading: &Reading<'_>, now: Timestamp) -> Decision {
    let instances = instances(reading.mapping.instances, reading.group);
    let wanted = wanted(&reading.target.rule, instances);
    let memory = Memory::of(reading);
    let mut row = memory.row.clone();
    let action = action(reading, wanted, &memory, &mut row, now);
    match action {
        Action::Set { to } => {
            row.sending = Some(to);
            row.stepped_ms = reading.target.rule.step_limit.map(|_| now.as_millisecond());
        }
        Action::Keep => (row.lower_since_ms, row.stepped_ms) = (None, None),
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
        // Whoever asks for what is in service has made sure that the group says it.
        Instances::InService => group.in_service.unwrap_or(group.desired),
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
    recovered: Option<Recovered>,
}

impl Memory {
    fn of(reading: &Reading<'_>) -> Self {
        let mut row = reading.row.cloned().unwrap_or_default();
        row.id.clone_from(&reading.target.id);
        row.parked = None;
        let Number::Is(found) = reading.found else {
            return Self { changed_from: row.settled, row, found: reading.found, rest_changed: false, recovered: None };
        };
        let is_ours = row.sending == Some(found) && row.settled != Some(found);
        let recovered = is_ours.then_some(Recovered { from: row.settled, to: found });
        let changed_from = row.settled.filter(|settled| *settled != found && !is_ours);
        let rest_changed = row.rest.as_deref().is_some_and(|rest| rest != reading.rest);
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
    let (group, rule) = (reading.group, &reading.target.rule);
    let found = match reading.found {
        Number::Other => return Action::Refuse,
        Number::Absent => None,
        Number::Is(found) => Some(found),
    };
    let falls = found.is_some_and(|found| wanted < found);
    if !falls {
        row.lower_since_ms = None;
    }
    if group.is_deleting {
        return Action::Hold(Hold::Deleting);
    }
    if group.is_suspended && reading.mapping.instances == Instances::Desired && !group.has_arrived() {
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
        row.lower_since_ms = None;
        return Action::Leave;
    }
    if falls && !is_only_drift {
        let since_ms = since(row.lower_since_ms, now);
        row.lower_since_ms = Some(since_ms);
        if let Some(left) = left(since_ms, hold_down(rule), now) {
            return Action::Hold(Hold::Down(left));
        }
    }
    if let Some(left) = rule.step_limit.and(row.stepped_ms).and_then(|at| left(at, STEP_EVERY, now)) {
        return Action::Hold(Hold::Step(left));
    }
    Action::Set { to: step(found, wanted, rule.step_limit) }
}

fn hold_down(rule: &Rule) -> SignedDuration {
    SignedDuration::try_from(rule.hold_down).unwrap_or(SignedDuration::MAX)
}

/// Since when; a moment that is still to come was written by a clock that went ahead.
fn since(remembered_ms: Option<i64>, now: Timestamp) -> i64 {
    let now_ms = now.as_millisecond();
    remembered_ms.map_or(now_ms, |since_ms| since_ms.min(now_ms))
}

/// How much of `length` is left since a moment; `None` when it has passed, also for a moment that is still to come by more
/// than that.
fn left(since_ms: i64, length: SignedDuration, now: Timestamp) -> Option<SignedDuration> {
    let waited = SignedDuration::from_millis(now.as_millisecond().saturating_sub(since_ms));
    (waited < length && waited > -length).then(|| length.saturating_sub(waited))
}

/// As near to what is wanted as one step may go. Where there is nothing yet, there is nothing to go in steps from.
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
            stepped_ms: self.row.stepped_ms,
            parked: None,
        }
    }

    /// What is to be remembered once Genesys had taken the number and then held another: a hand's, as far as we know.
    pub fn overwritten(&self) -> TargetRow {
        TargetRow { settled: self.row.sending.or(self.row.settled), sending: None, ..self.row.clone() }
    }
}
