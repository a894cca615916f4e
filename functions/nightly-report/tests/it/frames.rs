//! What is drawn around a text holds it: cards, the cells of the strip and its heads, in every language and on every paper,
//! also where the figures are absurd.

use std::sync::LazyLock;

use jiff::civil::date;
use nightly_report::rate::{Mean, Share};
use nightly_report::report::{Line, Report};
use nightly_report::sums::Figures;
use nightly_report::words::Language;
use report_pdf::{Kind, Page, Paper, Placed};

use crate::centre::thursday;
use crate::config::settings;
use crate::layouts::{ALL, Laid, TOUCH, order, told};
use crate::scene::{Many, Scene};

/// Space within a card on its left and on its right, in points, less what a letter like j reaches out of its place.
const CARD_PADDING: f64 = 8.0 - 0.8;
/// Height of the coloured edge at the top of a card, in points.
const CARD_EDGE: f64 = 2.0;
/// Height of a cell in the strip of the hours.
const CELL_HEIGHT: f64 = 17.0;
/// How far above the first row of the strip the hours stand at most.
const HEADS_HEIGHT: f64 = 12.0;

/// Days that nobody had yet: figures of twenty digits, all of which miss their targets by a hair, and hours that begin at
/// half past and come twice.
static ABSURD: LazyLock<Vec<Laid>> = LazyLock::new(|| {
    let looks =
        Language::ALL.into_iter().flat_map(|language| [Paper::A4, Paper::Letter].map(|paper| (language, paper)));
    let days = [("absurd", absurd()), ("half hours", half_hours())];
    let laid = days.iter().flat_map(|(name, report)| {
        looks.clone().map(move |(language, paper)| {
            let name = format!("{name}, {}, {}", language.tag(), paper.name());
            Laid::of(&name, order(report, language, paper))
        })
    });
    laid.collect()
});

fn absurd() -> Report {
    let mut report = thursday().report();
    let figures = Figures {
        offered: Some(u64::MAX),
        answered: Some(u64::MAX),
        abandoned: Some(u64::MAX),
        handled: Some(u64::MAX),
        transferred: Some(u64::MAX),
        service_level: Some(Share { part: 799_999_999, whole: 1_000_000_000 }),
        abandon_rate: Some(Share { part: 50_000_001, whole: 1_000_000_000 }),
        transfer_rate: Some(Share { part: u64::MAX, whole: 1 }),
        handle_time: Some(Mean { sum_ms: u64::MAX, count: 1 }),
        answer_time: Some(Mean { sum_ms: u64::MAX, count: 1 }),
        talk_time: Some(Mean { sum_ms: u64::MAX, count: 1 }),
        after_call_work: Some(Mean { sum_ms: u64::MAX, count: 1 }),
    };
    let target = report.target;
    let exaggerate = |line: &mut Line| {
        (line.figures, line.verdicts) = (figures, target.judge(&figures));
        (line.agents, line.change) = (Some(u64::MAX), Some(i64::MAX));
    };
    exaggerate(&mut report.total);
    report.queues.iter_mut().chain(&mut report.groups).chain(&mut report.media).for_each(exaggerate);
    for hour in &mut report.hours {
        (hour.figures, hour.verdicts) = (Some(figures), target.judge(&figures));
    }
    for day in report.days.iter_mut().chain(&mut report.days_before) {
        (day.figures, day.verdicts) = (Some(figures), target.judge(&figures));
    }
    for trend in &mut report.trends {
        let change = &mut trend.change;
        for figure in [&mut change.offered, &mut change.service_level, &mut change.handle_time, &mut change.answer_time]
        {
            *figure = Some(i64::MIN + 1);
        }
        change.abandon_rate = Some(i64::MAX);
    }
    report
}

/// On Lord Howe Island the clocks go back by half an hour.
fn half_hours() -> Report {
    let zone = "[nightly-report]\ncompany = \"Example\"\nzone = \"Australia/Lord_Howe\"\n";
    let mut scene = Scene::on(settings(zone), date(2026, 4, 5));
    scene.queue("q", "Support", "Home");
    for hour in 0..scene.zone().hours(scene.date).len() {
        scene.many(Many { hour, in_time: 3, late: u64::from(hour % 4 == 0), ..Many::default() });
    }
    scene.report()
}

#[test]
fn every_text_of_a_card_or_of_the_strip_stays_in_its_own_place() {
    let all = || ALL.iter().chain(ABSURD.iter());
    let faults: Vec<String> = all().flat_map(|laid| laid.faults_of(spilled)).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    let frames = |find: fn(&Page) -> Vec<Frame>| all().flat_map(|laid| &laid.pages).flat_map(find).count();
    assert_eq!((frames(cards) / all().count(), frames(cards) % all().count()), (4, 0), "four cards are found in each");
    assert!(frames(cells) >= 3 * 24 * all().count(), "and the cells of all hours");
}

#[test]
fn absurd_figures_overlap_nothing() {
    let faults: Vec<String> = ABSURD.iter().flat_map(Laid::faults).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// The eyes of the test above see what is wrong.
#[test]
fn a_text_that_runs_out_of_its_card_or_cell_is_found() {
    let placed = |kind, x, y, w, h, text: &str| Placed { kind, x, y, w, h, text: text.to_owned() };
    let page = |boxes| Page { w: 595.28, h: 841.89, boxes };
    let card = [placed(Kind::Shape, 48.0, 100.0, 118.0, 80.0, ""), placed(Kind::Shape, 48.0, 100.0, 118.0, 2.0, "")];
    let in_card =
        |x, y, w| spilled(&page([card.as_slice(), &[placed(Kind::Text, x, y, w, 8.0, "card")]].concat())).len();
    assert_eq!((in_card(56.0, 110.0, 100.0), in_card(56.0, 171.0, 100.0)), (0, 0));
    assert_eq!((in_card(56.0, 110.0, 104.0), in_card(50.0, 110.0, 20.0), in_card(56.0, 174.0, 20.0)), (1, 1, 1));
    let row = [placed(Kind::Shape, 100.0, 300.0, 17.0, 17.0, ""), placed(Kind::Shape, 118.0, 300.0, 17.0, 17.0, "")];
    let in_row = |x, y, w| spilled(&page([row.as_slice(), &[placed(Kind::Text, x, y, w, 6.0, "row")]].concat())).len();
    assert_eq!((in_row(101.0, 305.0, 15.0), in_row(101.0, 291.0, 15.0), in_row(48.0, 305.0, 51.0)), (0, 0, 0));
    assert_eq!((in_row(101.0, 305.0, 19.0), in_row(101.0, 312.0, 15.0), in_row(99.0, 291.0, 19.0)), (1, 1, 1));
    assert_eq!((in_row(48.0, 305.0, 60.0), in_row(48.0, 297.0, 20.0)), (1, 1), "names of the rows");
}

/// A rectangle, and where a text must stand to be its own.
#[derive(Clone, Copy, Debug)]
struct Frame {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    takes: Takes,
}

/// By which of its points a text belongs to a frame, so that it does also when it runs out of it.
#[derive(Clone, Copy, Debug)]
enum Takes {
    /// Where it begins.
    Beginning,
    /// The middle of it: it is centred.
    Centred,
}

impl Frame {
    fn has(&self, text: &Placed) -> bool {
        let y = text.y + text.h / 2.0;
        let x = match self.takes {
            Takes::Beginning => text.x + 0.5,
            Takes::Centred => text.x + text.w / 2.0,
        };
        (self.x..=self.x + self.w).contains(&x) && (self.y..=self.y + self.h).contains(&y)
    }

    /// Whether all of a text is in it, with so much space on its left and right.
    fn holds(&self, text: &Placed, padding: f64) -> bool {
        let (left, right) = (self.x + padding - TOUCH, self.x + self.w - padding + TOUCH);
        let (top, bottom) = (self.y - TOUCH, self.y + self.h + TOUCH);
        text.x >= left && text.x + text.w <= right && text.y >= top && text.y + text.h <= bottom
    }
}

/// Texts that run out of their frame.
pub fn spilled(page: &Page) -> Vec<String> {
    let texts: Vec<&Placed> = page.boxes.iter().filter(|placed| placed.kind == Kind::Text).collect();
    let cells = cells(page);
    let frames = cards(page).into_iter().map(|card| (card, CARD_PADDING));
    let frames = frames.chain(heads(&cells).into_iter().chain(cells).map(|cell| (cell, 0.0)));
    let spilled = frames.flat_map(|(frame, padding)| {
        let own = texts.iter().filter(move |text| frame.has(text) && !frame.holds(text, padding));
        own.map(move |text| format!("out of {frame:?}: {}", told(text))).collect::<Vec<_>>()
    });
    spilled.collect()
}

fn shapes(page: &Page) -> impl Iterator<Item = &Placed> {
    page.boxes.iter().filter(|placed| placed.kind == Kind::Shape)
}

/// Cards: what has the coloured edge of a card at its top.
fn cards(page: &Page) -> Vec<Frame> {
    let is_close = |one: f64, other: f64| (one - other).abs() < 0.05;
    let edges: Vec<&Placed> = shapes(page).filter(|shape| is_close(shape.h, CARD_EDGE)).collect();
    let is_below = |shape: &Placed, edge: &Placed| {
        shape.h > 20.0 && is_close(shape.x, edge.x) && is_close(shape.y, edge.y) && is_close(shape.w, edge.w)
    };
    let cards = shapes(page).filter(|shape| edges.iter().any(|edge| is_below(shape, edge)));
    cards.map(|card| Frame { takes: Takes::Beginning, ..frame(card) }).collect()
}

/// Cells of the strip.
fn cells(page: &Page) -> Vec<Frame> {
    shapes(page).filter(|shape| (shape.h - CELL_HEIGHT).abs() < 0.05).map(frame).collect()
}

fn frame(shape: &Placed) -> Frame {
    let Placed { x, y, w, h, .. } = *shape;
    Frame { x, y, w, h, takes: Takes::Centred }
}

/// Places of the strip without a frame of their own: above each hour, and left of each row.
fn heads(cells: &[Frame]) -> Vec<Frame> {
    let top = cells.iter().map(|cell| cell.y).fold(f64::MAX, f64::min);
    let left = cells.iter().map(|cell| cell.x).fold(f64::MAX, f64::min);
    let hours = cells.iter().filter(|cell| cell.y - top < 0.05);
    let hours = hours.map(|cell| Frame { y: cell.y - HEADS_HEIGHT, h: HEADS_HEIGHT, ..*cell });
    let rows = cells.iter().filter(|cell| cell.x - left < 0.05);
    let rows = rows.map(|cell| Frame { x: 0.0, w: cell.x, takes: Takes::Beginning, ..*cell });
    hours.chain(rows).collect()
}
