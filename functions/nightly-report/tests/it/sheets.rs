//! The figures in the PDF are those of the report: each is worked out here once more, from the report's own numbers, and
//! looked for in the cell where it belongs.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use nightly_report::calendar::Interval;
use nightly_report::rate::{Mean, Share};
use nightly_report::report::{Line, Report};
use nightly_report::restate::{Figure, Restated, Revision, Value};
use nightly_report::sheet::sheet;
use nightly_report::sums::Figures;
use nightly_report::targets::Verdict;
use nightly_report::trends::{Change, Trend};
use nightly_report::words::Language;
use report_pdf::sheet::{Heat, Span, Tone};
use report_pdf::{Paper, typeset};

use crate::centre::{chicago, thursday};
use crate::crowd;
use crate::layouts::order;
use crate::printed::{Printed, solid};
use crate::scene::{Many, Scene};

/// How a language writes numbers.
#[derive(Clone, Copy)]
struct Marks {
    thousands: &'static str,
    /// A number of fewer digits has none.
    digits: usize,
    decimal: &'static str,
    percent: &'static str,
}

fn marks(language: Language) -> Marks {
    let marks = |thousands, digits, decimal, percent| Marks { thousands, digits, decimal, percent };
    match language {
        Language::En => marks(",", 4, ".", "%"),
        Language::PtBr => marks(".", 4, ",", "%"),
        Language::Es => marks(".", 5, ",", "\u{a0}%"),
        Language::FrCa => marks("\u{a0}", 4, ",", "\u{a0}%"),
    }
}

impl Marks {
    fn count(self, number: u64) -> String {
        let digits = number.to_string();
        if digits.len() < self.digits {
            return digits;
        }
        let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8(group.to_vec()).unwrap());
        groups.collect::<Vec<_>>().join(self.thousands)
    }

    /// Thousandths, with one digit after the mark.
    fn tenths(self, thousandths: u64) -> String {
        format!("{}{}{}", self.count(thousandths / 10), self.decimal, thousandths % 10)
    }

    /// With one decimal; beside a target that it would look like and is not, with as many as it takes to differ.
    fn percent_beside(self, share: Share, target: Option<f64>) -> String {
        let target = target.filter(|target| *target != share.value());
        let shown = |digits: usize| {
            let scale = 100 * 10_u128.pow(u32::try_from(digits).unwrap());
            let (part, whole) = (u128::from(share.part), u128::from(share.whole));
            let all = (2 * part * scale + whole) / (2 * whole);
            (all, target.map(|target| format!("{:.digits$}", 100.0 * target).replace('.', "").parse::<u128>().unwrap()))
        };
        let digits = (1..7).find(|digits| Some(shown(*digits).0) != shown(*digits).1).unwrap();
        let all = format!("{:0>width$}", shown(digits).0, width = digits + 1);
        let (whole, rest) = all.split_at(all.len() - digits);
        format!("{}{}{rest}{}", self.count(whole.parse().unwrap()), self.decimal, self.percent)
    }

    fn percent(self, share: Share) -> String {
        self.percent_beside(share, None)
    }

    fn time_beside(self, mean: Mean, target: Option<u32>) -> String {
        let (sum, count) = (u128::from(mean.sum_ms), u128::from(mean.count));
        let target = target.map(u128::from).filter(|target| target * 1000 * count != sum);
        let shown = |digits: u32| (2 * sum * 10_u128.pow(digits) + 1000 * count) / (2000 * count);
        let differs = |digits: &u32| target.is_none_or(|target| target * 10_u128.pow(*digits) != shown(*digits));
        let digits = (0..7).find(differs).unwrap();
        let (seconds, rest) = (shown(digits) / 10_u128.pow(digits), shown(digits) % 10_u128.pow(digits));
        assert!(seconds < 3600, "the fixtures have no hour");
        let decimals = if digits == 0 {
            String::new()
        } else {
            format!("{}{rest:0width$}", self.decimal, width = digits as usize)
        };
        format!("{}:{:02}{decimals}", seconds / 60, seconds % 60)
    }

    fn time(self, mean: Mean) -> String {
        self.time_beside(mean, None)
    }

    fn change(self, thousandths: i64) -> String {
        let sign = ["−", "±", "+"][usize::try_from(thousandths.signum() + 1).unwrap()];
        format!("{sign}{}{}", self.tenths(thousandths.unsigned_abs()), self.percent)
    }
}

/// A figure, with the mark that it missed its target; a dash where there is none.
fn cell(figure: Option<String>, verdict: Option<Verdict>) -> String {
    let mark = if verdict == Some(Verdict::Missed) { "◆" } else { "" };
    solid(&figure.map_or_else(|| "–".to_owned(), |figure| format!("{mark}{figure}")))
}

fn rates(line: &Line, marks: Marks) -> [String; 4] {
    let Line { figures, verdicts, target, .. } = line;
    let percent = |share: Option<Share>, target| share.map(|share| marks.percent_beside(share, Some(target)));
    let handle_time = figures.handle_time.map(|mean| marks.time_beside(mean, Some(target.handle_seconds)));
    [
        cell(percent(figures.service_level, target.service_level), verdicts.service_level),
        cell(figures.answer_time.map(|mean| marks.time(mean)), None),
        cell(handle_time, verdicts.handle_time),
        cell(percent(figures.abandon_rate, target.abandon_rate), verdicts.abandon_rate),
    ]
}

fn count(number: Option<u64>, marks: Marks) -> String {
    cell(number.map(|number| marks.count(number)), None)
}

fn of_group(line: &Line, marks: Marks) -> Vec<String> {
    let mut cells = vec![count(line.figures.offered, marks)];
    cells.extend(rates(line, marks));
    cells.push(count(line.agents, marks));
    cells
}

fn of_queue(line: &Line, marks: Marks) -> Vec<String> {
    let change = cell(line.change.map(|change| marks.change(change)), None);
    [of_group(line, marks), vec![change]].concat()
}

fn of_medium(line: &Line, report: &Report, marks: Marks) -> Vec<String> {
    let share = line.figures.offered.zip(report.total.figures.offered);
    let share = share.map(|(part, whole)| marks.percent(Share { part, whole }));
    let mut cells = vec![count(line.figures.offered, marks), cell(share, None)];
    cells.extend(rates(line, marks));
    cells
}

/// The figures in the rows of a printed table, without its heads and names.
fn figures(table: &[Vec<String>]) -> Vec<Vec<String>> {
    let rows = table.iter().skip(1).map(|row| row.iter().skip(1).map(|cell| solid(cell)).collect());
    rows.collect()
}

fn printed(report: &Report, language: Language) -> Printed {
    let set = typeset(&order(report, language, Paper::A4)).unwrap();
    assert!(set.is_accessible && set.warnings.is_empty() && set.replaced == 0, "{:?}, {}", set.warnings, set.replaced);
    Printed::of(&set.pdf)
}

/// Both days in every language.
fn each(mut look_at: impl FnMut(&Report, &Printed, Language)) {
    for report in [thursday().report(), crowd::report(100)] {
        for language in Language::ALL {
            look_at(&report, &printed(&report, language), language);
        }
    }
}

#[test]
fn every_figure_and_every_name_in_the_pdf_is_the_reports_own_in_every_language() {
    each(|report, printed, language| {
        let marks = marks(language);
        let [strip, queues, groups, media, trends] = printed.tables.as_slice() else {
            panic!("{}", printed.tables.len())
        };
        // The whole comes first.
        let all: Vec<&Line> = [&report.total].into_iter().chain(&report.queues).collect();
        assert_eq!(figures(queues), all.iter().map(|line| of_queue(line, marks)).collect::<Vec<_>>());
        assert_eq!(figures(groups), report.groups.iter().map(|line| of_group(line, marks)).collect::<Vec<_>>());
        assert_eq!(figures(media), report.media.iter().map(|line| of_medium(line, report, marks)).collect::<Vec<_>>());
        assert_eq!(figures(strip), of_hours(report, marks));
        for (row, trend) in figures(trends).iter().zip(&report.trends) {
            compared(row, trend, marks);
        }
        let names = report.queues.iter().map(|line| line.name.as_deref().unwrap());
        for (name, row) in names.zip(&queues[2..]) {
            assert!(solid(&row[0]).starts_with(&solid(name)), "{name} is {}", row[0]);
        }
        for figure in large(report, marks) {
            assert!(printed.has(&figure), "{figure} is missing");
        }
    });
}

/// The rows of the strip: offered, in time, lost; the last two without their unit.
fn of_hours(report: &Report, marks: Marks) -> Vec<Vec<String>> {
    let plain = |share: Option<Share>, target| {
        share.map(|share| marks.percent_beside(share, Some(target)).trim_end_matches(marks.percent).to_owned())
    };
    let target = report.target;
    let row = |text: &dyn Fn(&Figures) -> Option<String>| {
        let hours = report.hours.iter().map(|hour| cell(hour.figures.as_ref().and_then(text), None));
        hours.collect::<Vec<_>>()
    };
    vec![
        row(&|figures| figures.offered.map(|offered| marks.count(offered))),
        row(&|figures| plain(figures.service_level, target.service_level)),
        row(&|figures| plain(figures.abandon_rate, target.abandon_rate)),
    ]
}

/// A row of the comparisons. Points and seconds are followed by their unit.
fn compared(row: &[String], trend: &Trend, marks: Marks) {
    let Change { offered, service_level, handle_time, answer_time, abandon_rate } = trend.change;
    if !trend.lacking.is_empty() {
        assert_eq!(row.len(), 1, "what is lacking, over all columns");
        return;
    }
    let sign = |number: i64| ["−", "±", "+"][usize::try_from(number.signum() + 1).unwrap()];
    let points = |change: Option<i64>| {
        cell(change.map(|change| format!("{}{}", sign(change), marks.tenths(change.unsigned_abs()))), None)
    };
    let seconds = |change: Option<i64>| {
        let time = |seconds: u64| format!("{}:{:02}", seconds / 60, seconds % 60);
        cell(change.map(|change| format!("{}{}", sign(change), time(change.unsigned_abs()))), None)
    };
    assert_eq!(row[0], cell(offered.map(|change| marks.change(change)), None));
    assert!(row[1].starts_with(&points(service_level)), "{row:?}");
    assert_eq!((row[2].as_str(), row[3].as_str()), (seconds(answer_time).as_str(), seconds(handle_time).as_str()));
    assert!(row[4].starts_with(&points(abandon_rate)), "{row:?}");
}

/// The large figures and those below them, and what stands in the charts: today, the highest and the lowest.
fn large(report: &Report, marks: Marks) -> Vec<String> {
    let figures = &report.total.figures;
    let counts = [figures.offered, figures.answered, figures.transferred, report.total.agents];
    let shares = [figures.service_level, figures.abandon_rate, figures.transfer_rate];
    let times = [figures.handle_time, figures.answer_time, figures.talk_time, figures.after_call_work];
    let highest = report.days.iter().filter_map(|day| day.figures?.offered).max();
    let counts = counts.into_iter().chain([highest]).flatten().map(|count| marks.count(count));
    let shares = shares.into_iter().flatten().map(|share| marks.percent(share));
    counts.chain(shares).chain(times.into_iter().flatten().map(|mean| marks.time(mean))).collect()
}

#[test]
fn a_picture_of_a_chart_says_the_days_in_numbers() {
    let report = crowd::report(12);
    let printed = printed(&report, Language::En);
    let said = sheet(&report, Language::En).charts.into_iter().map(|chart| chart.alt);
    assert_eq!(printed.pictures, said.collect::<Vec<_>>());
    assert_eq!(printed.pictures.len(), 3);
    let marks = marks(Language::En);
    let days = report.days.iter().filter_map(|day| day.figures?.offered);
    for number in [days.clone().min().unwrap(), days.max().unwrap(), report.total.figures.offered.unwrap()] {
        assert!(printed.pictures[1].contains(&marks.count(number)), "{number}: {}", printed.pictures[1]);
    }
}

/// A day on which the clocks are turned: 5 conversations in each hour but one.
fn turned(day: Date) -> Heat {
    let mut scene = Scene::on(chicago(), day);
    scene.queue("q", "Support", "Home");
    let hours = scene.zone().hours(day).len();
    for hour in 0..hours {
        scene.many(Many { hour, in_time: 5 * u64::from(hour != 4), late: u64::from(hour == 5), ..Many::default() });
    }
    sheet(&scene.report(), Language::En).hours.unwrap()
}

#[test]
fn t33_the_strip_has_the_hours_of_days_of_23_and_25_hours() {
    let labels = |heat: &Heat| heat.hours.iter().map(|hour| hour.label.clone()).collect::<Vec<_>>();
    let spring = turned(date(2026, 3, 8));
    assert_eq!((spring.hours.len(), &labels(&spring)[..3]), (23, &["00", "01", "03"].map(str::to_owned)[..]));
    assert_eq!(spring.note, "");
    let autumn = turned(date(2026, 11, 1));
    assert_eq!((autumn.hours.len(), &labels(&autumn)[..4]), (25, &["00", "01", "01*", "02"].map(str::to_owned)[..]));
    assert_eq!(autumn.note, "01*: 01:00 for the second time, after the clocks went back.");
}

#[test]
fn the_strip_is_dark_where_much_came_and_marks_what_was_missed() {
    let heat = turned(date(2026, 11, 26));
    let texts = |hour: usize| heat.hours[hour].cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>();
    assert_eq!(
        (texts(3), texts(4), texts(5)),
        (vec!["5", "100.0", "0.0"], vec!["0", "–", "–"], vec!["6", "83.3", "0.0"])
    );
    let shades: Vec<f64> = heat.hours.iter().map(|hour| (hour.cells[0].shade * 100.0).round()).collect();
    assert_eq!(shades[3..6], [83.0, 0.0, 100.0]);
    assert_eq!(heat.rows, ["Conversations", "In time, %", "Lost, %"]);
    assert_eq!(
        heat.alt,
        "The hour from 05:00 had most conversations: 6. The hour from 05:00 had fewest answers in time: 83.3%. No hour \
         missed the target."
    );
}

/// 79.96% beside a target of 80%, and 5.02% lost beside 5%: wherever they stand on paper, they do not look like it.
#[test]
fn what_just_misses_does_not_look_like_its_target_in_strip_chart_and_notice() {
    let mut report = thursday().report();
    let just = Figures {
        service_level: Some(Share { part: 7_996, whole: 10_000 }),
        abandon_rate: Some(Share { part: 502, whole: 10_000 }),
        handle_time: Some(Mean { sum_ms: 6_003_000, count: 10 }),
        ..report.total.figures
    };
    (report.hours[3].figures, report.hours[3].verdicts) = (Some(just), report.target.judge(&just));
    // Of the hours it is the worst now.
    report.hours.iter_mut().filter(|hour| hour.verdicts.service_level == Some(Verdict::Missed)).skip(1).for_each(
        |hour| {
            hour.figures = None;
        },
    );
    let today = report.days.last_mut().unwrap();
    (today.figures, today.verdicts) = (Some(just), report.target.judge(&just));
    let changed = |figure, now| Revision { figure, first: None, now: Some(now) };
    report.restated = vec![Restated {
        date: date(2026, 11, 25),
        is_final: true,
        revisions: vec![
            changed(Figure::ServiceLevel, Value::Share(just.service_level.unwrap())),
            changed(Figure::AbandonRate, Value::Share(just.abandon_rate.unwrap())),
            changed(Figure::HandleTime, Value::Mean(just.handle_time.unwrap())),
        ],
        queues: 0,
    }];
    let sheet = sheet(&report, Language::PtBr);
    let heat = sheet.hours.unwrap();
    let told: Vec<(&str, Tone)> = heat.hours[3].cells.iter().map(|cell| (cell.text.as_str(), cell.tone)).collect();
    assert_eq!(told[1..], [("79,96", Tone::Missed), ("5,02", Tone::Missed)]);
    assert!(heat.alt.contains("79,96%"), "{}", heat.alt);
    for chart in &sheet.charts {
        assert_eq!(chart.points.last().unwrap().level_text, "79,96%");
    }
    for told in ["79,96%", "5,02%", "10:00,3"] {
        assert!(sheet.notices[0].text.contains(told), "{}", sheet.notices[0].text);
    }
}

#[test]
fn an_hour_that_was_not_read_is_a_dash_and_no_zero() {
    let scene = thursday();
    let mut day = scene.figures_only();
    let morning = Interval { from: day.interval.from, to: day.interval.from + SignedDuration::from_hours(12) };
    day.take_hours(morning, &scene.hour_rows(morning.from, morning.to)).unwrap();
    let heat = sheet(&scene.report_of(&day), Language::En).hours.unwrap();
    assert_eq!(heat.hours.iter().filter(|hour| hour.is_known).count(), 12);
    assert!(heat.hours[12..].iter().flat_map(|hour| &hour.cells).all(|cell| cell.text == "–"));
    assert!(heat.note.starts_with("12 hours could not be read.") && heat.alt.ends_with("12 hours could not be read."));
}

#[test]
fn hours_with_ten_thousand_conversations_are_told_in_thousands() {
    let mut scene = Scene::new(chicago());
    scene.queue("q", "Support", "Home");
    let mut report = scene.report();
    for (hour, offered) in report.hours.iter_mut().zip([9_949, 9_950, 12_345, 0]) {
        hour.figures = Some(Figures { offered: Some(offered), ..Figures::default() });
    }
    let heat = sheet(&report, Language::PtBr).hours.unwrap();
    let texts: Vec<&str> = heat.hours[..4].iter().map(|hour| hour.cells[0].text.as_str()).collect();
    assert_eq!((texts.as_slice(), heat.rows[0].as_str()), (&["9,9", "10,0", "12,3", "0,0"][..], "Conversas, milhares"));
}

#[test]
fn names_carry_their_direction_and_a_group_alone_is_no_table() {
    let mut scene = Scene::new(chicago());
    scene.queue("a", "24/7 תמיכה Support", "").queue("b", "Support תמיכה", "");
    scene.many(Many { queue: "a", late: 30, ..Many::default() }).many(Many {
        queue: "b",
        in_time: 1,
        ..Many::default()
    });
    let sheet = sheet(&scene.report(), Language::En);
    let tables: Vec<&str> = sheet.tables.iter().map(|table| table.id.as_str()).collect();
    assert_eq!(tables, ["queues", "media"]);
    let row = |at: usize| (sheet.tables[0].rows[at].name.text.as_str(), sheet.tables[0].rows[at].name.is_rtl);
    assert_eq!((row(0), row(1)), (("24/7 תמיכה Support", true), ("Support תמיכה", false)));
    assert_eq!(sheet.tables[0].rows[0].note, "1 target missed");
    assert!(sheet.summary.iter().flatten().any(|span| matches!(span, Span::Name(name) if name.is_rtl)));
}

#[test]
fn an_organisation_without_anything_is_a_sheet_without_charts() {
    let sheet = sheet(&Scene::new(chicago()).report(), Language::FrCa);
    assert!(sheet.charts.is_empty() && sheet.hours.is_none());
    assert!(sheet.tables.is_empty() && sheet.trends.rows.len() == 6);
}
