//! Alert `volume_unusual`: far more or far less came to a queue than ever on this weekday.
//!
//! Rests on the same weekday of the last four weeks: at least three of them known, at least fifty conversations on each. Far
//! more is above one and a half times the highest of them, far less below two thirds of the lowest.

use super::{Facts, WEEKS_MIN, number};
use crate::figures::QueueFigures;
use crate::finding::{Finding, Found, Kind};

pub(super) const NAME: &str = "volume_unusual";

/// Below so many conversations a day, half as many again are chance.
const OFFERED_MIN: u64 = 50;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    facts.each_queue(|queue| unusual(facts, queue))
}

fn unusual(facts: &Facts<'_>, queue: &QueueFigures) -> Option<Finding> {
    let offered = queue.sums.offered.filter(|offered| *offered > 0)?;
    let weeks: Vec<u64> = facts.past.weekdays(&queue.id).iter().map(|sums| sums.offered.unwrap_or(0)).collect();
    let (lowest, highest) = (weeks.iter().min().copied()?, weeks.iter().max().copied()?);
    if weeks.len() < WEEKS_MIN || lowest < OFFERED_MIN {
        return None;
    }
    let is_more = 2 * offered > 3 * highest;
    if !is_more && 3 * offered >= 2 * lowest {
        return None;
    }
    let usual = number(weeks.iter().sum()) / number(weeks.len() as u64);
    let found = Found::VolumeUnusual { offered, is_more, weeks };
    Some(Finding::about(queue, Kind::Alert, (number(offered) - usual).abs(), found))
}
