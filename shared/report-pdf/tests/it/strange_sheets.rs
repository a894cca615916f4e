//! Sheets that nobody would write: names from all of Unicode, lengths that are no numbers, nothing where something should
//! be. Each goes through a process with bounded memory, and each must come back as a report.
//!
//! `SEED=17 cargo test -p report-pdf strange_sheets` plays one again, `SEEDS=10000` plays so many.
#![expect(clippy::print_stdout, reason = "the seed that has to be played again")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use fastrand::Rng;
use report_pdf::sheet::{
    Axis, Card, Cell, Chart, ChartPoint, Definition, Fact, Finding, Findings, Gauge, Heat, HeatCell, HeatHour, Key,
    Mark, Name, Notice, Point, Row, SCHEMA, Series, Sheet, Span, Table, Tone,
};
use report_pdf::{Colour, Look, Moment, Order, Paper};

use crate::in_a_process;

/// How many are played where nobody asks for more.
const SEEDS: u64 = 300;

/// What a report of a few queues must do with.
const MEMORY_MIB: u64 = 160;

#[test]
fn every_strange_sheet_is_a_report() {
    #[expect(clippy::disallowed_methods, reason = "a test is told its seeds by whoever starts it")]
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let (first, count) = match number("SEED") {
        Some(seed) => (seed, 1),
        None => (1, number("SEEDS").unwrap_or(SEEDS)),
    };
    let next = AtomicU64::new(first);
    let unmarked = AtomicU64::new(0);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                return;
            }
            if !is_accessible(seed) {
                unmarked.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let unmarked = unmarked.into_inner();
    println!("{count} strange sheets from seed {first}: {} within the standards, {unmarked} without", count - unmarked);
    assert!(
        unmarked * 10 <= count,
        "the standards are kept for names from outside too: {unmarked} of {count} were not"
    );
}

/// Whether the sheet of a seed is typeset within the standards; that it is typeset at all is asserted.
fn is_accessible(seed: u64) -> bool {
    let order = Strange(Rng::with_seed(seed)).order();
    match in_a_process(&order) {
        Ok(set) => {
            assert!(set.pdf.starts_with(b"%PDF-") && set.pages > 0, "seed {seed}");
            if !set.is_accessible {
                println!("seed {seed}: {:?}", set.warnings);
            }
            set.is_accessible
        }
        Err(error) => panic!("seed {seed} (SEED={seed} plays it again): {error}"),
    }
}

struct Strange(Rng);

impl Strange {
    fn order(&mut self) -> Order {
        let moment = Moment { unix_s: self.0.i64(..) >> self.0.u32(0..40), offset_min: self.0.i32(-2_000..2_000) };
        let paper = if self.0.bool() { Paper::A4 } else { Paper::Letter };
        let colour = |rng: &mut Rng| Colour([rng.u8(..), rng.u8(..), rng.u8(..)]);
        let look = Look { paper, brand: colour(&mut self.0), accent: colour(&mut self.0), font: None };
        Order { look, memory_mib: Some(MEMORY_MIB), ..Order::new(self.sheet(), moment) }
    }

    fn sheet(&mut self) -> Sheet {
        let rows = self.0.usize(0..=3);
        Sheet {
            schema: SCHEMA,
            language: self.one_of(&["en", "pt", "es", "fr", "he", "ar", "", "xx", "EN"]),
            region: self.0.bool().then(|| self.one_of(&["BR", "CA", "", "us", "QQQ"])),
            document_title: format!("Day {}", self.text()),
            title: self.text(),
            company: self.name(),
            day: self.text(),
            about: self.text(),
            provisional: self.text(),
            notices: self.some(2, |own| Notice { title: own.text(), text: own.text() }),
            summary_title: self.text(),
            summary: self.some(3, Self::sentence),
            cards: self.some(7, Self::card),
            facts: self.some(7, |own| Fact { label: own.text(), value: own.text() }),
            alerts: self.findings(),
            recommendations: self.findings(),
            charts_title: self.text(),
            charts: self.some(3, Self::chart),
            hours: self.0.bool().then(|| self.heat(rows)),
            tables: self.some(3, Self::table),
            trends: self.table(),
            definitions_title: self.text(),
            definitions: self.some(3, |own| Definition { term: own.text(), text: own.text(), source: own.text() }),
            completeness: self.some(2, Self::sentence),
            made: self.text(),
            page_of: self.text(),
            missed: self.text(),
            unknown: self.text(),
            replaced: self.text(),
        }
    }

    fn some<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.0.usize(0..=most)).map(|_| one(self)).collect()
    }

    fn one_of(&mut self, all: &[&str]) -> String {
        self.0.choice(all).map(ToString::to_string).unwrap_or_default()
    }

    fn character(&mut self) -> char {
        const BLOCKS: [(u32, u32); 12] = [
            (0x0, 0x7f),
            (0x80, 0x17f),
            (0x300, 0x36f),
            (0x370, 0x52f),
            (0x590, 0x6ff),
            (0x900, 0xdff),
            (0x2000, 0x20ff),
            (0x2190, 0x2bff),
            (0x4e00, 0x9fff),
            (0xfb00, 0xffff),
            (0x1_f000, 0x1_faff),
            (0x0, 0x10_ffff),
        ];
        let (low, high) = BLOCKS[self.0.usize(0..BLOCKS.len())];
        char::from_u32(self.0.u32(low..=high)).unwrap_or('\u{200d}')
    }

    fn text(&mut self) -> String {
        let length = match self.0.u8(0..20) {
            0..6 => 0,
            19 if self.0.u8(0..8) == 0 => self.0.usize(0..600),
            _ => self.0.usize(0..16),
        };
        let is_plain = self.0.u8(0..3) > 0;
        (0..length).map(|_| if is_plain { self.0.alphanumeric() } else { self.character() }).collect()
    }

    fn name(&mut self) -> Name {
        let length = if self.0.u8(0..40) == 0 { 500 } else { self.0.usize(0..24) };
        let text = (0..length).map(|_| self.character()).collect();
        Name { text, is_rtl: self.0.bool() }
    }

    /// A length, as a wrong division might give it.
    fn length(&mut self) -> f64 {
        match self.0.u8(0..8) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => -1.0,
            3 => 1e300,
            4 => 1e-300,
            _ => self.0.f64(),
        }
    }

    fn tone(&mut self) -> Tone {
        [Tone::Met, Tone::Missed, Tone::Plain][self.0.usize(0..3)]
    }

    fn gauge(&mut self) -> Option<Gauge> {
        self.0.bool().then(|| Gauge { at: self.length(), target: self.length() })
    }

    fn sentence(&mut self) -> Vec<Span> {
        self.some(4, |own| if own.0.bool() { Span::Name(own.name()) } else { Span::Text { text: own.text() } })
    }

    fn card(&mut self) -> Card {
        Card {
            label: self.text(),
            value: self.text(),
            target: self.text(),
            tone: self.tone(),
            mark: self.text(),
            change: self.text(),
            gauge: self.gauge(),
        }
    }

    fn findings(&mut self) -> Findings {
        let point = |own: &mut Self| Point { says: own.sentence(), numbers: own.some(3, Self::text), rule: own.text() };
        let items = self.some(3, |own| Finding { about: own.name(), points: own.some(3, point) });
        Findings { title: self.text(), items, more: self.text(), none: self.text() }
    }

    fn mark(&mut self) -> Mark {
        Mark { at: self.length(), text: self.text() }
    }

    fn chart(&mut self) -> Chart {
        const SERIES: [Series; 5] =
            [Series::Offered, Series::OfferedBefore, Series::Level, Series::LevelBefore, Series::Target];
        let target = self.0.bool().then(|| self.mark());
        let is_long = self.0.u8(0..10) == 0;
        let axis = |own: &mut Self| Axis { title: own.text(), ticks: own.some(6, Self::mark) };
        Chart {
            title: self.text(),
            alt: self.text(),
            left: axis(self),
            right: axis(self),
            target,
            points: self.some(if is_long { 40 } else { 8 }, Self::point),
            legend: self.some(5, |own| Key { series: SERIES[own.0.usize(0..5)], text: own.text() }),
        }
    }

    fn point(&mut self) -> ChartPoint {
        ChartPoint {
            label: self.text(),
            offered: self.maybe_length(),
            offered_before: self.maybe_length(),
            level: self.maybe_length(),
            level_before: self.maybe_length(),
            offered_text: self.text(),
            level_text: self.text(),
            tone: self.tone(),
            is_today: self.0.bool(),
        }
    }

    fn maybe_length(&mut self) -> Option<f64> {
        self.0.bool().then(|| self.length())
    }

    fn heat(&mut self, rows: usize) -> Heat {
        let cell = |own: &mut Self| HeatCell { text: own.text(), shade: own.length(), tone: own.tone() };
        let hours = self.some(25, |own| HeatHour {
            label: own.text(),
            is_known: own.0.bool(),
            cells: (0..rows).map(|_| cell(own)).collect(),
        });
        let titles = (0..rows).map(|_| self.text()).collect();
        Heat { title: self.text(), alt: self.text(), rows: titles, hours, note: self.text() }
    }

    fn table(&mut self) -> Table {
        let width = self.0.usize(1..=8);
        let total = self.0.bool().then(|| self.row(width));
        Table {
            id: self.text(),
            title: self.text(),
            note: self.text(),
            heads: (0..width).map(|_| self.text()).collect(),
            rows: self.some(5, |own| own.row(width)),
            total,
        }
    }

    /// A row has all its figures or none.
    fn row(&mut self, width: usize) -> Row {
        let figures = if self.0.u8(0..5) == 0 { 0 } else { width - 1 };
        let cell = |own: &mut Self| Cell { text: own.text(), tone: own.tone(), gauge: own.gauge() };
        Row {
            name: self.name(),
            group: self.text(),
            note: self.text(),
            cells: (0..figures).map(|_| cell(self)).collect(),
        }
    }
}
