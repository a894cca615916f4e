//! The named rules behind alerts and recommendations.
//!
//! A rule looks at a day's figures and its past and finds something or nothing. What it finds are the numbers that it rests
//! on; the words come with the page. Where there is too little to go by, below the limits that stand in the rule's own file, it is silent: a rate over
//! few conversations moves by whole points with each of them, and a report that cries every day is not read.
//!
//! Alerts say what went wrong; recommendations say what could be done. Each rule can be silenced by its name.

mod abandon_rate_high;
mod after_call_work_long;
mod handle_time_long;
mod hours_collapsed;
mod lend_agents;
mod missed_every_week;
mod nobody_answered;
mod queue_silent;
mod service_level_missed;
mod short_abandons_decide;
mod staff_worst_hours;
mod transfers_many;
mod volume_unusual;

use crate::figures::{DayFigures, QueueFigures};
use crate::finding::{Finding, Found, Hours};
use crate::past::Past;
use crate::settings::Settings;
use crate::stretch::{Stretch, Tally};
use crate::sums::Sums;

/// Fewer conversations than this make no rate: at 20, each of them moves it by five points.
const CONVERSATIONS_MIN: u64 = 20;
/// So many of the last four weeks must be known to say what a weekday is like.
const WEEKS_MIN: usize = 3;

/// What rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The day.
    pub figures: &'a DayFigures,
    /// The days before.
    pub past: &'a Past,
    /// What was configured.
    pub settings: &'a Settings,
}

type Rule = fn(&Facts<'_>) -> Vec<Finding>;

const RULES: [(&str, Rule); 13] = [
    (service_level_missed::NAME, service_level_missed::find),
    (abandon_rate_high::NAME, abandon_rate_high::find),
    (handle_time_long::NAME, handle_time_long::find),
    (hours_collapsed::NAME, hours_collapsed::find),
    (nobody_answered::NAME, nobody_answered::find),
    (queue_silent::NAME, queue_silent::find),
    (volume_unusual::NAME, volume_unusual::find),
    (staff_worst_hours::NAME, staff_worst_hours::find),
    (lend_agents::NAME, lend_agents::find),
    (missed_every_week::NAME, missed_every_week::find),
    (after_call_work_long::NAME, after_call_work_long::find),
    (transfers_many::NAME, transfers_many::find),
    (short_abandons_decide::NAME, short_abandons_decide::find),
];

/// The names of all rules.
pub const NAMES: [&str; RULES.len()] = {
    let mut names = [""; RULES.len()];
    let mut at = 0;
    while at < RULES.len() {
        names[at] = RULES[at].0;
        at += 1;
    }
    names
};

impl Found {
    /// The name of the rule, as in the configuration, the documentation and the archive.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::ServiceLevelMissed { .. } => service_level_missed::NAME,
            Self::AbandonRateHigh { .. } => abandon_rate_high::NAME,
            Self::HandleTimeLong { .. } => handle_time_long::NAME,
            Self::HoursCollapsed { .. } => hours_collapsed::NAME,
            Self::NobodyAnswered { .. } => nobody_answered::NAME,
            Self::QueueSilent { .. } => queue_silent::NAME,
            Self::VolumeUnusual { .. } => volume_unusual::NAME,
            Self::StaffWorstHours { .. } => staff_worst_hours::NAME,
            Self::LendAgents { .. } => lend_agents::NAME,
            Self::MissedEveryWeek { .. } => missed_every_week::NAME,
            Self::AfterCallWorkLong { .. } => after_call_work_long::NAME,
            Self::TransfersMany { .. } => transfers_many::NAME,
            Self::ShortAbandonsDecide { .. } => short_abandons_decide::NAME,
        }
    }
}

/// What all rules say: alerts first, each kind by how many conversations it is about.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let speaking = RULES.iter().filter(|(name, _)| !facts.settings.silent_rules.contains(*name));
    let mut findings: Vec<Finding> = speaking.flat_map(|(_, rule)| rule(facts)).collect();
    findings.sort_by(|one, other| one.kind.cmp(&other.kind).then(other.weight.total_cmp(&one.weight)));
    findings
}

impl<'a> Facts<'a> {
    /// What `rule` finds in the queues.
    fn each_queue(&self, rule: impl FnMut(&'a QueueFigures) -> Option<Finding>) -> Vec<Finding> {
        self.figures.queues.iter().filter(|queue| !queue.is_no_queue()).filter_map(rule).collect()
    }

    /// The hours in which most of a queue's bad conversations fell. `None` too where an hour of the day was not read: it may
    /// have been worse than all that are known.
    fn worst_hours(&self, queue: &QueueFigures, allowed: f64, tally: impl Fn(&Sums) -> Tally) -> Option<Stretch> {
        if self.figures.hours.iter().any(|hour| hour.sums.is_none()) {
            return None;
        }
        let hours: Vec<Tally> = queue.hours.iter().map(|hour| tally(&hour.sums())).collect();
        crate::stretch::worst(&hours, allowed)
    }

    fn hours(&self, stretch: &Stretch) -> Option<Hours> {
        Hours::of(self.figures, stretch.first, stretch.last)
    }

    fn abandoned(&self, sums: &Sums) -> Tally {
        let figures = sums.figures(self.settings.abandons);
        Tally { bad: figures.abandoned.unwrap_or(0), of: figures.offered.unwrap_or(0) }
    }
}

/// Answers that were late, of all that count for the service level.
fn late(sums: &Sums) -> Tally {
    let level = sums.in_time.unwrap_or_default();
    Tally { bad: level.whole.saturating_sub(level.part), of: level.whole }
}

/// Late answers beyond what the target lets pass; `None` when it is met or there are too few to say.
fn beyond_service_level(queue: &QueueFigures) -> Option<f64> {
    let level = queue.sums.in_time.filter(|level| level.whole >= CONVERSATIONS_MIN)?;
    let beyond = queue.target.service_level * number(level.whole) - number(level.part);
    let share = crate::rate::Share::of(level.part, level.whole)?;
    (share.value() < queue.target.service_level).then_some(beyond)
}

/// Whether anybody answered.
fn is_answered(queue: &QueueFigures) -> bool {
    queue.sums.answered.is_some_and(|answered| answered.count > 0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}
