//! One day's report as data: everything that the mail says, as numbers and not yet as words.
//!
//! Text and HTML are made of this object and of nothing else, so they cannot say different things; the archive keeps it, so
//! that any past day can be told again in another form. Rates carry the numbers they are made of.

mod attention;
mod form;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::config::GroupBy;
use crate::day::{Day, NO_QUEUE};
use crate::figures::{self, Completeness, DayFigures, GroupFigures, HourFigures, QueueFigures};
use crate::finding::{Finding, Kind};
use crate::past::{Past, YEAR};
use crate::rate::growth;
use crate::restate::{Restated, restated};
use crate::rules::{Facts, findings};
use crate::settings::{Abandons, Settings};
use crate::sums::{Figures, Sums};
use crate::targets::{Target, Verdicts};
use crate::trends::{Trend, trends};

pub use form::ReportError;

/// The form of this object. Minor versions only add.
pub const SCHEMA: &str = "2.0";

/// Alerts that are told one by one: what comes after the twelfth nobody acts on this morning.
const ALERTS_MAX: usize = 12;
/// Recommendations that are told one by one.
const RECOMMENDATIONS_MAX: usize = 6;
/// Days in the strip of the last days, the day itself included.
const STRIP_DAYS: i64 = 30;

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// Whose it is.
    pub company: String,
    /// The day.
    pub date: Date,
    /// The zone in which it was one.
    pub zone: String,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
    /// When Genesys was asked.
    pub read_at: Timestamp,
    /// When this was made of the answers.
    pub made_at: Timestamp,
    /// The run that made it.
    pub run_id: String,
    /// Whether its figures may still change.
    pub is_provisional: bool,
    /// From when on they are final.
    pub settles_at: Timestamp,
    /// Whether short abandons were left out.
    pub excludes_short_abandons: bool,
    /// What every queue should reach.
    pub target: Target,
    /// Everything together.
    pub total: Line,
    /// What went wrong, the worst first.
    pub alerts: Vec<Finding>,
    /// Alerts beyond those.
    pub alerts_more: u64,
    /// What could be done.
    pub recommendations: Vec<Finding>,
    /// Recommendations beyond those.
    pub recommendations_more: u64,
    /// By queue, what needs attention first.
    pub queues: Vec<Line>,
    /// By group.
    pub groups: Vec<Line>,
    /// What a group is.
    pub group_by: GroupBy,
    /// By medium.
    pub media: Vec<Line>,
    /// By hour.
    pub hours: Vec<HourLine>,
    /// The last thirty days.
    pub days: Vec<DayLine>,
    /// The same weekdays 52 weeks before them, one for each.
    pub days_before: Vec<DayLine>,
    /// What the day is compared with.
    pub trends: Vec<Trend>,
    /// Days whose figures changed since they were first reported: earlier ones, and this one where it is made once more.
    pub restated: Vec<Restated>,
    /// How much is known.
    pub completeness: Completeness,
}

/// Figures of something that has a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its id in Genesys, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What it is called, in nobody's language: a queue's name, a group's, Genesys' word for a medium. `None` for a queue
    /// whose name nobody may see, for what is in no group, and for everything together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The group of a queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The figures.
    pub figures: Figures,
    /// What they were measured by.
    pub target: Target,
    /// Whether they reach it.
    pub verdicts: Verdicts,
    /// Agents who handled; `None` when unknown.
    pub agents: Option<u64>,
    /// How many more were offered than on the same weekday of the week before, in tenths of a percent.
    pub change: Option<i64>,
    /// Whether an alert is about it.
    #[serde(default)]
    pub has_alert: bool,
}

impl Line {
    /// Whether a line of the table by queue is about a queue, and not about what belongs to none.
    pub fn is_queue(&self) -> bool {
        self.id != NO_QUEUE
    }
}

/// One hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HourLine {
    /// What the clocks show at its begin, as in `10:00`.
    pub starts: String,
    /// Whether they show it for the second time.
    pub is_repeated: bool,
    /// The figures; `None` when the hour was not read.
    pub figures: Option<Figures>,
    /// Whether they reach the targets.
    pub verdicts: Verdicts,
}

/// One of the last days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayLine {
    /// Which.
    pub date: Date,
    /// The figures; `None` when the archive does not have the day.
    pub figures: Option<Figures>,
    /// Whether they reach the targets.
    pub verdicts: Verdicts,
}

/// What a report is made of.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// What was read.
    pub day: &'a Day,
    /// The days before.
    pub past: &'a Past,
    /// Earlier days that are told again.
    pub restated: Vec<Restated>,
    /// What was configured.
    pub settings: &'a Settings,
    /// When it is made.
    pub made_at: Timestamp,
    /// The run that makes it.
    pub run_id: &'a str,
}

/// The report of a day.
pub fn build(input: Input<'_>) -> Report {
    let Input { day, past, restated: earlier, settings, made_at, run_id } = input;
    let figures = figures::day(day, settings);
    let findings = findings(&Facts { figures: &figures, past, settings });
    let (mut alerts, mut recommendations): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.kind == Kind::Alert);
    let lines = Lines { past, settings };
    let queues = attention::sorted(figures.queues.iter().map(|queue| lines.queue(queue)).collect(), &alerts);
    let (alerts_more, recommendations_more) =
        (cut(&mut alerts, ALERTS_MAX), cut(&mut recommendations, RECOMMENDATIONS_MAX));
    Report {
        schema: SCHEMA.to_owned(),
        company: settings.company.clone(),
        date: day.date,
        zone: day.zone.clone(),
        from: day.interval.from,
        to: day.interval.to,
        read_at: day.read_at,
        made_at,
        run_id: run_id.to_owned(),
        is_provisional: day.is_provisional(settings.settle),
        settles_at: day.settles_at(settings.settle),
        excludes_short_abandons: settings.abandons == Abandons::WithoutShort,
        target: settings.targets.general,
        total: lines.total(&figures),
        alerts,
        alerts_more,
        recommendations,
        recommendations_more,
        queues,
        groups: figures.groups.iter().map(|group| lines.group(group)).collect(),
        group_by: settings.grouping.by,
        media: figures.media.iter().map(|(medium, sums)| lines.medium(medium, sums)).collect(),
        hours: figures.hours.iter().map(|hour| lines.hour(hour)).collect(),
        days: lines.days(&figures, 0),
        days_before: lines.days(&figures, YEAR),
        trends: trends(&figures.total, past, settings.abandons),
        // Made once more, of figures that are other than those it was first made of.
        restated: restated(day, settings).into_iter().chain(earlier).collect(),
        completeness: figures.completeness,
    }
}

/// Leaves the first of them, and says how many there were more.
fn cut(findings: &mut Vec<Finding>, most: usize) -> u64 {
    let more = findings.len().saturating_sub(most);
    findings.truncate(most);
    more as u64
}

struct Lines<'a> {
    past: &'a Past,
    settings: &'a Settings,
}

impl Lines<'_> {
    fn line(&self, id: &str, name: Option<&str>, sums: &Sums, target: Target, before: Option<Sums>) -> Line {
        let figures = sums.figures(self.settings.abandons);
        let offered = figures.offered.zip(before.and_then(|sums| sums.offered));
        Line {
            id: id.to_owned(),
            name: name.map(str::to_owned),
            group: None,
            figures,
            target,
            verdicts: target.judge(&figures),
            agents: None,
            change: offered.and_then(|(now, before)| growth(now, before)),
            has_alert: false,
        }
    }

    fn total(&self, day: &DayFigures) -> Line {
        let before = self.past.total(7).copied();
        Line { agents: day.agents, ..self.line("", None, &day.total, self.settings.targets.general, before) }
    }

    fn queue(&self, queue: &QueueFigures) -> Line {
        let line =
            self.line(&queue.id, queue.name.as_deref(), &queue.sums, queue.target, self.past.queue(&queue.id, 7));
        Line { group: queue.group.clone(), agents: queue.agents, ..line }
    }

    fn group(&self, group: &GroupFigures) -> Line {
        let name = group.name.as_deref();
        Line { agents: group.agents, ..self.line("", name, &group.sums, self.settings.targets.general, None) }
    }

    fn medium(&self, medium: &str, sums: &Sums) -> Line {
        self.line("", Some(medium), sums, self.settings.targets.general, None)
    }

    fn hour(&self, hour: &HourFigures) -> HourLine {
        let figures = hour.sums.map(|sums| sums.figures(self.settings.abandons));
        let starts = hour.hour.shown();
        let verdicts = figures.map(|figures| self.settings.targets.general.judge(&figures)).unwrap_or_default();
        HourLine { starts, is_repeated: hour.hour.is_repeated, figures, verdicts }
    }

    /// Thirty days, the last of them so many days before the day.
    fn days(&self, day: &DayFigures, back: i64) -> Vec<DayLine> {
        let line = |days: i64| {
            let date = day.date.saturating_sub(jiff::Span::new().days(days));
            let sums = if days == 0 { Some(day.total) } else { self.past.total(days).copied() };
            let figures = sums.map(|sums| sums.figures(self.settings.abandons));
            let verdicts = figures.map(|figures| self.settings.targets.general.judge(&figures)).unwrap_or_default();
            DayLine { date, figures, verdicts }
        };
        (back..back + STRIP_DAYS).rev().map(line).collect()
    }
}
