//! From what was read to what is told: by queue, medium, hour and group, and in all.
//!
//! Counts and sums are added up and nothing else; rates are made of them at the very end (T34). The whole is the sum of the
//! queues, what belongs to no queue included, so that every table adds up to the same.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{Hour, Interval, Zone};
use crate::day::{Day, NO_QUEUE, Part, Queue};
use crate::read_plan;
use crate::settings::Settings;
use crate::sums::{HourSums, Sums};
use crate::targets::Target;

/// A day's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct DayFigures {
    /// Which day.
    pub date: Date,
    /// Everything.
    pub total: Sums,
    /// Agents who handled; `None` when unknown.
    pub agents: Option<u64>,
    /// By queue, in the order of their ids: those about which anything is known.
    pub queues: Vec<QueueFigures>,
    /// By medium.
    pub media: Vec<(String, Sums)>,
    /// By group, in the order of their names; last what belongs to none.
    pub groups: Vec<GroupFigures>,
    /// By hour.
    pub hours: Vec<HourFigures>,
    /// How much of it is known.
    pub completeness: Completeness,
}

/// One queue's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueFigures {
    /// Its id; empty for what belongs to no queue.
    pub id: String,
    /// Its name, where anybody may see it.
    pub name: Option<String>,
    /// Its group.
    pub group: Option<String>,
    /// What happened.
    pub sums: Sums,
    /// What happened in each of the day's hours; empty when no hour was read.
    pub hours: Vec<HourSums>,
    /// Agents who handled; `None` when unknown.
    pub agents: Option<u64>,
    /// What it should reach.
    pub target: Target,
}

/// One group's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupFigures {
    /// Its name; `None` for the queues of no group.
    pub name: Option<String>,
    /// What happened.
    pub sums: Sums,
    /// Agents who handled; `None` when unknown.
    pub agents: Option<u64>,
    /// How many queues it has.
    pub queues: u64,
}

/// One hour's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct HourFigures {
    /// The hour.
    pub hour: Hour,
    /// What happened; `None` when this hour was not read.
    pub sums: Option<Sums>,
}

/// How much of a day is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completeness {
    /// Queues that exist.
    pub queues: u64,
    /// Queues with any figure.
    pub queues_with_figures: u64,
    /// Queues with figures and without a name that can be seen.
    pub queues_without_name: u64,
    /// Names of the queues that have no figure at all.
    pub silent: Vec<String>,
    /// Whether the names could not be read.
    pub lacks_names: bool,
    /// Whether the agents could not be read.
    pub lacks_agents: bool,
    /// Hours that could not be read.
    pub lacks_hours: u64,
    /// What the hours add up to, where that is not what the day has: conversations offered, by hours and by the day.
    pub hours_differ: Option<(u64, u64)>,
}

/// The figures of a day.
pub fn day(day: &Day, settings: &Settings) -> DayFigures {
    let zone = &settings.schedule.zone;
    let hours = zone.hours(day.date);
    let known = day.queues.iter().filter(|(id, queue)| id.as_str() != NO_QUEUE || !queue.total().is_empty());
    let queues: Vec<_> = known.map(|(id, queue)| of_queue(id, queue, day, &hours, settings)).collect();
    let hours = by_hour(day, &queues, hours);
    let total = Sums::total(queues.iter().map(|queue| &queue.sums));
    DayFigures {
        date: day.date,
        total,
        agents: day.agents.as_ref().map(|agents| agents.total),
        media: by_medium(day),
        groups: by_group(day, &queues),
        completeness: completeness(day, zone, &queues, &hours, &total),
        queues,
        hours,
    }
}

fn of_queue(id: &str, queue: &Queue, day: &Day, hours: &[Hour], settings: &Settings) -> QueueFigures {
    let in_hour = |hour: &Hour| {
        let mut all = HourSums::default();
        queue.hours.range(range(hour.interval)).for_each(|(_, sums)| all.add(&sums.sums()));
        all
    };
    QueueFigures {
        id: id.to_owned(),
        name: queue.name.clone(),
        group: queue.group(id, &settings.grouping).map(str::to_owned),
        sums: queue.total(),
        hours: if queue.hours.is_empty() { Vec::new() } else { hours.iter().map(in_hour).collect() },
        // Where agents were read, a queue without one has none.
        agents: queue.agents.or(day.agents.as_ref().map(|_| 0)),
        target: settings.targets.of(id),
    }
}

fn range(interval: Interval) -> std::ops::Range<jiff::Timestamp> {
    interval.from..interval.to
}

fn by_medium(day: &Day) -> Vec<(String, Sums)> {
    let mut media: BTreeMap<&str, Sums> = BTreeMap::new();
    for (medium, sums) in day.queues.values().flat_map(|queue| &queue.media) {
        media.entry(medium).or_default().add(sums);
    }
    let mut media: Vec<_> = media.into_iter().map(|(medium, sums)| (medium.to_owned(), sums)).collect();
    media.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.offered));
    media
}

fn by_group(day: &Day, queues: &[QueueFigures]) -> Vec<GroupFigures> {
    // `None` sorts before every name and is to come last.
    let mut groups: BTreeMap<(bool, Option<&str>), (Sums, u64)> = BTreeMap::new();
    for queue in queues {
        let (sums, count) = groups.entry((queue.group.is_none(), queue.group.as_deref())).or_default();
        sums.add(&queue.sums);
        *count += u64::from(queue.id != NO_QUEUE);
    }
    let agents = |name: Option<&str>| {
        // Read without names, agents are in no group, whatever names are recalled from yesterday.
        let known = day.agents.as_ref().filter(|agents| agents.is_by_group)?;
        name.map(|name| known.groups.get(name).copied().unwrap_or(0))
    };
    let figures = groups.into_iter().map(|((_, name), (sums, queues))| GroupFigures {
        name: name.map(str::to_owned),
        sums,
        agents: agents(name),
        queues,
    });
    figures.collect()
}

fn by_hour(day: &Day, queues: &[QueueFigures], hours: Vec<Hour>) -> Vec<HourFigures> {
    let is_read = |hour: &Hour| day.hours_read.iter().any(|part| part.contains(hour.interval.from));
    let total = |at: usize| {
        queues.iter().filter_map(|queue| queue.hours.get(at)).fold(Sums::default(), |mut total, hour| {
            total.add(&hour.sums());
            total
        })
    };
    let figures = hours.into_iter().enumerate();
    figures.map(|(at, hour)| HourFigures { hour, sums: is_read(&hour).then(|| total(at)) }).collect()
}

fn completeness(day: &Day, zone: &Zone, queues: &[QueueFigures], hours: &[HourFigures], total: &Sums) -> Completeness {
    let real = || queues.iter().filter(|queue| queue.id != NO_QUEUE);
    let has_figures = |queue: &&QueueFigures| !queue.sums.is_empty();
    let missing = day.missing(&read_plan::hour_parts(zone, day));
    let lacks_hours = hours.iter().filter(|hour| hour.sums.is_none()).count() as u64;
    let offered_in_hours = hours.iter().filter_map(|hour| hour.sums?.offered).sum();
    let offered = total.offered.unwrap_or(0);
    Completeness {
        queues: real().count() as u64,
        queues_with_figures: real().filter(has_figures).count() as u64,
        queues_without_name: real().filter(has_figures).filter(|queue| queue.name.is_none()).count() as u64,
        silent: real().filter(|queue| queue.sums.is_empty()).filter_map(|queue| queue.name.clone()).collect(),
        lacks_names: missing.contains(&Part::Names),
        lacks_agents: missing.contains(&Part::Agents),
        lacks_hours,
        hours_differ: (lacks_hours == 0 && offered_in_hours != offered).then_some((offered_in_hours, offered)),
    }
}

impl QueueFigures {
    /// Whether it is what belongs to no queue.
    pub fn is_no_queue(&self) -> bool {
        self.id == NO_QUEUE
    }
}

impl Completeness {
    /// Whether something could not be read.
    pub fn is_partial(&self) -> bool {
        self.lacks_names || self.lacks_agents || self.lacks_hours > 0
    }
}
