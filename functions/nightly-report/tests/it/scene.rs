//! Raw conversations, and the rows that Genesys would answer about them.
//!
//! A row has only the metrics that happened: an absent one stays absent. Nothing here adds up more than one call at a time.

use std::collections::BTreeMap;

use genesys::{AggregateRow, Counted, Division, Level, Metrics, QueueName};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use nightly_report::calendar::Zone;
use nightly_report::day::{Day, Depth};
use nightly_report::past::Past;
use nightly_report::read_plan;
use nightly_report::report::{Input, Report, build};
use nightly_report::settings::Settings;

/// One conversation in one queue.
#[derive(Clone, Debug)]
pub struct Call {
    pub queue: Option<String>,
    pub medium: String,
    pub at: Timestamp,
    pub wait_ms: u64,
    pub fate: Fate,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Fate {
    Answered { agent: String, in_time: bool, talk_ms: u64, held_ms: u64, acw_ms: u64, transferred: bool },
    Lost { short: bool },
}

fn timer(ms: u64) -> Option<Counted> {
    Some(Counted { count: 1, sum_ms: ms })
}

impl Call {
    /// What it adds to the row it belongs to.
    fn metrics(&self) -> Metrics {
        let wait = timer(self.wait_ms);
        let level = |numerator| Some(Level { numerator, denominator: 1, target: Some(0.8) });
        match self.fate {
            Fate::Answered { in_time, talk_ms, held_ms, acw_ms, transferred, .. } => Metrics {
                offered: Some(1),
                answered: wait,
                wait,
                handle: timer(talk_ms + held_ms + acw_ms),
                talk: timer(talk_ms),
                held: (held_ms > 0).then_some(Counted { count: 1, sum_ms: held_ms }),
                acw: (acw_ms > 0).then_some(Counted { count: 1, sum_ms: acw_ms }),
                transferred: transferred.then_some(1),
                service_level: level(u64::from(in_time)),
                ..Metrics::default()
            },
            Fate::Lost { short: true } => {
                Metrics { offered: Some(1), abandoned: wait, short_abandoned: wait, wait, ..Metrics::default() }
            }
            Fate::Lost { short: false } => {
                Metrics { offered: Some(1), abandoned: wait, wait, service_level: level(0), ..Metrics::default() }
            }
        }
    }

    fn agent(&self) -> Option<&str> {
        match &self.fate {
            Fate::Answered { agent, .. } => Some(agent),
            Fate::Lost { .. } => None,
        }
    }
}

fn merge(one: &mut Metrics, other: &Metrics) {
    let count = |one: &mut Option<u64>, other: Option<u64>| {
        if let Some(other) = other {
            *one.get_or_insert(0) += other;
        }
    };
    let timer = |one: &mut Option<Counted>, other: Option<Counted>| {
        if let Some(other) = other {
            let one = one.get_or_insert_default();
            *one = Counted { count: one.count + other.count, sum_ms: one.sum_ms + other.sum_ms };
        }
    };
    count(&mut one.offered, other.offered);
    count(&mut one.transferred, other.transferred);
    timer(&mut one.answered, other.answered);
    timer(&mut one.abandoned, other.abandoned);
    timer(&mut one.short_abandoned, other.short_abandoned);
    timer(&mut one.handle, other.handle);
    timer(&mut one.talk, other.talk);
    timer(&mut one.held, other.held);
    timer(&mut one.acw, other.acw);
    timer(&mut one.wait, other.wait);
    if let Some(level) = other.service_level {
        let mine = one.service_level.get_or_insert_default();
        mine.numerator += level.numerator;
        mine.denominator += level.denominator;
        mine.target = level.target;
    }
}

/// Hours are asked for fewer metrics.
fn asked_of_hours(all: &Metrics) -> Metrics {
    Metrics { talk: None, held: None, acw: None, wait: None, transferred: None, ..*all }
}

/// A group of a question: queue, medium, agent, and the begin of its part of the interval.
type Group = (Option<String>, Option<String>, Option<String>, Timestamp);

/// The rows about these calls, grouped by what `group` says of each.
pub fn rows<'a>(calls: impl IntoIterator<Item = &'a Call>, group: impl Fn(&Call) -> Group) -> Vec<AggregateRow> {
    let mut groups: BTreeMap<Group, Metrics> = BTreeMap::new();
    for call in calls {
        merge(groups.entry(group(call)).or_default(), &call.metrics());
    }
    let row = |((queue, media, user, from), metrics): (Group, Metrics)| AggregateRow {
        queue,
        media,
        user,
        from,
        to: from + SignedDuration::from_hours(1),
        metrics,
    };
    groups.into_iter().map(row).collect()
}

/// A contact centre's day: its queues and its calls.
#[derive(Clone, Debug)]
pub struct Scene {
    pub settings: Settings,
    pub date: Date,
    pub names: Vec<QueueName>,
    pub calls: Vec<Call>,
    pub past: Past,
}

impl Scene {
    /// Thursday, 26 November 2026, without anything.
    pub fn new(settings: Settings) -> Self {
        Self::on(settings, jiff::civil::date(2026, 11, 26))
    }

    pub fn on(settings: Settings, date: Date) -> Self {
        Self { settings, date, names: Vec::new(), calls: Vec::new(), past: Past::of(date) }
    }

    pub fn zone(&self) -> &Zone {
        &self.settings.schedule.zone
    }

    pub fn queue(&mut self, id: &str, name: &str, division: &str) -> &mut Self {
        let division =
            (!division.is_empty()).then(|| Division { id: division.to_lowercase(), name: division.to_owned() });
        self.names.push(QueueName { id: id.to_owned(), name: name.to_owned(), division });
        self
    }

    /// The moment at which this hour of the day begins, counted from its first.
    pub fn hour(&self, hour: usize) -> Timestamp {
        self.zone().hours(self.date)[hour].interval.from
    }

    /// Night: 02:00 of the day after.
    pub fn night(&self) -> Timestamp {
        self.settings.schedule.report_about(self.date).prepare
    }

    /// The day as it is read when everything can be read.
    pub fn day(&self) -> Day {
        let mut day = self.figures_only();
        day.take_names(&self.names);
        for part in read_plan::hour_parts(self.zone(), &day) {
            day.take_hours(part, &self.hour_rows(part.from, part.to)).unwrap();
        }
        day.take_agents(&self.agent_rows(), &self.settings.grouping);
        day
    }

    /// The day of which only the figures could be read.
    pub fn figures_only(&self) -> Day {
        let mut day = Day::new(self.date, self.zone(), Depth::Report, self.night());
        day.take_figures(&self.figure_rows(), self.night()).unwrap();
        day
    }

    pub fn figure_rows(&self) -> Vec<AggregateRow> {
        let from = self.zone().start_of(self.date);
        rows(&self.calls, |call| (call.queue.clone(), Some(call.medium.clone()), None, from))
    }

    pub fn agent_rows(&self) -> Vec<AggregateRow> {
        rows(&self.calls, |call| (call.queue.clone(), None, call.agent().map(str::to_owned), call.at))
    }

    /// Rows by queue and hour. Genesys may tell media apart without being asked: every second queue does here.
    pub fn hour_rows(&self, from: Timestamp, to: Timestamp) -> Vec<AggregateRow> {
        let hours = self.zone().hours(self.date);
        let hour = |at: Timestamp| hours.iter().find(|hour| hour.interval.contains(at)).unwrap().interval.from;
        let within = self.calls.iter().filter(|call| from <= call.at && call.at < to);
        let rows = rows(within, |call| {
            let tells = call.queue.as_ref().is_some_and(|queue| queue.len() % 2 == 0);
            (call.queue.clone(), tells.then(|| call.medium.clone()), None, hour(call.at))
        });
        rows.into_iter().map(|row| AggregateRow { metrics: asked_of_hours(&row.metrics), ..row }).collect()
    }

    pub fn report(&self) -> Report {
        self.report_of(&self.day())
    }

    pub fn report_of(&self, day: &Day) -> Report {
        let made_at = self.night() + SignedDuration::from_secs(21);
        let (past, settings) = (&self.past, &self.settings);
        build(Input { day, past, restated: Vec::new(), settings, made_at, run_id: "run-1" })
    }
}

/// Many calls at once.
#[derive(Clone, Copy, Debug)]
pub struct Many<'a> {
    pub queue: &'a str,
    pub medium: &'a str,
    /// The hour of the day, counted from its first.
    pub hour: usize,
    pub in_time: u64,
    pub late: u64,
    pub lost: u64,
    pub short: u64,
    pub handle_seconds: u64,
}

impl Default for Many<'_> {
    fn default() -> Self {
        let (in_time, late, lost, short) = (0, 0, 0, 0);
        Self { queue: "q", medium: "voice", hour: 10, in_time, late, lost, short, handle_seconds: 300 }
    }
}

impl Scene {
    /// So many calls: answered within 10 s or after 90 s, lost after 120 s, or after 3 s where short. Of the handle time a
    /// tenth is hold and a tenth after-call work. Agents take turns, three for each queue.
    pub fn many(&mut self, many: Many<'_>) -> &mut Self {
        let at = self.hour(many.hour) + SignedDuration::from_secs(60);
        let mut add = |wait_seconds: u64, fate: Fate| {
            let queue = Some(many.queue.to_owned());
            self.calls.push(Call { queue, medium: many.medium.to_owned(), at, wait_ms: wait_seconds * 1000, fate });
        };
        let ms = many.handle_seconds * 1000;
        for number in 0..many.in_time + many.late {
            let in_time = number < many.in_time;
            let agent = format!("{}-{}", many.queue, number % 3);
            let (held_ms, acw_ms) = (ms / 10, ms / 10);
            let talk_ms = ms - held_ms - acw_ms;
            let fate = Fate::Answered { agent, in_time, talk_ms, held_ms, acw_ms, transferred: false };
            add(if in_time { 10 } else { 90 }, fate);
        }
        (0..many.lost).for_each(|_| add(120, Fate::Lost { short: false }));
        (0..many.short).for_each(|_| add(3, Fate::Lost { short: true }));
        self
    }

    /// Another day's figures by queue: offered, answered in time of so many.
    pub fn past_day(&mut self, days_before: i64, queues: &[(&str, u64, u64, u64)]) -> &mut Self {
        let date = self.date.saturating_sub(jiff::Span::new().days(days_before));
        let mut day = Day::new(date, self.zone(), Depth::Comparison, self.night());
        let row = |(queue, offered, numerator, denominator): &(&str, u64, u64, u64)| AggregateRow {
            queue: Some((*queue).to_owned()),
            media: Some("voice".to_owned()),
            user: None,
            from: day.interval.from,
            to: day.interval.to,
            metrics: Metrics {
                offered: Some(*offered),
                service_level: Some(Level { numerator: *numerator, denominator: *denominator, target: None }),
                ..Metrics::default()
            },
        };
        let rows: Vec<AggregateRow> = queues.iter().map(row).collect();
        day.take_figures(&rows, self.night()).unwrap();
        self.past.add_day(&day);
        self
    }
}
