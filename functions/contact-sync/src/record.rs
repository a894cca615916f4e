//! What a run leaves behind: counts in the result, and the place up to which everything is durable.

use platform::aside::Why;
use platform::mark::Mark;
use platform::report::{RunReport, Status};
use serde_json::{Value, json};

use crate::apply::{Applied, Outcome, Stop};
use crate::plan::{Action, Step};
use crate::source::Source;

/// Rows of the plan's table that a dry run prints: enough to judge a plan by, and below the size of a Lambda answer.
const TABLE_ROWS_MAX: usize = 200;

/// Counts what was read: warnings per contact, and counterparts found.
pub fn count_read(report: &mut RunReport, steps: &[Step<'_>]) {
    report.fetched = steps.len() as u64;
    for step in steps {
        // A contact to which nothing happens warned when it was written; its warnings would repeat with every look-back.
        if matches!(step.action, Action::Keep | Action::Wait(_)) {
            continue;
        }
        for warning in &step.source.warnings {
            report.warn_by(warning.code);
        }
        if matches!(step.action, Action::Create { shares_key: true }) {
            report.warn_by("shared_key");
        }
    }
    let is_matched = |step: &&Step<'_>| step.action.target().is_some() || step.action == Action::Keep;
    report.matched = steps.iter().filter(is_matched).count() as u64;
}

/// Counts what became of the plan and decides the status.
pub fn count_applied(report: &mut RunReport, applied: &Applied) {
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
    match &applied.stop {
        None if report.failed > 0 => report.end(Status::Partial, "some contacts failed; the next run tries them again"),
        None => {}
        Some(stop @ Stop::Deadline) => report.end(Status::Continued, stop.to_string()),
        Some(stop @ Stop::Outage) => report.end(Status::Partial, stop.to_string()),
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
    let touched: Vec<&Step<'_>> = steps.iter().filter(|step| !matches!(step.action, Action::Keep)).collect();
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
    json!({ "steps": touched.iter().map(row).collect::<Vec<_>>(), "table": table(&touched) })
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
        report.warn(format!("{reviews} contacts wait in review for a person's decision"));
    }
    if quarantined > 0 {
        report.warn(format!("{quarantined} contacts wait in quarantine until they are corrected in Salesforce"));
    }
}
