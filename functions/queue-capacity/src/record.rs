//! What a run leaves behind: counts, one line per decision, audit lines, and the table that a dry run prints.
//!
//! Messages and targets are both counted as fetched. A target that was written counts as updated; everything else is
//! skipped or failed, with its reason.

use std::collections::BTreeSet;

use platform::audit::AuditLine;
use platform::next::Next;
use platform::report::{RunReport, Status};
use serde_json::{Value, json};

use crate::hint::{Hint, Poison};
use crate::lever::Number;
use crate::mapping::Mapping;
use crate::outcome::{DecideError, Decided, Outcome, TargetError};
use crate::plan::{Action, Decision, Recovered};

/// Numbers that somebody else changed. A metric.
const DRIFT: &str = "drift";
/// Changes that were put off. A metric.
const HOLDS: &str = "holds";

/// What a batch brought.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    /// The groups that it names and that a mapping has, each once.
    pub(crate) groups: BTreeSet<String>,
    /// Ids of the messages that are given back.
    pub(crate) given_back: Vec<String>,
}

/// Both measures exist in every run, so that their alarms and graphs have no gaps.
pub(crate) fn begin(report: &mut RunReport) {
    report.measure(DRIFT, 0);
    report.measure(HOLDS, 0);
}

/// Counts one message, and takes the group that it names.
pub(crate) fn count_message(
    report: &mut RunReport,
    intake: &mut Intake,
    message_id: Option<&str>,
    hint: Result<Hint, Poison>,
    is_mapped: impl Fn(&str) -> bool,
) {
    report.fetched += 1;
    match hint {
        Ok(Hint::Group(group)) if is_mapped(&group) => {
            report.count_skip("hint");
            intake.groups.insert(group);
        }
        Ok(Hint::Unsuccessful(group)) if is_mapped(&group) => {
            report.count_skip("unsuccessful");
            tracing::warn!(
                group,
                "an instance of this group could not be started or ended: its size may stay as it is"
            );
        }
        Ok(Hint::Group(_) | Hint::Unsuccessful(_)) => report.count_skip("unmapped"),
        Ok(Hint::Other) => report.count_skip("other_event"),
        Err(poison) => {
            report.count_fail("poison");
            report.end(Status::Partial, "some messages were given back to their queue");
            let message_id = message_id.unwrap_or_default();
            tracing::error!(
                message_id,
                reason = %poison,
                "a message was not understood and is given back until the queue sets it aside; correct its sender"
            );
            // An empty id makes SQS repeat the whole batch: right for a message that cannot be named.
            intake.given_back.push(message_id.to_owned());
        }
    }
}

/// Counts the numbers of one group, logs the decisions, and keeps them in the result.
pub(crate) fn count_turn(report: &mut RunReport, mapping: &Mapping, turn: &Result<Vec<Decided>, DecideError>) {
    match turn {
        Ok(decided) => decided.iter().for_each(|decided| count_decided(report, &mapping.group, decided)),
        Err(error) => count_group_failure(report, mapping, error),
    }
}

fn count_group_failure(report: &mut RunReport, mapping: &Mapping, error: &DecideError) {
    for _ in mapping.targets() {
        report.fetched += 1;
        report.count_fail(error.name());
    }
    let line = format!("{}: {error}", mapping.group);
    let stops = error.next() == Next::StopAndAlert;
    fail(report, stops, &line);
    match stops {
        true => tracing::error!(group = mapping.group, "{line}"),
        false => tracing::warn!(group = mapping.group, "{line}"),
    }
    report.decide(line);
}

fn count_decided(report: &mut RunReport, group: &str, decided: &Decided) {
    report.fetched += 1;
    let line = format!("{group}: {}", line(decided));
    if let Some(decision) = &decided.decision {
        report.measure(DRIFT, u64::from(decision.drifted_from.is_some()));
        report.measure(HOLDS, u64::from(matches!(decision.action, Action::Hold(_))));
        if decision.action == Action::Leave {
            report.warn(line.clone());
        }
    }
    match &decided.outcome {
        Outcome::Written => report.updated += 1,
        Outcome::Skipped(reason) => report.count_skip(reason),
        Outcome::Failed(error) => {
            report.count_fail(error.name());
            fail(report, error.stops(), &line);
        }
    }
    log(group, decided, &line);
    report.decide(line);
}

/// A failure that the next run may settle makes the run partial, another one fails it.
fn fail(report: &mut RunReport, stops: bool, line: &str) {
    if report.status != Status::Failed {
        report.end(if stops { Status::Failed } else { Status::Partial }, line);
    }
}

fn line(decided: &Decided) -> String {
    let target = &decided.target;
    let explained = decided.decision.as_ref().map(Decision::explain);
    match (&decided.outcome, explained) {
        (Outcome::Failed(error), Some(explained)) => format!("{explained}; failed: {error}"),
        (Outcome::Failed(error), None) => format!("{target}: failed: {error}"),
        (Outcome::Skipped("writes_spent"), Some(explained)) => {
            format!("{explained}; not yet: this run has made as many writes as writes_per_run allows")
        }
        (_, Some(explained)) => explained,
        (Outcome::Skipped("locked"), None) => {
            format!("{target}: another run is at this group and was told to look at it once more")
        }
        (Outcome::Skipped("parked"), None) => {
            format!("{target}: parked, because Genesys does not hold it; {{\"retry_parked\":true}} tries again")
        }
        (_, None) => format!("{target}: not looked at, the time of this invocation is nearly up"),
    }
}

fn log(group: &str, decided: &Decided, line: &str) {
    let decision = decided.decision.as_ref();
    let action = decision.map_or("none", |decision| decision.action.name());
    let (instances, wanted) = decision.map(|decision| (decision.instances, decision.wanted)).unzip();
    let target = &decided.target;
    match &decided.outcome {
        Outcome::Failed(error) if error.stops() || matches!(error, TargetError::Unsupported) => {
            tracing::error!(group, target, action, instances, wanted, "{line}");
        }
        Outcome::Failed(_) => tracing::warn!(group, target, action, instances, wanted, "{line}"),
        _ if decision.is_some_and(|decision| decision.drifted_from.is_some()) => {
            tracing::warn!(group, target, action, instances, wanted, "{line}");
        }
        _ => tracing::info!(group, target, action, instances, wanted, "{line}"),
    }
}

/// The audit lines of a number, with the old and the new one: capacities are about nobody. A write whose answer was lost is
/// written down when it is found, whatever follows.
pub(crate) fn audit_lines(group: &str, decided: &Decided) -> Vec<AuditLine> {
    let Some(decision) = &decided.decision else { return Vec::new() };
    let line = |why: String| {
        let field = decision.target.rsplit('/').next().unwrap_or_default().to_owned();
        AuditLine { subject: decision.target.clone(), action: "set", fields: vec![field], why: why.into() }
    };
    let found_late = decision.recovered.map(|Recovered { from, to }| {
        let from = from.map_or(Number::Absent, Number::Is);
        line(format!("sent for {group} without hearing the answer: {from} became {to}"))
    });
    // A write that was taken changed something, whatever was read afterwards.
    let then = match &decided.outcome {
        Outcome::Written => Some(String::new()),
        Outcome::Failed(TargetError::Overwritten(number)) => Some(format!(", and was {number} when it was read back")),
        _ => None,
    };
    let written = match (then, decision.action) {
        (Some(then), Action::Set { to }) => {
            let Decision { instances, wanted, found, .. } = decision;
            Some(line(format!("{instances} instances of {group} ask for {wanted}: {found} became {to}{then}")))
        }
        _ => None,
    };
    found_late.into_iter().chain(written).collect()
}

/// What the run as a whole came to, where nothing failed: some of it is left for the next run, or all of it is in
/// another run's hands.
pub(crate) fn conclude(report: &mut RunReport) {
    let count = |reason: &str| report.skipped_by.get(reason).copied().unwrap_or_default();
    let (left_over, locked) = (count("no_time") + count("writes_spent"), count("locked"));
    if report.status != Status::Done {
        return;
    }
    if left_over > 0 {
        report.end(Status::Continued, "some numbers are left for the next run");
    } else if locked > 0 && locked == report.fetched {
        report.end(Status::Skipped, "other runs are at these groups, and were told to look once more");
    }
}

/// A number in a dry run: nothing is done, and this would be.
pub(crate) fn dry_run_row(mapping: &Mapping, lever: &str, decision: &Decision, is_parked: bool) -> Value {
    let found = match decision.found {
        Number::Is(number) => json!(number),
        Number::Absent | Number::Other => Value::Null,
    };
    json!({
        "group": mapping.group,
        "target": decision.target,
        "lever": lever,
        "instances": decision.instances,
        "wanted": decision.wanted,
        "found": found,
        "action": if is_parked { "parked" } else { decision.action.name() },
        "decision": decision.explain(),
    })
}
