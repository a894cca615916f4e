//! What stands in a chart and what it says of itself, day by day.

use jiff::civil::{Date, date};
use report_pdf::sheet::Tone;

use super::*;
use crate::rate::Share;
use crate::targets::Target;
use crate::words::Language;

const TODAY: Date = date(2026, 11, 26);

/// A day so many days before today: offered, and percent in time. `None`: not known.
fn day(back: i64, figures: Option<(u64, Option<u64>)>) -> DayLine {
    let figures = figures.map(|(offered, percent)| Figures {
        offered: Some(offered),
        service_level: percent.map(|part| Share { part, whole: 100 }),
        ..Figures::default()
    });
    let target = Target { service_level: 0.8, handle_seconds: 600, abandon_rate: 0.05 };
    let verdicts = figures.map(|figures| target.judge(&figures)).unwrap_or_default();
    DayLine { date: TODAY.saturating_sub(jiff::Span::new().days(back)), figures, verdicts }
}

fn days(figures: &[Option<(u64, Option<u64>)>]) -> Vec<DayLine> {
    let many = i64::try_from(figures.len()).unwrap_or(0);
    (0..many).rev().zip(figures).map(|(back, figures)| day(back, *figures)).collect()
}

fn drawn(stretch: Stretch, days: &[DayLine], before: &[DayLine]) -> Chart {
    Drawing::of(stretch, days, before, 0.8).chart(Words::of(Language::En))
}

fn texts(chart: &Chart, text: impl Fn(&ChartPoint) -> &str) -> Vec<&str> {
    chart.points.iter().map(text).collect()
}

#[test]
fn a_week_shows_today_the_highest_and_the_lowest() {
    let week = days(&[
        Some((5_695, Some(79))),
        Some((5_212, Some(87))),
        Some((1_449, Some(91))),
        None,
        Some((5_019, None)),
        Some((4_818, Some(86))),
        Some((4_746, Some(85))),
    ]);
    let chart = drawn(Stretch::Week, &week, &[]);
    assert_eq!(texts(&chart, |point| &point.label), ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]);
    assert_eq!(texts(&chart, |point| &point.offered_text), ["5,695", "", "", "", "", "", "4,746"]);
    assert_eq!(texts(&chart, |point| &point.level_text), ["79.0%", "", "", "", "", "", "85.0%"]);
    assert_eq!((chart.points[3].offered, chart.points[3].level), (None, None), "a gap, and no zero");
    assert_eq!((chart.points[4].offered.is_some(), chart.points[4].level), (true, None));
    assert_eq!(
        (chart.points[0].tone, chart.points[6].tone, chart.points[4].tone),
        (Tone::Missed, Tone::Met, Tone::Plain)
    );
    assert!(chart.points[6].is_today && !chart.points[5].is_today);
    let marks = |axis: &Axis| axis.ticks.iter().map(|mark| mark.text.clone()).collect::<Vec<_>>();
    assert_eq!(marks(&chart.left), ["0", "2,000", "4,000", "6,000"]);
    assert_eq!(marks(&chart.right), ["70", "80", "90", "100"]);
    assert_eq!(
        chart.alt,
        "From Fri 20 Nov to Thu 26 Nov: between 1,449 and 5,695 conversations a day, 4,746 on the last day. Between 79.0% \
         and 91.0% were answered in time; 1 day missed the target of 80%. 1 day has no figures."
    );
}

#[test]
fn a_label_beside_todays_gives_way_unless_it_stands_well_above_or_below() {
    let chart =
        |yesterday| drawn(Stretch::Week, &days(&[Some((10, None)), Some((yesterday, None)), Some((100, None))]), &[]);
    assert_eq!(texts(&chart(105), |point| &point.offered_text), ["", "", "100"]);
    assert_eq!(texts(&chart(180), |point| &point.offered_text), ["", "180", "100"]);
}

#[test]
fn thirty_days_without_a_conversation_are_drawn_on_an_axis_with_a_top() {
    let chart = drawn(Stretch::Month, &days(&[Some((0, None)); 30]), &[]);
    assert_eq!(chart.left.ticks.iter().map(|mark| mark.text.as_str()).collect::<Vec<_>>(), ["0", "1"]);
    assert!(chart.points.iter().all(|point| point.offered.is_some_and(|at| at < 1e-9) && point.level.is_none()));
    assert_eq!(chart.alt, "From Wed 28 Oct to Thu 26 Nov: between 0 and 0 conversations a day, 0 on the last day.");
}

#[test]
fn a_month_is_labelled_below_the_weekday_of_today() {
    let chart = drawn(Stretch::Month, &days(&[Some((7, Some(90))); 30]), &[]);
    let labels: Vec<&str> = texts(&chart, |point| &point.label).into_iter().filter(|label| !label.is_empty()).collect();
    assert_eq!(labels, ["29 Oct", "5 Nov", "12 Nov", "19 Nov", "26 Nov"]);
}

#[test]
fn a_year_compares_the_days_that_both_know() {
    let now = days(&[Some((100, Some(90))), None, Some((300, Some(85)))]);
    let before = days(&[Some((200, Some(70))), Some((50, None)), None]);
    let chart = drawn(Stretch::Year, &now, &before);
    assert_eq!(
        chart.points.iter().map(|point| point.offered_before.is_some()).collect::<Vec<_>>(),
        [true, true, false]
    );
    assert!(chart.alt.contains("On 1 day that is known of both years: 100 conversations, and 200 52 weeks before."));
    assert!(chart.alt.ends_with("2 days have no figures."), "{}", chart.alt);
    assert_eq!(chart.legend.len(), 5);
    assert_eq!(chart.right.ticks[0].text, "50", "the year before has room too");
}

#[test]
fn what_compares_with_nothing_is_not_drawn() {
    let is_worth_it =
        |stretch, days: &[DayLine], before: &[DayLine]| Drawing::of(stretch, days, before, 0.8).is_worth_it();
    let (one, two) = (days(&[None, Some((5, None))]), days(&[Some((5, None)), Some((5, None))]));
    assert_eq!((is_worth_it(Stretch::Week, &one, &[]), is_worth_it(Stretch::Week, &two, &[])), (false, true));
    assert!(!is_worth_it(Stretch::Year, &two, &days(&[None, None])));
    assert!(is_worth_it(Stretch::Year, &two, &one));
}
