//! Adding up: every fact goes into one group and one part of the interval, so parts and groups add up to the whole.

use std::collections::BTreeMap;

use super::buckets::Buckets;
use super::conversation::{Direction, Media, NOBODY};
use super::facts::{Fact, Metric, tell};
use super::query::{Dimension, Query};
use super::state::Conversations;
use crate::settings::ServiceLevelCounts;

/// What was asked, beside the question itself.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) now_ms: i64,
    pub(super) counts: ServiceLevelCounts,
    /// Whether groups carry the medium although nobody asked for it.
    pub(super) media_always: bool,
}

/// One group. What was not asked for, and what the conversation does not have, is absent.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Group {
    pub(super) queue: Option<u32>,
    pub(super) media: Option<Media>,
    pub(super) user: Option<u32>,
    pub(super) direction: Option<Direction>,
}

/// A metric of one group in one part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) sum: u64,
    pub(super) min: u64,
    pub(super) max: u64,
}

/// Parts by number, metrics by name; what did not happen is absent.
pub(super) type Parts = BTreeMap<usize, BTreeMap<Metric, Tally>>;

/// All groups.
pub(super) fn add_up(
    conversations: &Conversations,
    query: &Query,
    buckets: &Buckets,
    terms: Terms,
) -> BTreeMap<Group, Parts> {
    let asks_for = |dimension| query.group_by.contains(&dimension);
    let by_media = terms.media_always || asks_for(Dimension::Media);
    let mut groups: BTreeMap<Group, Parts> = BTreeMap::new();
    let mut wanted = query.metrics.clone();
    wanted.sort_unstable();
    for conversation in conversations.touching(query.from.as_millisecond(), query.to.as_millisecond()) {
        if conversation.visible_from_ms > terms.now_ms {
            continue;
        }
        tell(conversation, terms.counts, |fact| {
            if fact.at_ms > terms.now_ms || wanted.binary_search(&fact.metric).is_err() {
                return;
            }
            let Some(part) = buckets.holding(fact.at_ms) else { return };
            let somebody = |number: u32| (number != NOBODY).then_some(number);
            let group = Group {
                queue: somebody(conversation.queue).filter(|_| asks_for(Dimension::Queue)),
                media: by_media.then_some(conversation.media),
                user: somebody(fact.user).filter(|_| asks_for(Dimension::User)),
                direction: asks_for(Dimension::Direction).then_some(conversation.direction),
            };
            note(groups.entry(group).or_default().entry(part).or_default(), fact);
        });
    }
    groups
}

fn note(metrics: &mut BTreeMap<Metric, Tally>, fact: Fact) {
    let tally = metrics.entry(fact.metric).or_insert(Tally { count: 0, sum: 0, min: u64::MAX, max: 0 });
    tally.count += 1;
    tally.sum += fact.value;
    tally.min = tally.min.min(fact.value);
    tally.max = tally.max.max(fact.value);
}
