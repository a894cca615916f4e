//! The brake between plan and apply: what no decision may do. Pure.
//!
//! A decision that breaks one of these rules is a fault of this program, found before it can do damage.

use crate::lever::Number;
use crate::mapping::Target;
use crate::plan::{Action, Decision};

/// Why a decision is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plan sets {target} to {to}, {problem}; nothing was changed, report this as a fault of queue-capacity")]
pub struct PlanFault {
    target: String,
    to: i64,
    problem: &'static str,
}

/// Refuses a decision that leaves the bounds, goes further than a step, or away from what is wanted.
///
/// # Errors
/// [`PlanFault`].
pub fn check(decision: &Decision, target: &Target) -> Result<(), PlanFault> {
    let Action::Set { to } = decision.action else { return Ok(()) };
    let fault = |problem| Err(PlanFault { target: target.id.clone(), to, problem });
    let (rule, wanted) = (target.rule, decision.wanted);
    if decision.target != target.id {
        return fault("which was decided for another target");
    }
    if !(rule.min..=rule.max).contains(&wanted) {
        return fault("on the way to a number outside its min and max");
    }
    match decision.found {
        Number::Other => fault("in the place of something that is no number"),
        Number::Absent if to != wanted => fault("which is not what is wanted"),
        Number::Absent => Ok(()),
        Number::Is(found) if found == to => fault("which it is already"),
        Number::Is(found) if !(found.min(wanted)..=found.max(wanted)).contains(&to) => {
            fault("away from what is wanted")
        }
        Number::Is(found) if rule.step_limit.is_some_and(|limit| found.abs_diff(to) > limit.unsigned_abs()) => {
            fault("further than its step limit")
        }
        Number::Is(_) => Ok(()),
    }
}
