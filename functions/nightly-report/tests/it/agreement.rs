//! What the mail says equals the figures: each is read back from the text and compared with the report's own numbers, and
//! the HTML says the same as the text.

use nightly_report::page::Page;
use nightly_report::rate::Mean;
use nightly_report::render::{html, text};
use nightly_report::report::{Line, Report};
use nightly_report::sums::Figures;
use nightly_report::words::Language;

use crate::centre::thursday;
use crate::pages::{figure, number, seen};

/// As much as a shown figure may differ from the exact one: half of its last digit.
const TENTH_OF_PERCENT: f64 = 0.05 + 1e-9;
const SECOND: f64 = 0.5 + 1e-9;

fn agrees(line: &str, label: &str, exact: Option<f64>, within: f64) {
    let shown = number(figure(line, label));
    assert_eq!(shown.is_some(), exact.is_some(), "{label} {exact:?}: {line}");
    assert!(shown.zip(exact).is_none_or(|(shown, exact)| (shown - exact).abs() <= within), "{label} {exact:?}: {line}");
}

fn count(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

fn of_line(line: &str, figures: &Figures) {
    agrees(line, "offered", figures.offered.map(count), 0.0);
    agrees(line, "in time", figures.service_level.map(|share| 100.0 * share.value()), TENTH_OF_PERCENT);
    agrees(line, "answer", figures.answer_time.map(Mean::seconds), SECOND);
    agrees(line, "handle", figures.handle_time.map(Mean::seconds), SECOND);
    agrees(line, "lost", figures.abandon_rate.map(|share| 100.0 * share.value()), TENTH_OF_PERCENT);
}

/// The line of figures under a title, in the part of the text that begins with `head`.
fn under<'a>(text: &'a str, head: &str, title: &str) -> &'a str {
    let part = text.split_once(head).unwrap().1;
    let mut lines = part.lines().skip_while(|line| {
        *line != title && !line.starts_with(&format!("{title} (")) && !line.starts_with(&format!("{title}:"))
    });
    lines.nth(1).unwrap().trim_start()
}

fn title(line: &Line) -> &str {
    line.name.as_deref().unwrap_or("All queues")
}

fn rows(report: &Report) -> Vec<(&'static str, &Line)> {
    let queues = report.queues.iter().map(|line| ("BY QUEUE", line));
    let groups = report.groups.iter().map(|line| ("BY DIVISION", line));
    queues.chain(groups).chain([("BY QUEUE", &report.total)]).collect()
}

#[test]
fn every_row_of_the_text_has_the_reports_own_numbers() {
    let report = thursday().report();
    let text = text(&report, Language::En, &[]).unwrap();
    for (head, line) in rows(&report) {
        let shown = under(&text, head, title(line));
        of_line(shown, &line.figures);
        agrees(shown, "agents", line.agents.map(count), 0.0);
    }
    for (medium, line) in ["Voice", "Message", "Chat", "E-mail"].iter().zip(&report.media) {
        of_line(under(&text, "BY MEDIUM", medium), &line.figures);
    }
}

#[test]
fn every_hour_and_every_day_of_the_text_has_the_reports_own_numbers() {
    let report = thursday().report();
    let text = text(&report, Language::En, &[]).unwrap();
    let part = |head: &str| text.split_once(head).unwrap().1.trim_start().lines();
    let strip = |line: &str, figures: &Figures| {
        agrees(line, "offered", figures.offered.map(count), 0.0);
        agrees(line, "in time", figures.service_level.map(|share| 100.0 * share.value()), TENTH_OF_PERCENT);
        agrees(line, "lost", figures.abandon_rate.map(|share| 100.0 * share.value()), TENTH_OF_PERCENT);
    };
    for (line, hour) in part("HOUR BY HOUR").zip(&report.hours) {
        assert!(line.starts_with(&hour.starts));
        strip(line.split_once("  ").unwrap().1, &hour.figures.unwrap());
    }
    for (line, day) in part("THE LAST 30 DAYS").zip(&report.days) {
        strip(line.split_once("  ").unwrap().1, &day.figures.unwrap());
    }
    assert_eq!((report.hours.len(), report.days.len()), (24, 30));
}

#[test]
fn the_large_figures_and_the_changes_are_the_reports_own() {
    let report = thursday().report();
    let text = text(&report, Language::En, &[]).unwrap();
    let after = |label: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("{label}: "))).unwrap();
        number(line.split_once(": ").unwrap().1.split([' ', ',']).next().unwrap().trim_end_matches(',')).unwrap()
    };
    let figures = &report.total.figures;
    assert!((after("Answered in time") - 100.0 * figures.service_level.unwrap().value()).abs() <= TENTH_OF_PERCENT);
    assert!((after("Handle time") - figures.handle_time.unwrap().seconds()).abs() <= SECOND);
    assert!((after("Lost while waiting") - 100.0 * figures.abandon_rate.unwrap().value()).abs() <= TENTH_OF_PERCENT);
    assert!((after("After-call work") - figures.after_call_work.unwrap().seconds()).abs() <= SECOND);
    assert!((after("Talk") - figures.talk_time.unwrap().seconds()).abs() <= SECOND);
    for trend in &report.trends {
        let (now, before) = (trend.now.unwrap(), trend.before.unwrap());
        let exact = 100.0 * (count(now.offered.unwrap()) / count(before.offered.unwrap()) - 1.0);
        let shown = count(trend.change.offered.unwrap().unsigned_abs()) / 10.0;
        assert!((shown - exact.abs()).abs() <= TENTH_OF_PERCENT);
        let sign = if exact < 0.0 { "−" } else { "+" };
        assert!(text.contains(&format!("offered {sign}{shown:.1}%")), "{trend:?}");
    }
}

/// The same figures stand in the HTML, row by row.
#[test]
fn the_html_says_what_the_text_says() {
    let report = thursday().report();
    let (text, seen) = (text(&report, Language::En, &[]).unwrap(), seen(&html(&report, Language::En, &[]).unwrap()));
    let by_queue = seen.iter().position(|line| line.starts_with("By queue")).unwrap();
    for (head, line) in rows(&report) {
        let from =
            if head == "BY QUEUE" { by_queue } else { seen.iter().position(|line| line == "By division").unwrap() };
        let at = from + seen[from..].iter().position(|cell| *cell == title(line)).unwrap();
        let cells: Vec<&String> = seen[at + 1..].iter().filter(|cell| is_figure(cell)).take(6).collect();
        let shown = under(&text, head, title(line));
        let expected = ["offered", "in time", "answer", "handle", "lost", "agents"].map(|label| figure(shown, label));
        assert_eq!(cells, expected, "{}", title(line));
    }
    let page = Page::of(&report, Language::En);
    for said in page.alerts.iter().flat_map(|alert| &alert.points).flat_map(|point| &point.numbers) {
        assert!(text.contains(said) && seen.iter().any(|line| line.contains(said)), "{said}");
    }
}

fn is_figure(cell: &str) -> bool {
    cell == "–" || (cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(' '))
}
