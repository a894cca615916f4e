//! The sheets that a template is tried with, in `shared/report-pdf/samples`, are the function's own: whoever changes words or
//! figures is told here that they are old, and writes them again by
//! `SAMPLES=write cargo test -p nightly-report --test it samples::`.

use std::path::PathBuf;

use jiff::civil::{Date, date};
use nightly_report::calendar::Interval;
use nightly_report::rate::{Mean, Share};
use nightly_report::report::Report;
use nightly_report::restate::{Figure, Restated, Revision, Value};
use nightly_report::sheet::sheet;
use nightly_report::words::Language;
use report_pdf::Sheet;
use serde::Serialize;

use crate::centre::{chicago, thursday};
use crate::config::settings;
use crate::scene::{Many, Scene};

/// The clocks go back on this day, so it has 25 hours.
const LONG_DAY: Date = date(2026, 11, 1);

/// Queues with names that a page has trouble with, and their groups.
const NAMES: [(&str, &str); 12] = [
    ("Kundenservice_Österreich_Süd_2._Ebene_Rückfragen_Rechnungen_B", "אתר תל אביב"),
    ("الدعم الفني – المستوى 2", "Wien"),
    ("תמיכה טכנית (עברית) 24/7", "Abu Dhabi – أبوظبي"),
    ("🚀 Launch Desk ✅", "אתר תל אביב"),
    ("Żółta Kolejka – Zażalenia i Zwroty", "Wien"),
    ("Ελληνική Υποστήριξη", "Abu Dhabi – أبوظبي"),
    ("Поддержка клиентов: возвраты и обмены", "אתר תל אביב"),
    ("São Paulo — Retenção e Fidelização de Clientes Empresariais", "Wien"),
    ("<b>Billing</b> & #Co $x$ *bold* _it_ @ref", "Abu Dhabi – أبوظبي"),
    ("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "אתר תל אביב"),
    ("فواتيرالعملاءوالاستفساراتالماليةوالمطالباتوالاستردادالمتأخرةجدا", "Wien"),
    ("👩🏽\u{200d}💻👨\u{200d}👩\u{200d}👧🇧🇷 VIP", "Abu Dhabi – أبوظبي"),
];

#[test]
fn the_samples_are_the_sheets_that_the_function_makes_today() {
    let empty = Scene::new(chicago()).report();
    let (usual, hard) = (thursday().report(), hard_day());
    let samples = Language::ALL.map(|language| (language.tag(), sheet(&usual, language)));
    let others = [("empty", sheet(&empty, Language::En)), ("rtl-names", sheet(&hard, Language::En))];
    for (name, sheet) in samples.into_iter().chain(others) {
        let file: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "../../shared/report-pdf/samples", &format!("{name}.json")].iter().collect();
        let json = json(&sheet);
        if is_to_write() {
            std::fs::write(&file, &json).unwrap();
        }
        let is_new = std::fs::read_to_string(&file).is_ok_and(|known| known == json);
        assert!(is_new, "{} is not what the function makes: see the head of this file", file.display());
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever changes words asks for new samples")]
fn is_to_write() -> bool {
    std::env::var("SAMPLES").is_ok_and(|asked| asked == "write")
}

fn json(sheet: &Sheet) -> String {
    let mut json = Vec::new();
    let indented = serde_json::ser::PrettyFormatter::with_indent(b" ");
    sheet.serialize(&mut serde_json::Serializer::with_formatter(&mut json, indented)).unwrap();
    String::from_utf8(json).unwrap() + "\n"
}

/// A Sunday of 25 hours, six of which could not be read, in a month with gaps, after a day that is told again.
fn hard_day() -> Report {
    let company = "Internationale Kundendienstgesellschaft für Telekommunikationsdienstleistungen";
    let config = format!("[nightly-report]\ncompany = \"{company}\"\nzone = \"America/Chicago\"\n");
    let mut scene = Scene::on(settings(&config), LONG_DAY);
    let ids: Vec<String> = (0..NAMES.len()).map(|number| format!("{number:08}-0000")).collect();
    for (id, (name, group)) in ids.iter().zip(NAMES) {
        scene.queue(id, name, group);
    }
    for days in (1_i64..=59).chain(364..=393).filter(|days| days % 11 != 5) {
        let rows: Vec<_> = ids.iter().map(|id| (id.as_str(), 300, 236 + days.unsigned_abs() % 5 * 6, 300)).collect();
        scene.past_day(days, &rows);
    }
    // The first queue has nothing, the second collapses at ten, and the third is slow.
    for (number, id) in ids.iter().enumerate().skip(1) {
        for hour in 0_usize..25 {
            let busy = 2 + 12_u64.saturating_sub(hour.abs_diff(11) as u64);
            let collapses = number == 1 && (10..12).contains(&hour);
            let (in_time, late, lost) = if collapses { (1, busy, busy) } else { (busy, busy / 6, busy / 12) };
            let handle_seconds = if number == 2 { 750 } else { 300 + 20 * number as u64 };
            scene.many(Many { queue: id, hour, in_time, late, lost, handle_seconds, ..Many::default() });
        }
    }
    let mut day = scene.figures_only();
    day.take_names(&scene.names);
    // From 12:00 to 18:00 nothing could be read, and the agents not at all.
    for (from, to) in [(day.interval.from, scene.hour(13)), (scene.hour(19), day.interval.to)] {
        day.take_hours(Interval { from, to }, &scene.hour_rows(from, to)).unwrap();
    }
    let report = scene.report_of(&day);
    Report { restated: vec![restated()], ..report }
}

fn restated() -> Restated {
    let share = |part| Some(Value::Share(Share { part, whole: 10_000 }));
    let time = |sum_ms| Some(Value::Mean(Mean { sum_ms, count: 1 }));
    let revisions = vec![
        Revision { figure: Figure::ServiceLevel, first: share(8_123), now: share(7_996) },
        Revision { figure: Figure::HandleTime, first: time(412_000), now: time(437_000) },
    ];
    Restated { date: LONG_DAY.yesterday().unwrap(), is_final: true, revisions, queues: 3 }
}
