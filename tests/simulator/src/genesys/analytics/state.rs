//! All conversations of one organisation, by the day they began.
//!
//! Thirteen months are searched for one day's figures, so conversations lie in a drawer for each day, and the longest
//! of all says how many earlier drawers may reach into an interval.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::conversation::{Conversation, Given, NOBODY};

const DAY_MS: i64 = 86_400_000;

/// Names that are kept once and known by number.
#[derive(Default)]
pub(crate) struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return NOBODY };
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(NOBODY);
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub(crate) fn name(&self, number: u32) -> Option<&str> {
        self.names.get(usize::try_from(number).ok()?).map(String::as_str)
    }
}

#[derive(Default)]
pub(crate) struct Conversations {
    /// By days of UTC since 1970.
    days: BTreeMap<i64, Vec<Conversation>>,
    pub(crate) queues: Names,
    pub(crate) users: Names,
    longest_ms: i64,
}

impl Conversations {
    /// Keeps one; `service_level_ms` is what its queue says where it says nothing itself.
    pub(crate) fn insert(&mut self, given: &Given, service_level_ms: u32) {
        let conversation = Conversation {
            start_ms: given.start.as_millisecond(),
            visible_from_ms: given.visible_from.map_or(i64::MIN, Timestamp::as_millisecond),
            queue: self.queues.number(given.queue.as_deref()),
            user: self.users.number(given.user.as_deref()),
            wait_ms: given.wait_ms,
            talk_ms: given.talk_ms,
            held_ms: given.held_ms,
            acw_ms: given.acw_ms,
            service_level_ms: given.service_level_ms.unwrap_or(service_level_ms),
            media: given.media,
            direction: given.direction,
            outcome: given.outcome,
            transferred: given.transferred,
        };
        self.longest_ms = self.longest_ms.max(conversation.end_ms() - conversation.start_ms);
        self.days.entry(conversation.start_ms.div_euclid(DAY_MS)).or_default().push(conversation);
    }

    pub(crate) fn len(&self) -> usize {
        self.days.values().map(Vec::len).sum()
    }

    /// Those that began in an interval.
    pub(crate) fn begun_in(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &Conversation> {
        let days = from_ms.div_euclid(DAY_MS)..=to_ms.div_euclid(DAY_MS).max(from_ms.div_euclid(DAY_MS));
        let conversations = self.days.range(days).flat_map(|(_, conversations)| conversations);
        conversations.filter(move |conversation| (from_ms..to_ms).contains(&conversation.start_ms))
    }

    /// Those of which something may have happened in an interval.
    pub(crate) fn touching(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &Conversation> {
        self.begun_in(from_ms.saturating_sub(self.longest_ms), to_ms)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Conversation> {
        self.days.values().flatten()
    }

    /// Those that began in the 24 hours up to the last one.
    pub(crate) fn last_day(&self) -> impl Iterator<Item = &Conversation> {
        let last = self.days.last_key_value().and_then(|(_, last)| last.iter().map(|one| one.start_ms).max());
        let end_ms = last.map_or(i64::MIN, |last_ms| last_ms + 1);
        self.begun_in(end_ms.saturating_sub(DAY_MS), end_ms)
    }
}
