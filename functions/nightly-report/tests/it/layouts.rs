//! Where everything stands on the typeset pages: in every language and on every paper, with few queues and with many.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::LazyLock;

use nightly_report::report::Report;
use nightly_report::sheet::sheet;
use nightly_report::words::Language;
use report_pdf::sheet::Table;
use report_pdf::{Kind, Look, Moment, Order, Page, Paper, Placed, layout};

use crate::centre::thursday;
use crate::crowd;
use crate::frames::spilled;
use crate::printed::solid;

/// Letters may touch: as much as two boxes may share, in points.
pub const TOUCH: f64 = 0.3;
/// Nothing is printed nearer to the edge of the paper, in points: the 8 mm that a printer may leave white.
const EDGE: f64 = 22.6;
/// What is read stands within these margins on the left and on the right, in points: 17 mm, less what a letter like j
/// reaches out of its place.
const MARGIN: f64 = 48.1 - 0.8;

/// 27 November 2026, 02:00 in Chicago.
const MADE_AT: Moment = Moment { unix_s: 1_795_766_400, offset_min: -360 };

pub fn order(report: &Report, language: Language, paper: Paper) -> Order {
    Order { look: Look { paper, ..Look::default() }, ..Order::new(sheet(report, language), MADE_AT) }
}

#[expect(clippy::disallowed_methods, reason = "whoever starts the long run says how many")]
fn asked() -> Option<u64> {
    std::env::var("QUEUES").ok().map(|queues| queues.parse().unwrap())
}

/// How many queues: 12 and 100, or as many as the environment says in `QUEUES`.
fn sizes() -> Vec<u64> {
    asked().map_or_else(|| vec![12, 100], |queues| vec![queues])
}

/// Twelve queues are the example of the other tests; more have names of every kind.
fn report(queues: u64) -> Report {
    if queues == 12 { thursday().report() } else { crowd::report(queues) }
}

pub struct Laid {
    name: String,
    order: Order,
    pub pages: Vec<Page>,
}

/// Every language on every paper, laid out once for all tests.
pub static ALL: LazyLock<Vec<Laid>> = LazyLock::new(|| {
    let papers = [Paper::A4, Paper::Letter];
    let looks = Language::ALL.into_iter().flat_map(|language| papers.map(|paper| (language, paper)));
    let looks: Vec<(Language, Paper)> = looks.collect();
    let laid = sizes().into_iter().flat_map(|queues| {
        let report = report(queues);
        let laid = looks.iter().map(move |(language, paper)| {
            Laid::of(
                &format!("{queues} queues, {}, {}", language.tag(), paper.name()),
                order(&report, *language, *paper),
            )
        });
        laid.collect::<Vec<_>>()
    });
    laid.collect()
});

impl Laid {
    pub fn of(name: &str, order: Order) -> Self {
        let pages = layout(&order).unwrap();
        Self { name: name.to_owned(), order, pages }
    }

    /// What is wrong with it, page by page.
    pub fn faults(&self) -> Vec<String> {
        let found = |page: &Page| strays(page).into_iter().chain(overlaps(page)).chain(headless(&self.order, page));
        self.faults_of(|page| found(page).collect())
    }

    /// What `look` finds, with where it is.
    pub fn faults_of(&self, look: impl Fn(&Page) -> Vec<String>) -> Vec<String> {
        let faults = self.pages.iter().enumerate().flat_map(|(at, page)| {
            look(page).into_iter().map(move |fault| format!("{}, page {}: {fault}", self.name, at + 1))
        });
        faults.collect()
    }
}

#[test]
fn nothing_overlaps_or_leaves_the_page_and_every_page_of_a_table_has_its_heads() {
    let faults: Vec<String> = ALL.iter().flat_map(Laid::faults).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_thousand_queues_are_pages_like_any_others() {
    let laid = Laid::of("1000 queues", order(&report(1_000), Language::PtBr, Paper::Letter));
    assert_eq!([laid.faults(), laid.faults_of(spilled)].concat(), Vec::<String>::new());
    assert!((20..60).contains(&laid.pages.len()), "{} pages", laid.pages.len());
}

/// The eyes of the tests before see what is wrong.
#[test]
fn a_text_that_stands_on_another_or_outside_is_found() {
    let text = |x, y, text: &str| Placed { kind: Kind::Text, x, y, w: 40.0, h: 8.0, text: text.to_owned() };
    let page = |boxes| Page { w: 595.28, h: 841.89, boxes };
    let side_by_side = page(vec![text(60.0, 100.0, "a"), text(100.2, 100.0, "b"), text(60.0, 107.9, "c")]);
    assert_eq!((overlaps(&side_by_side).len(), strays(&side_by_side).len()), (0, 0));
    assert_eq!(overlaps(&page(vec![text(60.0, 100.0, "a"), text(99.0, 104.0, "b")])).len(), 1);
    let outside =
        page(vec![text(30.0, 100.0, "a"), text(520.0, 100.0, "b"), text(60.0, 10.0, "c"), text(60.0, 830.0, "d")]);
    assert_eq!(strays(&outside).len(), 4);
    let order = order(&report(12), Language::En, Paper::A4);
    assert_eq!(
        headless(&order, &page(vec![text(50.0, 100.0, "Austin Billing")])).len(),
        order.sheet.tables[0].heads.len()
    );
}

pub fn told(placed: &Placed) -> String {
    let Placed { x, y, w, h, text, .. } = placed;
    format!("{text:?} at {x} {y}, {w} × {h}")
}

/// What stands outside of its margins.
fn strays(page: &Page) -> Vec<String> {
    let is_astray = |placed: &&Placed| {
        let (right, bottom) = (page.w - placed.x - placed.w, page.h - placed.y - placed.h);
        let margin = if placed.kind == Kind::Text { MARGIN - TOUCH } else { EDGE };
        placed.x < margin || right < margin || placed.y < EDGE || bottom < EDGE
    };
    page.boxes.iter().filter(is_astray).map(|placed| format!("outside: {}", told(placed))).collect()
}

/// Texts that stand on others.
fn overlaps(page: &Page) -> Vec<String> {
    let mut texts: Vec<&Placed> = page.boxes.iter().filter(|placed| placed.kind == Kind::Text).collect();
    texts.sort_by(|one, other| one.y.total_cmp(&other.y));
    let share =
        |at: f64, length: f64, other: f64, other_length: f64| (at + length).min(other + other_length) - at.max(other);
    let pairs = texts.iter().enumerate().flat_map(|(at, one)| {
        let below = texts[at + 1..].iter().take_while(|other| other.y < one.y + one.h);
        below.map(move |other| (*one, *other))
    });
    let on_another = pairs.filter(|(one, other)| {
        share(one.x, one.w, other.x, other.w) > TOUCH && share(one.y, one.h, other.y, other.h) > TOUCH
    });
    on_another.map(|(one, other)| format!("{} on {}", told(one), told(other))).collect()
}

/// Tables of which the page has rows, but not all of the heads between the first of them and the table before.
fn headless(order: &Order, page: &Page) -> Vec<String> {
    let tables: Vec<&Table> = order.sheet.tables.iter().chain([&order.sheet.trends]).collect();
    let rows: Vec<Vec<f64>> = tables.iter().map(|table| rows(table, page)).collect();
    let found = tables.iter().enumerate().flat_map(|(at, table)| {
        let Some(first) = rows[at].iter().copied().reduce(f64::min) else { return Vec::new() };
        let before = rows[..at].iter().flatten().copied().filter(|row| *row < first).fold(0.0, f64::max);
        let between = page.boxes.iter().filter(|placed| placed.y > before && placed.y < first);
        let between: String = between.map(|placed| solid(&placed.text)).collect();
        let lacking = table.heads.iter().filter(|head| !between.contains(&solid(head)));
        lacking.map(|head| format!("{}: no head {head:?} above a row at {first}", table.id)).collect::<Vec<_>>()
    });
    found.collect()
}

/// Where rows of a table stand, as far as their names stand in one piece.
fn rows(table: &Table, page: &Page) -> Vec<f64> {
    let names: HashSet<String> = table.rows.iter().map(|row| solid(&row.name.text)).collect();
    let is_row = |placed: &&Placed| placed.x < MARGIN + 6.0 && names.contains(&solid(&placed.text));
    let texts = page.boxes.iter().filter(|placed| placed.kind == Kind::Text);
    texts.filter(is_row).map(|placed| placed.y).collect()
}

#[test]
fn the_pages_are_those_that_were_looked_at() {
    if asked().is_some() {
        return;
    }
    let mut all = String::new();
    for Laid { name, pages, .. } in ALL.iter() {
        writeln!(all, "{name}").unwrap();
        for (number, page) in pages.iter().enumerate() {
            let count = |kind| page.boxes.iter().filter(|placed| placed.kind == kind).count();
            let (texts, shapes) = (count(Kind::Text), count(Kind::Shape));
            let (width, height) = (page.w, page.h);
            let digest = digest(page);
            writeln!(all, "  page {}: {width} × {height}, {texts} texts, {shapes} shapes, {digest:016x}", number + 1)
                .unwrap();
        }
    }
    insta::assert_snapshot!(all);
}

/// All boxes of one layout: what the digests of the others stand for.
#[test]
fn every_box_of_a_small_report_stands_where_it_stood() {
    let mut centre = crate::scene::Scene::new(crate::centre::chicago());
    centre.queue("q", "Billing", "Austin");
    centre.many(crate::scene::Many { in_time: 8, late: 1, lost: 1, ..crate::scene::Many::default() });
    let pages = layout(&order(&centre.report(), Language::En, Paper::A4)).unwrap();
    let lines = pages.iter().enumerate().flat_map(|(number, page)| {
        let line = move |placed: &Placed| {
            let Placed { kind, x, y, w, h, text } = placed;
            format!("{} {kind:?} {x} {y} {w} {h} {text}", number + 1).trim_end().to_owned()
        };
        page.boxes.iter().map(line)
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// A number that is another one as soon as any box is (FNV-1a).
fn digest(page: &Page) -> u64 {
    let json = serde_json::to_vec(page).unwrap();
    json.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
