//! A decision in words: one line for the log, the run history and the dry run.

use std::fmt;

use super::{Action, Decision, Hold};
use crate::lever::Number;

impl Decision {
    /// The decision in one line: instances, wanted, found, action, why.
    pub fn explain(&self) -> String {
        let Self { target, instances, wanted, found, .. } = self;
        let plural = if *instances == 1 { "" } else { "s" };
        let mut line = format!("{target}: {instances} instance{plural} want {wanted}, found {found}; {}", self.action);
        if let Some(was) = self.drifted_from {
            line.push_str(&format!("; somebody else changed it from {was}"));
        }
        if self.rest_changed {
            line.push_str("; somebody else changed another part of the object, which stays");
        }
        if let Some(recovered) = self.recovered {
            line.push_str(&format!("; {} is what was sent without hearing the answer", recovered.to));
        }
        line
    }
}

impl Action {
    /// The action's name in dry runs and log lines.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Set { .. } => "set",
            Self::Keep => "keep",
            Self::Hold(_) => "hold",
            Self::Leave => "leave",
            Self::Refuse => "refuse",
        }
    }

    /// Why nothing is done, in a word; `None` when something is.
    pub fn skip_reason(&self) -> Option<&'static str> {
        match self {
            Self::Set { .. } | Self::Refuse => None,
            Self::Keep => Some("unchanged"),
            Self::Hold(hold) => Some(hold.name()),
            Self::Leave => Some("drift_reported"),
        }
    }
}

impl Hold {
    /// The reason in a word, for counts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Down(_) => "hold_down",
            Self::Step(_) => "step",
            Self::Suspended => "suspended",
            Self::Deleting => "deleting",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set { to } => write!(f, "set to {to}"),
            Self::Keep => f.write_str("equal, nothing to do"),
            Self::Hold(Hold::Down(left)) => {
                write!(f, "held: less has to be asked for {} s longer", left.as_secs().max(1))
            }
            Self::Hold(Hold::Step(left)) => write!(f, "held: the next step follows in {} s", left.as_secs().max(1)),
            Self::Hold(Hold::Suspended) => {
                f.write_str("held: the group is suspended and has not the size that it is told to have")
            }
            Self::Hold(Hold::Deleting) => f.write_str("held: the group is being deleted"),
            Self::Leave => f.write_str("left as it is: policy \"report\""),
            Self::Refuse => f.write_str("refused: what stands there is no whole number; correct it in Genesys"),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(number) => number.fmt(f),
            Self::Absent => f.write_str("nothing"),
            Self::Other => f.write_str("no number"),
        }
    }
}
