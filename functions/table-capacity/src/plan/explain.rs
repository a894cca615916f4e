//! A decision in words: one line for the log, the run history and the dry run.

use std::fmt;

use platform::capacity::Resource;

use super::{Action, Decision, Dial, Hold, Refusal, Verdict};

impl Decision {
    /// The decision in one line: loads, wanted, current, action, why.
    pub fn explain(&self) -> String {
        let loads: Vec<String> = self.loads.iter().map(load).collect();
        let loads = format!("{}: {} conversations ({})", self.table, self.conversations, loads.join(", "));
        let verdicts: Vec<String> = self.dials.iter().map(ToString::to_string).collect();
        match &self.action {
            Action::Refuse(refusal) => format!("{loads}; refused: {refusal}"),
            action => format!("{loads} want {}; {}: {}", self.wanted, action.name(), verdicts.join(", ")),
        }
    }
}

impl Action {
    /// The action's name in dry runs, log lines and counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SetUnits(_) => "set_units",
            Self::SetFloors(_) => "set_floor",
            Self::Keep => "keep",
            Self::Wait(_) => "hold",
            Self::Refuse(_) => "refuse",
        }
    }

    /// Why nothing is done, in a word; `None` when something is.
    pub fn skip_reason(&self) -> Option<&'static str> {
        match self {
            Self::SetUnits(_) | Self::SetFloors(_) => None,
            Self::Keep => Some("unchanged"),
            Self::Wait(hold) => Some(hold.name()),
            Self::Refuse(refusal) => Some(refusal.name()),
        }
    }
}

impl Hold {
    /// The reason in a word, for counts.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoLoad => "no_load",
            Self::Stale => "stale",
            Self::Updating => "updating",
            Self::Throttled => "throttled",
            Self::ThrottlingUnknown => "throttling_unknown",
            Self::Settling => "settling",
            Self::BudgetSpent => "budget_spent",
            Self::Ceiling => "ceiling",
        }
    }
}

impl Refusal {
    /// The reason in a word, for counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::ScaledByPolicy => "scaled_by_policy",
            Self::NoTarget => "no_target",
            Self::NoIndex(_) => "no_index",
        }
    }
}

fn load((queue, known): &(String, Option<(i64, jiff::SignedDuration)>)) -> String {
    match known {
        None => format!("queue {queue}: never reported"),
        Some((conversations, age)) => format!("queue {queue}: {conversations}, {} s old", age.as_secs()),
    }
}

impl fmt::Display for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, dimension, current, wanted, verdict } = self;
        if let Resource::Index(_) = resource {
            write!(f, "{resource} ")?;
        }
        match verdict {
            Verdict::Equal => write!(f, "{dimension} stay at {current}, equal"),
            Verdict::Within => write!(f, "{dimension} stay at {current}, {wanted} is too near to be worth a decrease"),
            Verdict::Raise => write!(f, "{dimension} rise from {current} to {wanted}"),
            Verdict::Lower => write!(f, "{dimension} fall from {current} to {wanted}"),
            Verdict::Hold(hold) => write!(f, "{dimension} stay at {current} and wait to be {wanted}, because {hold}"),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoLoad => "no queue has reported yet",
            Self::Stale => "a queue or a media type of one has not reported for too long",
            Self::Updating => "the table is being updated",
            Self::Throttled => "the table turns requests away",
            Self::ThrottlingUnknown => "CloudWatch did not say whether the table turns requests away",
            Self::Settling => "the last update was only just made",
            Self::BudgetSpent => "no decrease is left until an hour after the last one, or until midnight UTC",
            Self::Ceiling => "the ceiling in Application Auto Scaling is below the table's min",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnDemand => {
                f.write_str("the table is paid per request and has no units to set; take it out of [table-capacity]")
            }
            Self::ScaledByPolicy => {
                f.write_str("a scaling policy would undo mode \"direct\"; set mode to \"auto\" or \"floor\"")
            }
            Self::NoTarget => f.write_str(
                "mode \"floor\" needs a scalable target in Application Auto Scaling; register one, or set mode to \"direct\"",
            ),
            Self::NoIndex(name) => write!(f, "the table has no index {name}; correct `indexes`"),
        }
    }
}
