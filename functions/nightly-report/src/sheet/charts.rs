//! The last days as charts: what came as bars, what was answered in time as a line over them.
//!
//! A day that the archive lacks has neither bar nor point, and is never drawn as zero. Only the figures that a reader looks
//! for stand in the picture: today's, the highest bar and the lowest point.

mod labels;
mod told;

use report_pdf::sheet::{Axis, Chart, ChartPoint, Key, Mark, Series};

use super::scale::{Counts, Shares};
use super::tone;
use crate::report::{DayLine, Report};
use crate::sums::Figures;
use crate::words::Words;
use labels::Labels;

/// Days of the short chart.
const WEEK: usize = 7;
/// Days from one label below a longer chart to the next: all stand below the weekday of today.
const LABEL_EVERY: usize = 7;

/// The charts in which there is something to see.
pub(super) fn charts(report: &Report, words: &Words) -> Vec<Chart> {
    let week = &report.days[report.days.len().saturating_sub(WEEK)..];
    let target = report.target.service_level;
    let all = [
        Drawing::of(Stretch::Week, week, &[], target),
        Drawing::of(Stretch::Month, &report.days, &[], target),
        Drawing::of(Stretch::Year, &report.days, &report.days_before, target),
    ];
    all.iter().filter(|drawing| drawing.is_worth_it()).map(|drawing| drawing.chart(words)).collect()
}

/// Which days a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch {
    Week,
    Month,
    /// Thirty days, and those 52 weeks before.
    Year,
}

/// A chart before it has words.
struct Drawing<'a> {
    stretch: Stretch,
    days: &'a [DayLine],
    before: &'a [DayLine],
    target: f64,
    counts: Counts,
    shares: Shares,
}

impl<'a> Drawing<'a> {
    fn of(stretch: Stretch, days: &'a [DayLine], before: &'a [DayLine], target: f64) -> Self {
        let known = || days.iter().chain(before).filter_map(|day| day.figures.as_ref());
        let counts = Counts::of(known().map(offered).max().unwrap_or(0));
        let shares = Shares::of(known().filter_map(level).chain([target]));
        Self { stretch, days, before, target, counts, shares }
    }

    /// One bar alone compares with nothing.
    fn is_worth_it(&self) -> bool {
        let known = |days: &[DayLine]| days.iter().filter(|day| day.figures.is_some()).count();
        match self.stretch {
            Stretch::Week | Stretch::Month => known(self.days) > 1,
            Stretch::Year => known(self.before) > 0,
        }
    }

    fn chart(&self, words: &Words) -> Chart {
        let labels = Labels::of(self);
        let share_mark = |(at, percent): (f64, u8)| Mark { at, text: words.count(percent.into()) };
        let count_mark = |(at, count)| Mark { at, text: words.count(count) };
        Chart {
            title: words.text(match self.stretch {
                Stretch::Week => "chart-week",
                Stretch::Month => "chart-month",
                Stretch::Year => "chart-year",
            }),
            alt: told::alt(self, words),
            left: Axis { title: words.text("card-offered"), ticks: self.counts.marks().map(count_mark).collect() },
            right: Axis {
                title: words.text("axis-service-level"),
                ticks: self.shares.marks().map(share_mark).collect(),
            },
            target: Some(Mark {
                at: self.shares.at(self.target),
                text: format!("≥\u{a0}{}", words.percent_of(self.target)),
            }),
            points: (0..self.days.len()).map(|at| self.point(at, &labels, words)).collect(),
            legend: self.legend(words),
        }
    }

    fn point(&self, at: usize, labels: &Labels, words: &Words) -> ChartPoint {
        let day = &self.days[at];
        let figures = day.figures.as_ref();
        let before = self.before.get(at).and_then(|day| day.figures.as_ref());
        let height = |figures: &Figures| self.counts.at(offered(figures));
        let place = |figures: &Figures| level(figures).map(|share| self.shares.at(share));
        let offered_text = figures.map(|figures| words.count(offered(figures)));
        let share = figures.and_then(|figures| figures.service_level);
        let level_text = share.map(|share| words.percent_beside(share, self.target));
        ChartPoint {
            label: self.day_label(at, words),
            offered: figures.map(height),
            offered_before: before.map(height),
            level: figures.and_then(place),
            level_before: before.and_then(place),
            offered_text: offered_text.filter(|_| labels.bars.contains(&at)).unwrap_or_default(),
            level_text: level_text.filter(|_| labels.points.contains(&at)).unwrap_or_default(),
            tone: tone(day.verdicts.service_level),
            is_today: at + 1 == self.days.len(),
        }
    }

    /// What stands below a day.
    fn day_label(&self, at: usize, words: &Words) -> String {
        let date = self.days[at].date;
        let until_today = self.days.len() - 1 - at;
        match self.stretch {
            Stretch::Week => words.weekday_short(date),
            _ if until_today.is_multiple_of(LABEL_EVERY) => words.day_month(date),
            _ => String::new(),
        }
    }

    fn legend(&self, words: &Words) -> Vec<Key> {
        let all = [
            (Series::Offered, "key-offered"),
            (Series::OfferedBefore, "key-offered-before"),
            (Series::Level, "key-service-level"),
            (Series::LevelBefore, "key-service-level-before"),
        ];
        let is_drawn =
            |series| self.stretch == Stretch::Year || !matches!(series, Series::OfferedBefore | Series::LevelBefore);
        let drawn = all.into_iter().filter(|(series, _)| is_drawn(*series));
        let keys = drawn.map(|(series, message)| Key { series, text: words.text(message) });
        keys.chain([Key { series: Series::Target, text: self.target(words) }]).collect()
    }

    fn target(&self, words: &Words) -> String {
        words.fill("target-at-least", &[("target", words.percent_of(self.target).into())])
    }
}

/// On a day that is known, what is not told did not happen.
fn offered(figures: &Figures) -> u64 {
    figures.offered.unwrap_or(0)
}

fn level(figures: &Figures) -> Option<f64> {
    figures.service_level.map(crate::rate::Share::value)
}

#[cfg(test)]
mod tests;
