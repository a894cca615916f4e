//! What the configuration means: when, to whom, measured by what.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use garde::Validate;
use jiff::SignedDuration;
use report_pdf::{Look, Paper};

use crate::NAME;
use crate::calendar::Zone;
use crate::config::{Address, Config, GroupBy, ListConfig, LookConfig, MailBy};
use crate::due::Schedule;
use crate::ledger::OnUnknown;
use crate::look::OwnLook;
use crate::rules;
use crate::targets::{Target, Targets};
use crate::words::Language;

/// As mail services count.
const BYTES_OF_A_MEGABYTE: usize = 1_000_000;

/// Everything that the configuration says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose report it is.
    pub company: String,
    /// When it is made.
    pub schedule: Schedule,
    /// Who takes the mail.
    pub mail: MailBy,
    /// What is done when nobody knows whether it was taken.
    pub on_unknown: OnUnknown,
    /// What the report is written in and printed on.
    pub edition: Edition,
    /// The largest PDF, in bytes, that goes with the mail; a larger one is reached by a link.
    pub attach_bytes_max: usize,
    /// How long such a link works.
    pub link_lasts: Duration,
    /// How the PDF looks.
    pub look: OwnLook,
    /// How long figures may still change.
    pub settle: SignedDuration,
    /// Change of a figure, as a share, from which a day counts as restated.
    pub restate_from: f64,
    /// Which abandons count.
    pub abandons: Abandons,
    /// What queues are put together by.
    pub grouping: Grouping,
    /// What queues should reach.
    pub targets: Targets,
    /// Rules that say nothing.
    pub silent_rules: HashSet<String>,
    /// Who gets the report.
    pub lists: Vec<List>,
}

/// What a report is written in and printed on: one PDF is typeset for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Edition {
    /// Its language.
    pub language: Language,
    /// Its paper.
    pub paper: Paper,
}

/// Which abandons count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Abandons {
    /// All.
    #[default]
    All,
    /// Those that the organisation does not count as short.
    WithoutShort,
}

/// What queues are put together by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// By what.
    pub by: GroupBy,
    /// The sites or teams; none by division.
    pub groups: Vec<Group>,
}

/// A site or team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    queues: HashSet<String>,
    prefixes: Vec<String>,
}

/// People who get the report in one mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its name.
    pub name: String,
    /// The sender.
    pub from: Address,
    /// The recipients.
    pub to: Vec<Address>,
    /// What they read.
    pub edition: Edition,
}

/// Why a configuration is refused: every mistake with its place, `; ` between them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("[{NAME}] {}", .0.join("; "))]
pub struct ConfigFault(Vec<String>);

impl Config {
    /// What it means: the enabled rows. Those that are not enabled are checked like the others.
    ///
    /// # Errors
    /// [`ConfigFault`], with every mistake.
    pub fn settings(&self) -> Result<Settings, ConfigFault> {
        if let Err(report) = self.validate() {
            return Err(ConfigFault(report.iter().map(|(path, fault)| format!("{path}: {fault}")).collect()));
        }
        let mut faults = Faults(Vec::new());
        let zone = faults.keep("zone", Zone::named(&self.zone));
        faults.times(self);
        faults.rules(&self.silent_rules);
        faults.twice("queue_targets", "queue", "has targets", self.targeted());
        faults.twice("lists", "name", "is a list", self.listed());
        faults.groups(self);
        faults.look(&self.look);
        match (zone, faults.0.is_empty()) {
            (Some(zone), true) => Ok(self.meaning(zone)),
            _ => Err(ConfigFault(faults.0)),
        }
    }

    fn meaning(&self, zone: Zone) -> Settings {
        let abandons = if self.exclude_short_abandons { Abandons::WithoutShort } else { Abandons::All };
        Settings {
            company: self.company.clone(),
            schedule: Schedule { zone, prepare_at: self.prepare_at, mail_at: self.mail_at },
            mail: self.mail,
            on_unknown: self.on_unknown,
            edition: self.edition(None, None),
            attach_bytes_max: self.attach_max_mb as usize * BYTES_OF_A_MEGABYTE,
            link_lasts: Duration::from_secs(3600 * u64::from(self.link_hours)),
            look: self.own_look(),
            settle: SignedDuration::from_hours(self.settle_hours.into()),
            restate_from: self.restate_percent / 100.0,
            abandons,
            grouping: self.grouping(),
            targets: self.targets(),
            silent_rules: self.silent_rules.iter().cloned().collect(),
            lists: self.lists(),
        }
    }

    fn targets(&self) -> Targets {
        let general = Target {
            service_level: self.targets.service_level,
            handle_seconds: self.targets.handle_seconds,
            abandon_rate: self.targets.abandon_rate,
        };
        let of_queue = self.queue_targets.iter().filter(|row| row.enabled).map(|row| {
            let target = Target {
                service_level: row.service_level.unwrap_or(general.service_level),
                handle_seconds: row.handle_seconds.unwrap_or(general.handle_seconds),
                abandon_rate: row.abandon_rate.unwrap_or(general.abandon_rate),
            };
            (row.queue.clone(), target)
        });
        Targets { general, of_queue: of_queue.collect::<HashMap<_, _>>() }
    }

    fn grouping(&self) -> Grouping {
        let rows = self.groups.iter().filter(|row| row.enabled);
        let groups = rows.map(|row| Group {
            name: row.name.clone(),
            queues: row.queues.iter().cloned().collect(),
            prefixes: row.prefixes.clone(),
        });
        Grouping { by: self.group_by, groups: groups.collect() }
    }

    fn lists(&self) -> Vec<List> {
        let rows = self.lists.iter().filter(|row| row.enabled);
        let list = |row: &ListConfig| List {
            name: row.name.clone(),
            from: row.from.clone(),
            to: row.to.clone(),
            edition: self.edition(row.language, row.paper),
        };
        rows.map(list).collect()
    }

    fn edition(&self, language: Option<Language>, paper: Option<Paper>) -> Edition {
        Edition { language: language.unwrap_or(self.language), paper: paper.unwrap_or(self.paper) }
    }

    fn own_look(&self) -> OwnLook {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let look = &self.look;
        OwnLook {
            look: Look { paper: self.paper, brand: look.brand, accent: look.accent, font: some(&look.font) },
            fonts: look.fonts.clone(),
            logo: some(&look.logo),
            template: some(&look.template),
        }
    }

    fn targeted(&self) -> impl Iterator<Item = (&str, bool)> {
        self.queue_targets.iter().map(|row| (row.queue.as_str(), row.enabled))
    }

    fn listed(&self) -> impl Iterator<Item = (&str, bool)> {
        self.lists.iter().map(|row| (row.name.as_str(), row.enabled))
    }
}

/// Collects mistakes.
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, place: &str, problem: &str) {
        self.0.push(format!("{place}: {problem}"));
    }

    fn keep<T, E: std::fmt::Display>(&mut self, place: &str, result: Result<T, E>) -> Option<T> {
        // The message's own punctuation must not look like the next mistake.
        result.map_err(|error| self.add(place, &error.to_string().replace("; ", ", "))).ok()
    }

    fn times(&mut self, config: &Config) {
        if config.mail_at < config.prepare_at {
            self.add("mail_at", "must not be before prepare_at");
        }
    }

    fn look(&mut self, look: &LookConfig) {
        match (look.font.is_empty(), look.fonts.is_empty()) {
            (true, false) => self.add("look.font", "must name the family of the files in fonts"),
            (false, true) => self.add("look.fonts", "must name the files of the family in font"),
            _ => {}
        }
    }

    fn rules(&mut self, silent: &[String]) {
        for (at, name) in silent.iter().enumerate().filter(|(_, name)| !rules::NAMES.contains(&name.as_str())) {
            let problem = format!("{name:?} is no rule, the rules are {}", rules::NAMES.join(", "));
            self.add(&format!("silent_rules[{at}]"), &problem);
        }
    }

    /// An example may stand beside the real thing.
    fn twice<'a>(&mut self, table: &str, key: &str, what: &str, rows: impl Iterator<Item = (&'a str, bool)>) {
        let mut seen = HashSet::new();
        for (at, (name, is_enabled)) in rows.enumerate() {
            if is_enabled && !seen.insert(name) {
                self.add(&format!("{table}[{at}].{key}"), &format!("{what} already, remove one of the two rows"));
            }
        }
    }

    fn groups(&mut self, config: &Config) {
        self.twice("groups", "name", "is a group", config.groups.iter().map(|row| (row.name.as_str(), row.enabled)));
        let mut owners = HashSet::new();
        for (at, row) in config.groups.iter().enumerate() {
            if row.queues.is_empty() && row.prefixes.is_empty() {
                self.add(
                    &format!("groups[{at}]"),
                    "has no queues, give their ids in queues or how their names begin in prefixes",
                );
            }
            if row.enabled && !row.queues.iter().all(|queue| owners.insert(queue)) {
                self.add(&format!("groups[{at}].queues"), "a queue is in a group already, it belongs to one");
            }
        }
        let is_grouped = config.groups.iter().any(|row| row.enabled);
        match (config.group_by, is_grouped) {
            (GroupBy::Division, true) => self.add("group_by", "with groups it must be site or team"),
            (GroupBy::Site | GroupBy::Team, false) => self.add("group_by", "needs groups, or must be division"),
            _ => {}
        }
    }
}

impl Group {
    /// Whether it names this queue by its id.
    pub fn names(&self, id: &str) -> bool {
        self.queues.contains(id)
    }

    /// How much of the name's begin is one of this group's; `None`: nothing.
    pub fn begins(&self, name: &str) -> Option<usize> {
        self.prefixes.iter().filter(|prefix| name.starts_with(prefix.as_str())).map(String::len).max()
    }
}

impl Grouping {
    /// The group of a queue: the one that names its id, else the one that knows most of its name's begin.
    pub fn group_of(&self, id: &str, name: &str) -> Option<&Group> {
        let by_id = self.groups.iter().find(|group| group.names(id));
        let by_name = || {
            let known = self.groups.iter().filter_map(|group| Some((group.begins(name)?, group)));
            known.max_by_key(|(length, _)| *length).map(|(_, group)| group)
        };
        by_id.or_else(by_name)
    }
}
