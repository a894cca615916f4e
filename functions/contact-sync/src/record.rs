//! What a run leaves behind: counts in the result, and the place up to which everything is durable.

use identity::Warning;
use platform::aside::Why;
use platform::mark::Mark;
use platform::report::{RunReport, Status};
use serde_json::{Value, json};

use crate::apply::{Applied, Outcome, Stop};
use crate::plan::{Action, Step};
use crate::source::Source;

/// Warnings that a run's log names one by one: a first load may have thousands.
const NAMED_WARNINGS_MAX: u64 = 200;
/// Contacts in a dry run's list: 180 bytes each stay below the 6 MB that a Lambda may answer.
const STEPS_MAX: usize = 20_000;
/// Rows of the plan's table that a dry run prints: enough to judge a plan by, and below the size of a Lambda answer.
const TABLE_ROWS_MAX: usize = 200;

/// Counts what was read: warnings per contact, and counterparts found.
pub fn count_read(report: &mut RunReport, steps: &[Step<'_>]) {
    report.fetched = steps.len() as u64;
    for step in steps {
        if is_old_news(step) {
            continue;
        }
        for warning in &step.source.warnings {
            report.warn_by(warning.code);
            name_the_contact(report, step.source, warning);
        }
        if matches!(step.action, Action::Create { shares_key: true }) {
            report.warn_by("shared_key");
        }
    }
    let is_matched = |step: &&Step<'_>| step.action.target().is_some() || step.action == Action::Keep;
    report.matched = steps.iter().filter(is_matched).count() as u64;
}

/// A contact that did not change since it was written warned then; its warnings would repeat with every look-back.
fn is_old_news(step: &Step<'_>) -> bool {
    let modified_ms = step.source.modified.as_millisecond();
    match step.action {
        Action::Keep => step.link.is_some_and(|link| link.source_version == modified_ms),
        Action::Wait(_) | Action::Stale => true,
        _ => false,
    }
}

/// So that somebody can correct the value in Salesforce. The value itself is never named.
fn name_the_contact(report: &RunReport, source: &Source, warning: &Warning) {
    let named: u64 = report.warnings_by.values().sum();
    if named <= NAMED_WARNINGS_MAX {
        let (salesforce_id, field, code) = (source.id.as_str(), warning.field.as_str(), warning.code);
        tracing::info!(salesforce_id, field, code, "a value could not be used and was left out");
    }
}

/// Counts what became of the plan and decides the status.
///
/// `comes_back` says whether the schedule looks at what is owed again; after a run from an earlier moment it does not.
pub fn count_applied(report: &mut RunReport, applied: &Applied, comes_back: bool) {
    for outcome in &applied.outcomes {
        match outcome {
            Outcome::Created => report.created += 1,
            Outcome::Updated => report.updated += 1,
            Outcome::Skipped(reason) => report.count_skip(reason),
            Outcome::Postponed => report.count_skip("postponed"),
            Outcome::Failed(reason) => report.count_fail(reason),
        }
    }
    if applied.wrong_answers > 0 {
        report.warn("Genesys answered with another contact than the one found; see review");
    }
    let and_then =
        if comes_back { "the next run goes on" } else { "repeat this run: the schedule does not look there again" };
    match &applied.stop {
        None if report.failed > 0 => report.end(Status::Partial, format!("some contacts failed; {and_then}")),
        None => {}
        Some(stop @ Stop::Deadline) => report.end(Status::Continued, format!("{stop}; {and_then}")),
        Some(stop @ Stop::Outage) => report.end(Status::Partial, format!("{stop}; {and_then}")),
        Some(stop) => report.end(Status::Failed, stop.to_string()),
    }
}

/// A dry run skips every contact, and shows what would have become of it.
pub fn count_dry_run(report: &mut RunReport, steps: &[Step<'_>]) {
    for _ in steps {
        report.count_skip("dry_run");
    }
    report.plan = Some(plan_as_json(steps));
}

/// A run that ended between reading and counting tried none of what it read.
pub fn count_untried(report: &mut RunReport) {
    let counted = report.created + report.updated + report.skipped + report.failed;
    for _ in counted..report.fetched {
        report.count_fail("not_tried");
    }
}

/// The place before the oldest contact that is still owed, or the end of the window.
pub fn durable_to(sources: &[Source], outcomes: &[Outcome], complete_to: Mark) -> Option<Mark> {
    let Some(first_owed) = outcomes.iter().position(|outcome| !outcome.is_durable()) else { return Some(complete_to) };
    let last_settled = sources.get(first_owed.checked_sub(1)?)?;
    Some(Mark { at: last_settled.modified, id: last_settled.id.as_str().to_owned() })
}

/// The plan as a dry run shows it: one object per contact that would be touched, and the same as a table.
fn plan_as_json(steps: &[Step<'_>]) -> Value {
    let touched: Vec<&Step<'_>> =
        steps.iter().filter(|step| !matches!(step.action, Action::Keep | Action::Stale)).collect();
    let row = |step: &&Step<'_>| {
        json!({
            "salesforce_id": step.source.id.as_str(),
            "action": step.action.name(),
            "genesys_id": step.action.target(),
            "candidates": match &step.action { Action::Review { candidates } => Some(candidates), _ => None },
            "write": names(step.difference.set.iter()),
            "empty": names(step.difference.clear.iter()),
        })
    };
    let steps: Vec<Value> = touched.iter().take(STEPS_MAX).map(row).collect();
    json!({ "steps": steps, "steps_left_out": touched.len().saturating_sub(STEPS_MAX), "table": table(&touched) })
}

fn names<'a>(fields: impl Iterator<Item = &'a identity::Field>) -> Vec<&'a str> {
    fields.map(identity::Field::as_str).collect()
}

fn table(steps: &[&Step<'_>]) -> Vec<String> {
    let head = format!("{:<18}  {:<18}  {:<36}  fields", "salesforce id", "action", "genesys contact");
    let line = |step: &&Step<'_>| {
        let target = step.action.target().map_or("-", String::as_str);
        format!(
            "{:<18}  {:<18}  {target:<36}  {}",
            step.source.id.as_str(),
            step.action.name(),
            step.difference.names().join(" ")
        )
    };
    let more = (steps.len() > TABLE_ROWS_MAX).then(|| format!("and {} more", steps.len() - TABLE_ROWS_MAX));
    std::iter::once(head).chain(steps.iter().take(TABLE_ROWS_MAX).map(line)).chain(more).collect()
}

/// The open questions of a run in one line each, for the result's warnings.
pub fn warn_about_asides<'a>(report: &mut RunReport, asides: impl Iterator<Item = &'a Why>) {
    let (mut reviews, mut quarantined) = (0, 0);
    for why in asides {
        match why {
            Why::Review { .. } => reviews += 1,
            Why::Quarantine { .. } => quarantined += 1,
        }
    }
    if reviews > 0 {
        report.warn(format!("contacts in review, waiting for a person's decision: {reviews}"));
    }
    if quarantined > 0 {
        report.warn(format!("contacts in quarantine, waiting to be corrected in Salesforce: {quarantined}"));
    }
}
