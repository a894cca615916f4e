//! Recommendation `short_abandons_decide`: the abandon target is missed only because of people who hung up at once.
//!
//! Rests on the conversations offered in all, at least twenty: above the target with short abandons, not above it without.
//! Silent where the configuration leaves short abandons out already.

use super::{CONVERSATIONS_MIN, Facts, number};
use crate::finding::{Finding, Found, Kind};
use crate::settings::Abandons;

pub(super) const NAME: &str = "short_abandons_decide";

pub(super) fn find(facts: &Facts<'_>) -> Vec<Finding> {
    decide(facts).into_iter().collect()
}

fn decide(facts: &Facts<'_>) -> Option<Finding> {
    if facts.settings.abandons == Abandons::WithoutShort {
        return None;
    }
    let total = &facts.figures.total;
    let (with, without) =
        (total.figures(Abandons::All).abandon_rate?, total.figures(Abandons::WithoutShort).abandon_rate?);
    let target = facts.settings.targets.general.abandon_rate;
    if with.whole < CONVERSATIONS_MIN || with.value() <= target || without.value() > target {
        return None;
    }
    let weight = number(with.part - without.part);
    Some(Finding::general(Kind::Recommendation, weight, Found::ShortAbandonsDecide { with, without, target }))
}
