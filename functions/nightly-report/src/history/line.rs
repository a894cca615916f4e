//! The lines of an archived day, to and from what they tell.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::SCHEMA;
use crate::calendar::Interval;
use crate::day::{Agents, Day, Depth, Queue};
use crate::sums::{HourSums, Sums};

/// What tells whether the rest can be read.
#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) schema: String,
}

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    kind: String,
    schema: String,
    pub(super) date: Date,
    zone: String,
    from: Timestamp,
    to: Timestamp,
    depth: String,
    first_read_at: Timestamp,
    pub(super) read_at: Timestamp,
    #[serde(default)]
    has_figures: bool,
    #[serde(default)]
    has_names: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agents: Option<u64>,
    /// Whether they were read before the names, and not again since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    agents_lack_groups: bool,
    #[serde(default)]
    hours_read: Vec<(Timestamp, Timestamp)>,
    #[serde(default)]
    pub(super) total: Sums,
}

/// Any other line. Which members it has depends on its kind.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    division: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    medium: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agents: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sums: Option<Sums>,
}

impl Form {
    pub(super) fn major(&self) -> Option<&str> {
        self.schema.split('.').next()
    }
}

/// Hands every line of `day` to `put`.
pub(super) fn write(day: &Day, mut put: impl FnMut(&str) -> std::io::Result<()>) -> std::io::Result<()> {
    put(&serde_json::to_string(&Header::of(day))?)?;
    for (id, queue) in &day.queues {
        for line in of_queue(id, queue) {
            put(&serde_json::to_string(&line)?)?;
        }
    }
    for (group, agents) in day.agents.iter().flat_map(|agents| &agents.groups) {
        let line = Line { group: Some(group.into()), agents: Some(*agents), ..Line::of("group") };
        put(&serde_json::to_string(&line)?)?;
    }
    Ok(())
}

fn of_queue<'a>(id: &'a str, queue: &'a Queue) -> impl Iterator<Item = Line<'a>> {
    let line = move |kind: &'static str| Line { queue: Some(id.into()), ..Line::of(kind) };
    let itself = Line {
        name: queue.name.as_deref().map(Cow::from),
        division: queue.division.as_deref().map(Cow::from),
        agents: queue.agents,
        ..line("queue")
    };
    let by_medium = move |kind| {
        move |(medium, sums): (&'a String, &Sums)| Line { medium: Some(medium.into()), sums: Some(*sums), ..line(kind) }
    };
    let figures = queue.media.iter().map(by_medium("figures"));
    let first = queue.first.iter().map(by_medium("first"));
    let hours =
        queue.hours.iter().map(move |(from, sums)| Line { from: Some(*from), sums: Some(sums.sums()), ..line("hour") });
    std::iter::once(itself).chain(figures).chain(hours).chain(first)
}

impl Header {
    fn of(day: &Day) -> Self {
        Self {
            kind: "day".to_owned(),
            schema: SCHEMA.to_owned(),
            date: day.date,
            zone: day.zone.clone(),
            from: day.interval.from,
            to: day.interval.to,
            depth: match day.depth {
                Depth::Report => "report".to_owned(),
                Depth::Comparison => "comparison".to_owned(),
            },
            first_read_at: day.first_read_at,
            read_at: day.read_at,
            has_figures: day.has_figures,
            has_names: day.has_names,
            agents: day.agents.as_ref().map(|agents| agents.total),
            agents_lack_groups: day.has_names && day.agents.as_ref().is_some_and(|agents| !agents.is_by_group),
            hours_read: day.hours_read.iter().map(|part| (part.from, part.to)).collect(),
            total: day.total(),
        }
    }

    pub(super) fn interval(&self) -> Interval {
        Interval { from: self.from, to: self.to }
    }

    /// The day, so far as the first line tells.
    pub(super) fn day(self) -> Result<Day, String> {
        let depth = match self.depth.as_str() {
            "report" => Depth::Report,
            "comparison" => Depth::Comparison,
            _ => return Err("unknown depth".to_owned()),
        };
        let is_by_group = self.has_names && !self.agents_lack_groups;
        Ok(Day {
            date: self.date,
            interval: self.interval(),
            zone: self.zone,
            depth,
            first_read_at: self.first_read_at,
            read_at: self.read_at,
            queues: std::collections::BTreeMap::new(),
            has_figures: self.has_figures,
            has_names: self.has_names,
            agents: self.agents.map(|total| Agents { total, is_by_group, ..Agents::default() }),
            hours_read: self.hours_read.into_iter().map(|(from, to)| Interval { from, to }).collect(),
        })
    }
}

impl Line<'_> {
    fn of(kind: &'static str) -> Self {
        Self { kind: kind.into(), ..Self::default() }
    }

    /// Adds to `day` what it tells.
    pub(super) fn tell(self, day: &mut Day) -> Result<(), String> {
        let sums = self.sums.unwrap_or_default();
        match self.kind.as_ref() {
            "queue" => {
                let queue = of(day, self.queue)?;
                queue.name = self.name.map(Cow::into_owned);
                queue.division = self.division.map(Cow::into_owned);
                queue.agents = self.agents;
            }
            "figures" => drop(of(day, self.queue)?.media.insert(needed(self.medium, "medium")?.into_owned(), sums)),
            "first" => drop(of(day, self.queue)?.first.insert(needed(self.medium, "medium")?.into_owned(), sums)),
            "hour" => drop(of(day, self.queue)?.hours.insert(needed(self.from, "from")?, HourSums::from(&sums))),
            "group" => {
                let (group, agents) = (needed(self.group, "group")?, needed(self.agents, "agents")?);
                day.agents.get_or_insert_default().groups.insert(group.into_owned(), agents);
            }
            // Added by a later minor version.
            _ => {}
        }
        Ok(())
    }
}

fn of<'d>(day: &'d mut Day, queue: Option<Cow<'_, str>>) -> Result<&'d mut Queue, String> {
    Ok(day.queues.entry(needed(queue, "queue")?.into_owned()).or_default())
}

fn needed<T>(member: Option<T>, name: &str) -> Result<T, String> {
    member.ok_or_else(|| format!("no {name}"))
}
