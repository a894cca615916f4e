//! What time does to a job.
//!
//! Validating and importing take `import_step_s`, and a second for each `import_rows_per_s` rows. Rows are written one by
//! one as their time comes, so somebody who looks in between sees a part of them.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::csv::quoted;
use super::state::{CsvSettings, ImportSettings, Job, MatchingCriterion, Step};
use crate::genesys::contacts::fields::{Rules, Shape};
use crate::genesys::contacts::{Fields, Identifier, bulk_add};
use crate::genesys::directory::Kind;
use crate::wire::Refusal;
use crate::world::World;

impl Job {
    /// Goes to a step.
    pub(super) fn begin(&mut self, step: Step, at: Timestamp) {
        self.step = step;
        self.since = at;
        self.done = 0;
        if matches!(step, Step::Completed | Step::Cancelled) {
            self.rows = Vec::new();
        }
    }
}

/// Does what is due in all jobs.
pub(crate) fn catch_up(world: &mut World, now: Timestamp) {
    let runs = |job: &Job| matches!(job.step, Step::Validating | Step::Importing | Step::Validated);
    if !world.genesys.imports.jobs.values().any(runs) {
        return;
    }
    let ids: Vec<String> = world.genesys.imports.jobs.keys().cloned().collect();
    for id in ids {
        if let Some(mut job) = world.genesys.imports.jobs.remove(&id) {
            advance(world, &mut job, now);
            world.genesys.imports.jobs.insert(id, job);
        }
    }
}

fn advance(world: &mut World, job: &mut Job, now: Timestamp) {
    loop {
        match job.step {
            Step::Validated if world.settings.genesys.import_auto_continue => job.begin(Step::Importing, job.since),
            Step::Validating | Step::Importing => {
                let Some(ended) = work(world, job, now) else {
                    return;
                };
                let next = if job.step == Step::Validating { Step::Validated } else { Step::Completed };
                job.begin(next, ended);
            }
            _ => return,
        }
    }
}

/// Works on rows that are due; answers when the step ended, if it did.
fn work(world: &mut World, job: &mut Job, now: Timestamp) -> Option<Timestamp> {
    let settings = &world.settings.genesys;
    let rows_per_s = settings.import_rows_per_s.max(1);
    let step = SignedDuration::from_secs(settings.import_step_s);
    let passed = now.duration_since(job.since).checked_sub(step)?;
    if passed.is_negative() {
        return None;
    }
    let due = u128::from(rows_per_s) * passed.as_millis().unsigned_abs() / 1_000;
    let all = job.rows.len();
    // Without a set time everything is done at once.
    let due = if settings.import_step_s == 0 { all } else { usize::try_from(due).unwrap_or(usize::MAX).min(all) };
    let plan = plan(world, job)?;
    while job.done < due {
        let number = job.done;
        let row = std::mem::take(&mut job.rows[number]);
        let result = plan.carry_out(world, job.step, &job.header, &row, job.since);
        job.rows[number] = row;
        job.done += 1;
        note(world, job, number, result);
    }
    let took_ms = 1_000 * u64::try_from(all).unwrap_or(u64::MAX) / rows_per_s;
    let took =
        if step.is_zero() { step } else { step + SignedDuration::from_millis(i64::try_from(took_ms).unwrap_or(0)) };
    (job.done == all).then(|| job.since.saturating_add(took).unwrap_or(now).min(now))
}

fn note(world: &World, job: &mut Job, number: usize, result: Result<Option<String>, Refusal>) {
    let with_ids = world.settings.genesys.import_report_ids;
    let tally = if job.step == Step::Validating { &mut job.dry_run } else { &mut job.import };
    let (status, message, id) = match result {
        Ok(id) => ("Success", String::new(), id.unwrap_or_default()),
        Err(refusal) => ("Failed", quoted(&refusal.message), String::new()),
    };
    tally.succeeded += usize::from(status == "Success");
    tally.failed += usize::from(status == "Failed");
    let id = if with_ids { format!(",{id}") } else { String::new() };
    let _ = writeln!(tally.report, "{},{status},{message}{id}", number + 1); // Writing to a String does not fail.
}

/// What a job does with a row.
struct Plan {
    settings: ImportSettings,
    mapping: CsvSettings,
    division: Option<Value>,
}

fn plan(world: &World, job: &Job) -> Option<Plan> {
    let imports = &world.genesys.imports;
    let mapping = imports.csv_settings.get(&job.csv_settings)?.clone();
    let settings = imports.settings.get(&mapping.external_settings_id)?.clone();
    Some(Plan { settings, mapping, division: job.division.clone() })
}

impl Plan {
    /// Checks a row, or writes it; answers the id of the contact that was written.
    fn carry_out(
        &self,
        world: &mut World,
        step: Step,
        header: &[String],
        row: &[String],
        at: Timestamp,
    ) -> Result<Option<String>, Refusal> {
        let rules = Rules::of(world, Kind::Contact);
        let fields = rules.whole(rules.normalized(&Value::Object(self.sent(header, row)))?)?;
        let existing = self.existing(world, &fields);
        bulk_add::check_conflicts(world, Kind::Contact, existing.as_deref(), &fields)?;
        if step == Step::Validating {
            return Ok(None);
        }
        let contacts = &mut world.genesys.contacts;
        let Some(known) = existing.and_then(|id| Some((contacts.get(&id)?.fields(), id))) else {
            let id = world.new_uuid();
            world.genesys.contacts.insert(id.clone(), &fields, at);
            return Ok(Some(id));
        };
        let (mut joined, id) = known;
        joined.extend(fields);
        if !self.settings.merge_contacts {
            contacts.replace(&id, &joined, at);
            return Ok(Some(id));
        }
        // A merge makes a new contact of the known one and of what the row brings.
        let (own, new) = (world.new_uuid(), world.new_uuid());
        let contacts = &mut world.genesys.contacts;
        contacts.insert(own.clone(), &Fields::new(), at);
        contacts.merge(&new, &[id, own], &joined, at);
        Ok(Some(new))
    }

    /// The contact that a row is sent for, as an add would send it.
    fn sent(&self, header: &[String], row: &[String]) -> Fields {
        let mut contact = Fields::new();
        if let Some(division) = &self.division {
            contact.insert("division".to_owned(), division.clone());
        }
        for mapping in &self.mapping.mappings {
            let column = header.iter().position(|name| *name == mapping.source_field);
            let cell = column.and_then(|column| row.get(column)).map_or("", |cell| cell.trim());
            let path = &mapping.target_field;
            let Some(target) = target(path).filter(|target| !cell.is_empty() && self.includes(target, path)) else {
                continue;
            };
            match target {
                Target::Field(name) => drop(contact.insert(name.to_owned(), json!(cell))),
                Target::Inside(name, part) => {
                    contact.entry(name.to_owned()).or_insert_with(|| json!({}))[part] = json!(cell);
                }
                Target::ExternalId => {
                    let source = &self.settings.external_source_id;
                    let entry = json!([{"externalSource": {"id": source}, "value": cell}]);
                    contact.insert("externalIds".to_owned(), entry);
                }
            }
        }
        contact
    }

    /// Whether the settings include a field, by its name or its path. The external id comes with the source and needs no
    /// mention.
    fn includes(&self, target: &Target<'_>, path: &str) -> bool {
        let (Target::Field(name) | Target::Inside(name, _)) = target else {
            return true;
        };
        let path = path.trim_start_matches("$.");
        self.settings.import_fields.iter().any(|field| field.included && (field.name == *name || field.name == path))
    }

    /// The contact that a row is about, by the criteria in their order.
    fn existing(&self, world: &World, fields: &Fields) -> Option<String> {
        let identifiers = Identifier::of_fields(fields);
        let fits = |criterion: MatchingCriterion, identifier: &Identifier| {
            matches!(
                (criterion, identifier),
                (MatchingCriterion::Email, Identifier::Email(_)) | (MatchingCriterion::Phone, Identifier::Phone(_))
            )
        };
        let wanted = |criterion: &MatchingCriterion| {
            let criterion = *criterion;
            identifiers.iter().filter(move |identifier| fits(criterion, identifier))
        };
        let mut wanted = self.settings.matching_criteria.iter().flat_map(wanted);
        wanted.find_map(|identifier| Some(world.genesys.contacts.owner(identifier)?.id.clone()))
    }
}

/// The field that a path means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target<'a> {
    Field(&'a str),
    Inside(&'a str, &'a str),
    ExternalId,
}

/// Paths of the external id that are understood; the vendor does not publish which one it is.
const EXTERNAL_ID: [&str; 4] = ["externalIds", "externalId", "externalIds[0].value", "externalIds.value"];

/// The field of a JSON path; `None` for what is no field of a contact.
pub(super) fn target(path: &str) -> Option<Target<'_>> {
    let path = path.strip_prefix("$.")?;
    if EXTERNAL_ID.contains(&path) {
        return Some(Target::ExternalId);
    }
    let (name, part) = path.split_once('.').map_or((path, None), |(name, part)| (name, Some(part)));
    match (Rules::shape_of(name)?, part) {
        (Shape::Whole, None) => Some(Target::Field(name)),
        (Shape::Phone, None | Some("display")) => Some(Target::Inside(name, "display")),
        (Shape::Part, Some(part)) => Some(Target::Inside(name, part)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_fields() {
        for (path, expected) in [
            ("$.firstName", Some(Target::Field("firstName"))),
            ("$.workPhone", Some(Target::Inside("workPhone", "display"))),
            ("$.workPhone.display", Some(Target::Inside("workPhone", "display"))),
            ("$.address.city", Some(Target::Inside("address", "city"))),
            ("$.externalIds[0].value", Some(Target::ExternalId)),
            ("$.externalIds", Some(Target::ExternalId)),
            ("firstName", None),
            ("$.shoeSize", None),
            ("$.address", None),
            ("$.firstName.x", None),
        ] {
            assert_eq!(target(path), expected, "{path}");
        }
    }
}
