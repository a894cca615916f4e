//! What a run leaves behind: counts in the result, slice by slice, and the place up to which everything is durable.

use identity::Warning;
use platform::aside::Why;
use platform::mark::Mark;
use platform::report::RunReport;
use serde_json::{Value, json};

use crate::apply::{Applied, Outcome};
use crate::gone::plan::GoneStep;
use crate::organizations::plan::OrganizationStep;
use crate::plan::{Action, Step};
use crate::source::Source;

/// Warnings that a run's log names one by one: a first load may have thousands.
const NAMED_WARNINGS_MAX: u64 = 200;
/// Contacts in a dry run's list: 180 bytes each stay below the 6 MB that a Lambda may answer.
const STEPS_MAX: usize = 20_000;
/// Rows of the plan's table that a dry run prints: enough to judge a plan by, and below the size of a Lambda answer.
const TABLE_ROWS_MAX: usize = 200;

/// Counts what was read in a slice: warnings per contact, and counterparts found.
pub fn count_read(report: &mut RunReport, steps: &[Step<'_>]) {
    report.fetched += steps.len() as u64;
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
    report.matched += steps.iter().filter(is_matched).count() as u64;
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

/// Counts what became of a slice's plan.
pub fn count_outcomes(report: &mut RunReport, applied: &Applied) {
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
}

/// A run that writes nothing skips every contact, for this reason.
pub fn count_spared(report: &mut RunReport, steps: &[Step<'_>], reason: &str) {
    for _ in steps {
        report.count_skip(reason);
    }
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
#[derive(Debug, Default)]
pub struct Rehearsal {
    rows: Vec<Value>,
    organizations: Vec<Value>,
    table: Vec<String>,
    touched: usize,
    companies: usize,
}

impl Rehearsal {
    /// Takes in the plan of a slice.
    pub fn add(&mut self, steps: &[Step<'_>]) {
        for step in steps.iter().filter(|step| !matches!(step.action, Action::Keep | Action::Stale)) {
            self.touched += 1;
            if self.rows.len() < STEPS_MAX {
                self.rows.push(row(step));
            }
            if self.table.len() < TABLE_ROWS_MAX {
                self.table.push(line(step));
            }
        }
    }

    /// Takes in what would become of deleted contacts.
    pub fn add_gone(&mut self, steps: &[GoneStep<'_>]) {
        for step in steps {
            self.touched += 1;
            let (id, action, target) = (&step.departed.id, step.action.name(), step.action.target());
            if self.rows.len() < STEPS_MAX {
                self.rows.push(json!({ "salesforce_id": id, "action": action, "genesys_id": target, "why": step.why }));
            }
            if self.table.len() < TABLE_ROWS_MAX {
                let target = target.map_or("-", String::as_str);
                self.table.push(format!("{id:<18}  {action:<18}  {target:<36}  {}", step.why));
            }
        }
    }

    /// Takes in what would be done about organizations. They have a list of their own and share the table.
    pub fn add_organizations(&mut self, steps: &[&OrganizationStep]) {
        for step in steps {
            self.companies += 1;
            let (id, action, target, fields) = (&step.company.id, step.action.name(), step.genesys_id(), step.names());
            let (write, empty) = fields.split_at(step.set.len());
            if self.organizations.len() < STEPS_MAX {
                self.organizations.push(
                    json!({ "account_id": id, "action": action, "genesys_id": target, "write": write, "empty": empty }),
                );
            }
            if self.table.len() < TABLE_ROWS_MAX {
                let (target, fields) = (target.map_or("-", String::as_str), fields.join(" "));
                self.table.push(format!("{id:<18}  {action:<18}  {target:<36}  {fields}"));
            }
        }
    }

    /// All of it.
    pub fn into_json(self) -> Value {
        let head = format!("{:<18}  {:<18}  {:<36}  fields", "salesforce id", "action", "genesys contact");
        let left_out = self.touched + self.companies - self.table.len();
        let more = (left_out > 0).then(|| format!("and {left_out} more"));
        let steps_left_out = self.touched - self.rows.len();
        let table: Vec<String> = std::iter::once(head).chain(self.table).chain(more).collect();
        let mut plan = json!({ "steps": self.rows, "steps_left_out": steps_left_out, "table": table });
        if self.companies > 0 {
            plan["organizations"] = self.organizations.into();
        }
        plan
    }
}

fn row(step: &Step<'_>) -> Value {
    json!({
        "salesforce_id": step.source.id.as_str(),
        "action": step.action.name(),
        "genesys_id": step.action.target(),
        "candidates": match &step.action { Action::Review { candidates, .. } => Some(candidates), _ => None },
        "write": names(step.difference.set.iter()),
        "empty": names(step.difference.clear.iter()),
    })
}

fn line(step: &Step<'_>) -> String {
    let target = step.action.target().map_or("-", String::as_str);
    let (id, action, fields) = (step.source.id.as_str(), step.action.name(), step.difference.names().join(" "));
    format!("{id:<18}  {action:<18}  {target:<36}  {fields}")
}

fn names<'a>(fields: impl Iterator<Item = &'a identity::Field>) -> Vec<&'a str> {
    fields.map(identity::Field::as_str).collect()
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
