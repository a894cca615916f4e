//! From the rows of the configuration to mappings, or to one line for each mistake.

use std::collections::HashMap;
use std::time::Duration;

use garde::Validate;
use platform::digest::fingerprint;

use super::{Mapping, Object, Rule, Target};
use crate::NAME;
use crate::config::{Config, LeverName, MappingConfig, Media, TargetConfig};
use crate::lever::{DataTableRow, Lever, QueueField, Utilization, Whose};

/// What `confirm_organization` must say. Not a yes: it names what is about to change.
const CONFIRMATION: &str = "every agent";

/// Genesys takes 1 to 50 interactions for an agent and medium (`invalid.media.capacity`).
const UTILIZATION_MAX: i64 = 50;

/// Why a configuration is refused: every mistake with its place, `; ` between them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("[{NAME}] {}", .0.join("; "))]
pub struct ConfigFault(Vec<String>);

/// What `config` means. Mappings that are not enabled are checked like the others.
///
/// # Errors
/// [`ConfigFault`], with every mistake.
pub fn mappings(config: &Config) -> Result<Vec<Mapping>, ConfigFault> {
    if let Err(report) = config.validate() {
        return Err(ConfigFault(report.iter().map(|(path, fault)| format!("{path}: {fault}")).collect()));
    }
    let mut builder = Builder::default();
    let built: Vec<Mapping> = (0..).zip(&config.mappings).map(|(at, row)| builder.mapping(at, row)).collect();
    if !builder.faults.is_empty() {
        return Err(ConfigFault(builder.faults));
    }
    Ok(built)
}

/// Collects mistakes, and remembers what is taken already.
#[derive(Default)]
struct Builder {
    faults: Vec<String>,
    groups: HashMap<String, usize>,
    /// The mapping that each object belongs to, by the object's id.
    owners: HashMap<String, usize>,
}

impl Builder {
    fn fault(&mut self, place: &str, problem: &str) {
        self.faults.push(format!("{place}: {problem}"));
    }

    fn mapping(&mut self, at: usize, row: &MappingConfig) -> Mapping {
        let place = format!("mappings[{at}]");
        // An example may stand beside the real thing.
        if row.enabled && self.groups.insert(row.group.clone(), at).is_some() {
            self.fault(&format!("{place}.group"), "this group has a mapping already, put all its targets into one");
        }
        let mut objects: Vec<Object> = Vec::new();
        for (number, target) in (0..).zip(&row.targets) {
            let place = format!("{place}.targets[{number}]");
            for (lever, target) in self.target(&place, target) {
                self.add(&mut objects, at, row.enabled, &place, lever, target);
            }
        }
        Mapping {
            group: row.group.clone(),
            job: format!("{NAME}#{}", row.group),
            instances: row.instances,
            policy: row.policy,
            objects,
            enabled: row.enabled,
        }
    }

    /// Puts a number into its object. Each object belongs to one group, each number stands once.
    fn add(
        &mut self,
        objects: &mut Vec<Object>,
        mapping: usize,
        enabled: bool,
        place: &str,
        lever: Lever,
        target: Target,
    ) {
        // Genesys may take an id in either case: one object then has two spellings here.
        if enabled && *self.owners.entry(lever.object_id().to_lowercase()).or_insert(mapping) != mapping {
            return self.fault(place, "another group sets this object already, one object belongs to one group");
        }
        match objects.iter_mut().find(|object| object.lever.object_id() == lever.object_id()) {
            None => objects.push(Object { lever, targets: vec![target] }),
            Some(object) if object.targets.iter().any(|known| known.id == target.id) => {
                self.fault(place, "this number is set by another target already, remove one of the two");
            }
            Some(object) => {
                object.lever.join(&lever);
                object.targets.push(target);
            }
        }
    }

    /// The numbers of one row: one, or one for each agent.
    fn target(&mut self, place: &str, row: &TargetConfig) -> Vec<(Lever, Target)> {
        let before = self.faults.len();
        self.refuse_foreign_keys(place, row);
        let rule = self.rule(place, row);
        let levers = match row.lever {
            LeverName::DataTableRow => self.data_table_row(place, row).into_iter().collect(),
            LeverName::QueueField => self.queue_field(place, row).into_iter().collect(),
            LeverName::Utilization => self.utilization(place, row),
        };
        if self.faults.len() > before {
            return Vec::new();
        }
        let finished = |(lever, path): (Lever, Vec<String>)| {
            let id = format!("{}/{}", lever.object_id(), lever.number_name(&path));
            let settings = fingerprint(&format!("{lever:?} {path:?}"));
            (lever, Target { id, path, rule, settings })
        };
        levers.into_iter().map(finished).collect()
    }

    fn rule(&mut self, place: &str, row: &TargetConfig) -> Rule {
        let is_utilization = row.lever == LeverName::Utilization;
        let (least, most) = if is_utilization { (1, UTILIZATION_MAX) } else { (0, 1_000_000_000) };
        let per_instance = row.per_instance.unwrap_or(if is_utilization { 1 } else { 100 });
        let min = row.min.unwrap_or(least);
        let max = row.max.unwrap_or(if is_utilization { UTILIZATION_MAX } else { 100_000 });
        for (key, number) in [("per_instance", per_instance), ("min", min), ("max", max)] {
            if !(least..=most).contains(&number) && (key != "per_instance" || number > most) {
                let problem = format!("{number} is outside of what an agent can have at once, {least} to {most}");
                self.fault(&format!("{place}.{key}"), &problem);
            }
        }
        if min > max {
            self.fault(&format!("{place}.min"), &format!("{min} is above max, which is {max}"));
        }
        let hold_down = Duration::from_secs(row.hold_down_seconds.into());
        Rule { per_instance, min, max, step_limit: (row.step_limit > 0).then_some(row.step_limit), hold_down }
    }

    fn needed(&mut self, place: &str, key: &str, lever: LeverName, value: Option<&String>) -> Option<String> {
        if value.is_none() {
            self.fault(place, &format!("the lever {} needs the key `{key}`", lever.as_str()));
        }
        value.cloned()
    }

    fn id(&mut self, place: &str, key: &str, id: &str) {
        if !genesys::is_id(id) {
            self.fault(&format!("{place}.{key}"), "is no id of Genesys, which has letters, digits and dashes");
        }
    }

    fn data_table_row(&mut self, place: &str, row: &TargetConfig) -> Option<(Lever, Vec<String>)> {
        let table = self.needed(place, "table", row.lever, row.table.as_ref());
        let key = self.needed(place, "row", row.lever, row.row.as_ref());
        let column = self.needed(place, "column", row.lever, row.column.as_ref())?;
        row.table.iter().for_each(|table| self.id(place, "table", table));
        if key.as_deref().is_some_and(|key| !genesys::is_row_key(key)) {
            self.fault(&format!("{place}.row"), "cannot be the key of a row");
        }
        if column == "KEY" {
            self.fault(&format!("{place}.column"), "the column KEY is the row's name and cannot be set");
        }
        Some((Lever::DataTableRow(DataTableRow { table: table?, key: key? }), vec![column]))
    }

    fn queue_field(&mut self, place: &str, row: &TargetConfig) -> Option<(Lever, Vec<String>)> {
        let queue = self.needed(place, "queue", row.lever, row.queue.as_ref())?;
        let field = row.field.clone().unwrap_or_else(|| "capacity".to_owned());
        let strip = row.strip.clone().unwrap_or_default();
        self.id(place, "queue", &queue);
        if QueueField::is_known(&field) {
            self.fault(&format!("{place}.field"), "is a documented member of the queue object and no capacity");
        }
        if strip.contains(&field) {
            self.fault(&format!("{place}.strip"), "names the member that is set");
        }
        Some((Lever::QueueField(QueueField { queue, strip }), vec![field]))
    }

    fn utilization(&mut self, place: &str, row: &TargetConfig) -> Vec<(Lever, Vec<String>)> {
        let users = row.users.as_deref().unwrap_or_default();
        let confirmation = row.confirm_organization.as_deref().unwrap_or_default();
        let whose = match (row.organization.unwrap_or_default(), users.is_empty()) {
            (true, false) => {
                self.fault(&format!("{place}.users"), "must be empty where organization is true");
                return Vec::new();
            }
            (true, true) if confirmation == CONFIRMATION => vec![Whose::Organization],
            (true, true) => {
                let problem =
                    format!("sets a number for every agent of the organisation: confirm with {CONFIRMATION:?}");
                self.fault(&format!("{place}.confirm_organization"), &problem);
                return Vec::new();
            }
            (false, true) => {
                self.fault(&format!("{place}.users"), "names nobody, list the ids of the agents");
                return Vec::new();
            }
            (false, false) => {
                (0..).zip(users).for_each(|(at, user): (usize, _)| self.id(place, &format!("users[{at}]"), user));
                users.iter().cloned().map(Whose::User).collect()
            }
        };
        let media = row.media.unwrap_or(Media::Message).as_str().to_owned();
        let path = vec!["utilization".to_owned(), media, "maximumCapacity".to_owned()];
        whose.into_iter().map(|whose| (Lever::Utilization(Utilization { whose }), path.clone())).collect()
    }

    /// A key of another lever is a mistake that would otherwise go unnoticed.
    fn refuse_foreign_keys(&mut self, place: &str, row: &TargetConfig) {
        let keys = [
            ("table", LeverName::DataTableRow, row.table.is_some()),
            ("row", LeverName::DataTableRow, row.row.is_some()),
            ("column", LeverName::DataTableRow, row.column.is_some()),
            ("queue", LeverName::QueueField, row.queue.is_some()),
            ("field", LeverName::QueueField, row.field.is_some()),
            ("strip", LeverName::QueueField, row.strip.is_some()),
            ("users", LeverName::Utilization, row.users.is_some()),
            ("media", LeverName::Utilization, row.media.is_some()),
            ("organization", LeverName::Utilization, row.organization.is_some()),
            ("confirm_organization", LeverName::Utilization, row.confirm_organization.is_some()),
        ];
        for (key, owner, is_set) in keys {
            if is_set && owner != row.lever {
                let problem = format!("belongs to the lever {}, not to {}", owner.as_str(), row.lever.as_str());
                self.fault(&format!("{place}.{key}"), &problem);
            }
        }
    }
}
