//! Everything that was read about one day: what the archive keeps and every figure comes from.
//!
//! ```text
//!  figures by queue and medium   one request; without them there is no report
//!  hours by queue                one request, or one for each part of a day with many queues
//!  agents who handled            one request
//!  names                         one list for all queues
//! ```
//!
//! What could not be read is [missing](Day::missing) and asked for again at the next tick; until then the report says so.
//! A day that was read too early is read again. What was told about it first is then kept beside what is known now.

use std::collections::{BTreeMap, HashSet};

use genesys::{AggregateRow, QueueName};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Interval, Zone};
use crate::settings::Grouping;
use crate::sums::{HourSums, Sums};

/// The key of what belongs to no queue: conversations that ended in a flow.
pub const NO_QUEUE: &str = "";

/// One day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// In which zone.
    pub zone: String,
    /// From its first moment to that of the next day.
    pub interval: Interval,
    /// Whether a report was made of it, or it only serves to compare with.
    pub depth: Depth,
    /// When its figures were read first.
    pub first_read_at: Timestamp,
    /// When they were read last.
    pub read_at: Timestamp,
    /// The queues by id, those with a name and those with figures.
    pub queues: BTreeMap<String, Queue>,
    /// Whether its figures were read.
    pub has_figures: bool,
    /// Whether the names were read.
    pub has_names: bool,
    /// The agents who handled; `None` when that was not read.
    pub agents: Option<Agents>,
    /// The parts of the day whose hours were read.
    pub hours_read: Vec<Interval>,
}

/// What was read of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything: a report was made of it.
    Report,
    /// Figures by queue and medium.
    Comparison,
}

/// One queue's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Its name; `None` when nobody may see it any more.
    pub name: Option<String>,
    /// The name of its division.
    pub division: Option<String>,
    /// What happened, by medium.
    pub media: BTreeMap<String, Sums>,
    /// What happened, by the hour's first moment.
    pub hours: BTreeMap<Timestamp, HourSums>,
    /// How many agents handled.
    pub agents: Option<u64>,
    /// What was told first, by medium, where something else is known now.
    pub first: BTreeMap<String, Sums>,
}

/// How many agents handled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agents {
    /// In all. Who handled for two queues is one agent.
    pub total: u64,
    /// For the queues of each group.
    pub groups: BTreeMap<String, u64>,
    /// Whether the names of the queues were known when they were read: without them nobody knows a group's.
    pub is_by_group: bool,
}

/// Something about a day that is still to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The names of the queues.
    Names,
    /// The hours in this part of the day.
    Hours(Interval),
    /// The agents.
    Agents,
}

/// An answer tells of another time than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer tells of {told}, which is not in the {asked} that was asked about")]
pub struct Stray {
    told: Timestamp,
    asked: &'static str,
}

impl Day {
    /// A day of which nothing was read yet.
    pub fn new(date: Date, zone: &Zone, depth: Depth, now: Timestamp) -> Self {
        Self {
            date,
            zone: zone.name().to_owned(),
            interval: zone.interval(date),
            depth,
            first_read_at: now,
            read_at: now,
            queues: BTreeMap::new(),
            has_figures: false,
            has_names: false,
            agents: None,
            hours_read: Vec::new(),
        }
    }

    /// Takes its figures: rows by queue and medium. For the first time, or again: then what was told before is kept where it
    /// differs, if a report was made of it.
    ///
    /// # Errors
    /// [`Stray`]: nothing was taken.
    pub fn take_figures(&mut self, rows: &[AggregateRow], now: Timestamp) -> Result<(), Stray> {
        within(self.interval, rows, "day")?;
        let mut read: BTreeMap<&str, BTreeMap<&str, Sums>> = BTreeMap::new();
        for row in rows {
            let medium = row.media.as_deref().unwrap_or_default();
            let queue = read.entry(row.queue.as_deref().unwrap_or(NO_QUEUE)).or_default();
            queue.entry(medium).or_default().add(&Sums::from(&row.metrics));
        }
        let is_told = self.depth == Depth::Report && self.has_figures;
        for id in read.keys() {
            self.queues.entry((*id).to_owned()).or_default();
        }
        for (id, queue) in &mut self.queues {
            queue.replace(read.get(id.as_str()).unwrap_or(&BTreeMap::new()), is_told);
        }
        if !self.has_figures {
            self.first_read_at = now;
        }
        (self.has_figures, self.read_at) = (true, now);
        Ok(())
    }

    /// Takes the hours of a part of the day: rows by queue and hour.
    ///
    /// # Errors
    /// [`Stray`]: nothing was taken.
    pub fn take_hours(&mut self, part: Interval, rows: &[AggregateRow]) -> Result<(), Stray> {
        within(part, rows, "hours")?;
        // Asked for again, in whatever parts, it replaces what was read before.
        for queue in self.queues.values_mut() {
            queue.hours.retain(|from, _| !part.contains(*from));
        }
        for row in rows {
            let queue = self.queues.entry(row.queue.clone().unwrap_or_default()).or_default();
            queue.hours.entry(row.from).or_default().add(&Sums::from(&row.metrics));
        }
        if !self.hours_read.contains(&part) {
            self.hours_read.push(part);
        }
        self.hours_read.sort_by_key(|part| part.from);
        Ok(())
    }

    /// Takes the agents: rows by queue and agent. The names come first, for groups by name: without them nobody knows how
    /// many agents a group had.
    pub fn take_agents(&mut self, rows: &[AggregateRow], grouping: &Grouping) {
        // Asked for again, they replace what was read before.
        self.queues.values_mut().for_each(|queue| queue.agents = None);
        let mut all: HashSet<&str> = HashSet::new();
        let mut of_group: BTreeMap<String, HashSet<&str>> = BTreeMap::new();
        let mut of_queue: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        for row in rows {
            let has_handled = row.metrics.handle.is_some_and(|timer| timer.count > 0);
            let (Some(user), true) = (row.user.as_deref(), has_handled) else { continue };
            all.insert(user);
            of_queue.entry(row.queue.as_deref().unwrap_or(NO_QUEUE)).or_default().insert(user);
        }
        for (id, users) in &of_queue {
            let queue = self.queues.entry((*id).to_owned()).or_default();
            queue.agents = Some(users.len() as u64);
            if let Some(group) = queue.group(id, grouping) {
                of_group.entry(group.to_owned()).or_default().extend(users);
            }
        }
        let groups = of_group.into_iter().map(|(name, users)| (name, users.len() as u64)).collect();
        self.agents = Some(Agents { total: all.len() as u64, groups, is_by_group: self.has_names });
    }

    /// Takes the names of all queues. Agents that were read before them are in no group, and are [missing](Self::missing)
    /// again; until then they are known in all and by queue.
    pub fn take_names(&mut self, names: &[QueueName]) {
        for known in names {
            let queue = self.queues.entry(known.id.clone()).or_default();
            queue.name = Some(known.name.clone());
            queue.division = known.division.as_ref().map(|division| division.name.clone());
        }
        self.has_names = true;
    }

    /// Takes the names that another day had, for queues that have figures and no name: when the names could not be read,
    /// yesterday's are better than none. They are still [missing](Self::missing).
    pub fn recall_names(&mut self, other: &Self) {
        for (id, queue) in self.queues.iter_mut().filter(|(_, queue)| queue.name.is_none()) {
            let Some(known) = other.queues.get(id) else { continue };
            queue.name.clone_from(&known.name);
            queue.division.clone_from(&known.division);
        }
    }

    /// What is still to be read of it, its hours in these parts.
    pub fn missing(&self, parts: &[Interval]) -> Vec<Part> {
        let is_read = |part: &Interval| self.read_until(part.from) >= part.to;
        let names = (!self.has_names).then_some(Part::Names);
        let has_agents = self.agents.as_ref().is_some_and(|agents| agents.is_by_group || !self.has_names);
        let agents = (!has_agents).then_some(Part::Agents);
        let hours = parts.iter().filter(|part| !is_read(part)).map(|part| Part::Hours(*part));
        names.into_iter().chain(hours).chain(agents).collect()
    }

    /// How far its hours were read without a gap from this moment on, in however many parts.
    fn read_until(&self, from: Timestamp) -> Timestamp {
        // In the order of their beginnings.
        let reach = |until: Timestamp, read: &Interval| if read.from <= until { until.max(read.to) } else { until };
        self.hours_read.iter().fold(from, reach)
    }

    /// What happened in all.
    pub fn total(&self) -> Sums {
        Sums::total(self.queues.values().flat_map(|queue| queue.media.values()))
    }

    /// What was told first to have happened in all.
    pub fn first_total(&self) -> Sums {
        self.queues.values().fold(Sums::default(), |mut total, queue| {
            total.add(&queue.first_total());
            total
        })
    }

    /// Takes what is known now for what was told first: nobody was told anything else.
    pub fn forget_first(&mut self) {
        self.queues.values_mut().for_each(|queue| queue.first.clear());
    }

    /// Whether its figures may still change: they were read too soon after its end.
    pub fn is_provisional(&self, settle: SignedDuration) -> bool {
        self.read_at < self.settles_at(settle)
    }

    /// From when on its figures are final.
    pub fn settles_at(&self, settle: SignedDuration) -> Timestamp {
        self.interval.to.saturating_add(settle).unwrap_or(Timestamp::MAX)
    }
}

impl Queue {
    /// The name of its group.
    pub fn group<'a>(&'a self, id: &str, grouping: &'a Grouping) -> Option<&'a str> {
        if grouping.groups.is_empty() {
            return self.division.as_deref();
        }
        let name = self.name.as_deref().unwrap_or_default();
        grouping.group_of(id, name).map(|group| group.name.as_str())
    }

    /// What happened in all.
    pub fn total(&self) -> Sums {
        Sums::total(self.media.values())
    }

    /// What was told first to have happened in all.
    pub fn first_total(&self) -> Sums {
        let unchanged = self.media.iter().filter(|(medium, _)| !self.first.contains_key(*medium));
        Sums::total(unchanged.map(|(_, sums)| sums).chain(self.first.values()))
    }

    fn replace(&mut self, read: &BTreeMap<&str, Sums>, is_told: bool) {
        let gone = self.media.keys().filter(|medium| !read.contains_key(medium.as_str())).cloned();
        let now = gone.map(|medium| (medium, Sums::default())).collect::<Vec<_>>();
        let now = now.into_iter().chain(read.iter().map(|(medium, sums)| ((*medium).to_owned(), *sums)));
        for (medium, sums) in now {
            let before = self.media.insert(medium.clone(), sums).unwrap_or_default();
            if is_told && before != sums {
                self.first.entry(medium.clone()).or_insert(before);
            }
            if self.first.get(&medium) == Some(&sums) {
                self.first.remove(&medium);
            }
        }
        self.media.retain(|_, sums| !sums.is_empty());
    }
}

fn within(interval: Interval, rows: &[AggregateRow], asked: &'static str) -> Result<(), Stray> {
    let stray = rows.iter().find(|row| !interval.contains(row.from));
    stray.map_or(Ok(()), |row| Err(Stray { told: row.from, asked }))
}
