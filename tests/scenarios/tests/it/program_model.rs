//! What the sync promises, as a model so small that it can be read in one go: maps of people, and one rule each.
//!
//! It knows no requests, no batches, no watermark and no state table. A run that was killed and run again is one run.

use std::collections::{BTreeMap, BTreeSet};

/// The fields that both sides have, in the order of [`Person`]'s values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    First,
    Last,
    Email,
    Phone,
    Mobile,
}

/// Values by field; an empty field is not there.
pub type Person = BTreeMap<Field, &'static str>;

/// As many external ids as Genesys takes: one more is refused.
pub const OTHER_IDS_MAX: usize = 10;

/// A Genesys contact.
#[derive(Clone, Debug, Default)]
pub struct Card {
    pub person: Person,
    /// The Salesforce contact whose id it carries.
    pub of: Option<usize>,
    /// External ids of other systems.
    pub other_ids: usize,
    /// Somebody deleted it in Genesys.
    pub is_deleted: bool,
}

/// What the sync remembers about one Salesforce contact.
#[derive(Clone, Debug)]
enum Memory {
    Linked {
        card: usize,
        agreed: Person,
    },
    /// Set aside with this content, for a person to decide between these cards.
    InReview {
        content: Person,
        cards: BTreeSet<usize>,
    },
    /// Refused by Genesys with this content.
    Quarantined {
        content: Person,
    },
}

/// Both sides and the memory between them. Contacts and cards are named by their place.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub salesforce: Vec<Person>,
    pub cards: Vec<Card>,
    memory: BTreeMap<usize, Memory>,
}

/// What a run has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub created: u64,
    pub updated: u64,
}

impl Model {
    /// A run of the sync over everything that has changed.
    pub fn run(&mut self) -> Done {
        let mut done = Done::default();
        let unlinked: Vec<usize> = (0..self.salesforce.len()).filter(|id| self.has_to_be_matched(*id)).collect();
        let found: BTreeMap<usize, BTreeSet<usize>> = unlinked.iter().map(|id| (*id, self.candidates(*id))).collect();
        let reserved: BTreeSet<usize> = self.reserved(&unlinked);
        for (id, cards) in &found {
            let claimed_by_others =
                |card: &usize| found.iter().any(|(other, cards)| other != id && cards.contains(card));
            let is_free = |card: &usize| !claimed_by_others(card) && !reserved.contains(card);
            match cards.first() {
                None => done.created += self.create(*id),
                Some(card) if cards.len() == 1 && is_free(card) => done.updated += self.link(*id, *card),
                Some(_) => self.set_aside_for_review(*id, cards.clone()),
            }
        }
        for id in (0..self.salesforce.len()).filter(|id| !unlinked.contains(id)) {
            done.updated += self.carry_over(id);
        }
        done
    }

    /// Contacts without a link, except those that are set aside and have not changed since.
    fn has_to_be_matched(&self, id: usize) -> bool {
        match self.memory.get(&id) {
            None => true,
            Some(Memory::Linked { .. }) => false,
            Some(Memory::InReview { content, .. } | Memory::Quarantined { content }) => *content != self.salesforce[id],
        }
    }

    /// The cards of nobody with the same e-mail address; where there are none, those with the same number.
    fn candidates(&self, id: usize) -> BTreeSet<usize> {
        let person = &self.salesforce[id];
        let free = |card: &Card| card.of.is_none() && !card.is_deleted;
        let carriers = |fields: &[Field]| -> BTreeSet<usize> {
            let wanted: BTreeSet<_> = fields.iter().filter_map(|field| person.get(field)).collect();
            let has =
                |card: &Card| fields.iter().any(|field| card.person.get(field).is_some_and(|v| wanted.contains(v)));
            (0..self.cards.len()).filter(|card| free(&self.cards[*card]) && has(&self.cards[*card])).collect()
        };
        let by_email = carriers(&[Field::Email]);
        if by_email.is_empty() { carriers(&[Field::Phone, Field::Mobile]) } else { by_email }
    }

    /// Cards about which a person has not decided yet.
    fn reserved(&self, replanned: &[usize]) -> BTreeSet<usize> {
        let open = self.memory.iter().filter(|(id, _)| !replanned.contains(id));
        let cards = open.filter_map(|(_, memory)| match memory {
            Memory::InReview { cards, .. } => Some(cards),
            _ => None,
        });
        cards.flatten().copied().collect()
    }

    fn create(&mut self, id: usize) -> u64 {
        let person = self.salesforce[id].clone();
        self.cards.push(Card { person: person.clone(), of: Some(id), ..Card::default() });
        self.memory.insert(id, Memory::Linked { card: self.cards.len() - 1, agreed: person });
        1
    }

    /// The card gets the contact's id and its values; what Salesforce does not know stays.
    fn link(&mut self, id: usize, card: usize) -> u64 {
        let content = self.salesforce[id].clone();
        if self.cards[card].other_ids >= OTHER_IDS_MAX {
            self.memory.insert(id, Memory::Quarantined { content });
            return 0;
        }
        self.cards[card].of = Some(id);
        self.cards[card].person.extend(content.clone());
        self.memory.insert(id, Memory::Linked { card, agreed: content });
        1
    }

    fn set_aside_for_review(&mut self, id: usize, cards: BTreeSet<usize>) {
        self.memory.insert(id, Memory::InReview { content: self.salesforce[id].clone(), cards });
    }

    /// Fields that differ from what was agreed are carried over, and no others; one that became empty is emptied.
    fn carry_over(&mut self, id: usize) -> u64 {
        let person = self.salesforce[id].clone();
        let Some(Memory::Linked { card, agreed }) = self.memory.get_mut(&id) else { return 0 };
        if *agreed == person {
            return 0;
        }
        if self.cards[*card].is_deleted {
            self.cards.push(Card { person: person.clone(), of: Some(id), ..Card::default() });
            *card = self.cards.len() - 1;
        } else {
            let values = &mut self.cards[*card].person;
            let changed = person.iter().filter(|(field, value)| agreed.get(field) != Some(value));
            values.extend(changed.map(|(field, value)| (*field, *value)));
            values.retain(|field, _| person.contains_key(field) || !agreed.contains_key(field));
        }
        *agreed = person;
        1
    }

    /// Contacts that wait for a person's decision, and contacts that Genesys refused.
    pub fn set_aside(&self) -> (BTreeSet<usize>, BTreeSet<usize>) {
        let of = |wanted: fn(&Memory) -> bool| {
            self.memory.iter().filter(|(_, memory)| wanted(memory)).map(|(id, _)| *id).collect::<BTreeSet<_>>()
        };
        (of(|m| matches!(m, Memory::InReview { .. })), of(|m| matches!(m, Memory::Quarantined { .. })))
    }
}
