//! Alerts and recommendations in words, each with the numbers that it rests on.

use jiff::civil::Date;

use super::names::printable;
use crate::finding::{Finding, Found, Level, Part, QueueName};
use crate::rate::Share;
use crate::words::{Arg, Piece, Words, capitalised};

/// What is said about one queue.
#[derive(Clone, Debug)]
pub struct Said {
    /// The queue's name; empty when it is about all.
    pub name: String,
    /// What is said.
    pub points: Vec<Point>,
    id: Option<String>,
}

/// A finding in words.
#[derive(Clone, Debug)]
pub struct Point {
    /// A sentence, without its full stop.
    pub says: Vec<Piece>,
    /// `in time: 153 of 250`.
    pub numbers: Vec<String>,
    /// The rule's name.
    pub rule: &'static str,
}

/// Findings queue by queue, in the order of the first about each.
pub(super) fn said(findings: &[Finding], date: Date, words: &Words) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    for finding in findings {
        let id = finding.queue.as_ref().map(|queue| queue.id.clone());
        let point = Point::of(finding, date, words);
        match all.iter_mut().find(|said| said.id == id) {
            Some(said) => said.points.push(point),
            None => {
                let queue = finding.queue.as_ref().map(|queue| printable(&queue.title(words), words));
                all.push(Said { name: queue.unwrap_or_default(), points: vec![point], id });
            }
        }
    }
    all
}

impl Point {
    /// A finding about a day in words.
    pub fn of(finding: &Finding, date: Date, words: &Words) -> Self {
        let mut says = says(finding, date, words);
        if let Some(Piece::Text(first)) = says.first_mut() {
            *first = capitalised(first);
        }
        let numbers = numbers(&finding.found, words).into_iter();
        let numbers = numbers.map(|(label, number)| format!("{}{}{number}", words.text(label), words.text("colon")));
        Self { says, numbers: numbers.collect(), rule: finding.found.rule() }
    }
}

impl QueueName {
    /// What it is called.
    pub fn title(&self, words: &Words) -> String {
        self.called("nameless-queue", words)
    }

    /// What it is called; by a message of its own where nobody may see its name.
    fn called(&self, nameless: &str, words: &Words) -> String {
        match (&self.name, self.id.get(..8)) {
            (Some(name), _) => name.clone(),
            (None, _) if self.id.is_empty() => words.text("no-queue"),
            (None, start) => words.fill(nameless, &[("id", start.unwrap_or(&self.id).into())]),
        }
    }
}

/// What a finding says, to follow the name of its queue.
pub fn says(finding: &Finding, date: Date, words: &Words) -> Vec<Piece> {
    let share = |share: &Share| ("share", words.percent(*share).into());
    let target = |target: f64| ("target", words.percent_of(target).into());
    let weekdays = || ("weekdays", words.weekday("other-weekdays", date).into());
    match &finding.found {
        Found::ServiceLevelMissed { level, worst } => {
            with_hours(["service-level-missed", "service-level-missed-worst"], level, worst.as_ref(), words)
        }
        Found::AbandonRateHigh { lost, worst } => {
            with_hours(["abandon-rate-high", "abandon-rate-high-worst"], lost, worst.as_ref(), words)
        }
        Found::HandleTimeLong { handle_time, target_seconds } => {
            let target = words.seconds((*target_seconds).into());
            let time = words.duration_beside(*handle_time, *target_seconds);
            words.pieces("handle-time-long", &[("time", time.into()), ("target", target.into())])
        }
        Found::HoursCollapsed { worst, rest } => {
            let mut args = hours(worst, words);
            args.extend([share(&worst.share), ("rest", words.percent(*rest).into())]);
            words.pieces("hours-collapsed", &args)
        }
        Found::NobodyAnswered { .. } => words.pieces("nobody-answered", &[]),
        Found::QueueSilent { .. } => words.pieces("queue-silent", &[weekdays()]),
        Found::VolumeUnusual { offered, is_more, .. } => {
            let message = if *is_more { "volume-more" } else { "volume-fewer" };
            words.pieces(message, &[("count", (*offered).into()), weekdays()])
        }
        Found::StaffWorstHours { late, .. } => words.pieces("staff-worst-hours", &hours(late, words)),
        Found::LendAgents { lender, .. } => {
            let lender = Arg::Name(printable(&lender.called("nameless-lender", words), words));
            words.pieces("lend-agents", &[("queue", lender)])
        }
        Found::MissedEveryWeek { .. } => {
            words.pieces("missed-every-week", &[("weekday", words.weekday("every-weekday", date).into())])
        }
        Found::AfterCallWorkLong { share: of_handle_time, .. } => {
            words.pieces("after-call-work-long", &[share(of_handle_time)])
        }
        Found::TransfersMany { transferred } => words.pieces("transfers-many", &[share(transferred)]),
        Found::ShortAbandonsDecide { target: most, .. } => words.pieces("short-abandons-decide", &[target(*most)]),
    }
}

fn with_hours([alone, with]: [&str; 2], level: &Level, worst: Option<&Part>, words: &Words) -> Vec<Piece> {
    let mut args = worst.map(|worst| hours(worst, words)).unwrap_or_default();
    let (share, target) = (words.percent_beside(level.share, level.target), words.percent_of(level.target));
    args.extend([("share", share.into()), ("target", target.into())]);
    words.pieces(if worst.is_some() { with } else { alone }, &args)
}

fn hours(part: &Part, words: &Words) -> Vec<(&'static str, Arg)> {
    let from = words.clock(&part.hours.from);
    let from = if part.hours.is_repeated { words.fill("hour-again", &[("hour", from.into())]) } else { from };
    vec![("from", from.into()), ("to", words.clock(&part.hours.to).into())]
}

/// The numbers, each with the message that says what it counts.
fn numbers(found: &Found, words: &Words) -> Vec<(&'static str, String)> {
    let count = |number: u64| words.count(number);
    let part = |message: &str, share: &Share| {
        words.fill(message, &[("part", count(share.part).into()), ("whole", count(share.whole).into())])
    };
    let of = |share: &Share| part("part-of", share);
    let counts = |numbers: &[u64]| words.list(&numbers.iter().map(|number| count(*number)).collect::<Vec<_>>());
    match found {
        Found::ServiceLevelMissed { level, worst } => {
            let worst = worst.as_ref().map(|worst| ("number-in-these-hours", part("part-in-time", &worst.share)));
            std::iter::once(("number-in-time", of(&level.share))).chain(worst).collect()
        }
        Found::AbandonRateHigh { lost, worst } => {
            let worst = worst.as_ref().map(|worst| ("number-in-these-hours", of(&worst.share)));
            std::iter::once(("number-gave-up", of(&lost.share))).chain(worst).collect()
        }
        Found::HandleTimeLong { handle_time, .. } => vec![("number-handled", count(handle_time.count))],
        Found::HoursCollapsed { worst, rest } => {
            vec![("number-in-these-hours", of(&worst.share)), ("number-in-the-rest", of(rest))]
        }
        Found::NobodyAnswered { offered } => {
            vec![("number-answered", part("part-answered", &Share { part: 0, whole: *offered }))]
        }
        Found::QueueSilent { weeks } | Found::VolumeUnusual { weeks, .. } => {
            vec![("number-weeks-before", counts(weeks))]
        }
        Found::StaffWorstHours { .. } => staffing(found, words),
        Found::LendAgents { level, lender_level, .. } => vec![
            ("number-this-queue", level_and_target(level, words)),
            ("number-other-queue", level_and_target(lender_level, words)),
        ],
        Found::MissedEveryWeek { weeks, target } => {
            let weeks: Vec<String> = weeks.iter().map(|share| words.percent_beside(*share, *target)).collect();
            vec![("number-weeks-before-in-time", words.list(&weeks)), ("number-target", words.percent_of(*target))]
        }
        Found::AfterCallWorkLong { after_call_work, handle_time, .. } => vec![
            ("number-after-call-work", words.duration(*after_call_work)),
            ("number-handle-time", words.duration(*handle_time)),
            ("number-handled", count(handle_time.count)),
        ],
        Found::TransfersMany { transferred } => vec![("number-transferred", of(transferred))],
        Found::ShortAbandonsDecide { with, without, target } => vec![
            ("number-with-short", words.percent_beside(*with, *target)),
            ("number-without-short", words.percent_beside(*without, *target)),
            ("number-target", words.fill("at-most", &[("target", words.percent_of(*target).into())])),
        ],
    }
}

fn level_and_target(level: &Level, words: &Words) -> String {
    let args = [
        ("share", words.percent_beside(level.share, level.target).into()),
        ("whole", words.count(level.share.whole).into()),
        ("target", words.percent_of(level.target).into()),
    ];
    words.fill("level-and-target", &args)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^53")]
fn staffing(found: &Found, words: &Words) -> Vec<(&'static str, String)> {
    let Found::StaffWorstHours { late, offered, handle_time } = found else { return Vec::new() };
    let (part, whole) = (words.count(late.share.part), words.count(late.share.whole));
    let late_answers = words.fill("part-of", &[("part", part.into()), ("whole", whole.into())]);
    let mut numbers = vec![("number-late", late_answers)];
    if let Some(mean) = handle_time {
        let agents = *offered as f64 * mean.seconds() / 3600.0 / late.hours.count as f64;
        numbers.extend([
            ("number-offered-in-hours", words.count(*offered)),
            ("number-handle-time", words.duration(*mean)),
            ("number-busy", words.fill("agents-busy", &[("agents", Arg::decimal(agents, words))])),
        ]);
    }
    numbers
}
