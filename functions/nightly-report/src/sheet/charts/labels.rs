//! Which days of a chart carry their figures: today, the highest bar, the lowest point.

use super::{Drawing, level, offered};
use crate::sums::Figures;

/// So close to today there is no room for a second label beside today's, unless one stands well above the other.
const DAYS_APART: usize = 2;
/// Part of the axis between two labels of which one stands well above the other.
const HEIGHTS_APART: f64 = 0.15;

/// The days by their place in the chart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Labels {
    pub(super) bars: Vec<usize>,
    pub(super) points: Vec<usize>,
}

impl Labels {
    pub(super) fn of(drawing: &Drawing<'_>) -> Self {
        let heights = places(drawing, |figures| Some(drawing.counts.at(offered(figures))));
        let levels = places(drawing, |figures| level(figures).map(|share| drawing.shares.at(share)));
        let highest = heights.iter().copied().max_by(|one, other| one.1.total_cmp(&other.1));
        let lowest = levels.iter().copied().rev().min_by(|one, other| one.1.total_cmp(&other.1));
        let today = drawing.days.len().saturating_sub(1);
        Self { bars: with_today(today, &heights, highest), points: with_today(today, &levels, lowest) }
    }
}

/// A day's place in the chart, and its place on the axis.
type Place = (usize, f64);

fn places(drawing: &Drawing<'_>, height: impl Fn(&Figures) -> Option<f64>) -> Vec<Place> {
    let days = drawing.days.iter().enumerate();
    days.filter_map(|(at, day)| Some((at, height(day.figures.as_ref()?)?))).collect()
}

fn with_today(today: usize, places: &[Place], special: Option<Place>) -> Vec<usize> {
    let now = places.last().copied().filter(|(at, _)| *at == today);
    let has_room = |(at, height): &Place| {
        now.is_none_or(|(_, today_height)| {
            at + DAYS_APART < today || (*at != today && (height - today_height).abs() > HEIGHTS_APART)
        })
    };
    special.filter(has_room).into_iter().chain(now).map(|(at, _)| at).collect()
}
