//! The contacts that the scan of Genesys has shown: sixteen bytes each.
//!
//! The set lives in the process. A run that goes on in another one has none, and then asks for each linked contact by
//! id instead: slower, and right.

use std::sync::{Mutex, PoisonError};

/// Characters of a Salesforce id that tell contacts apart; the other three are a checksum.
const ID_CHARS: usize = 15;

/// The contacts that one run has seen.
#[derive(Debug, Default)]
pub struct Seen(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    run: String,
    ids: Vec<u128>,
    is_sorted: bool,
}

impl Seen {
    /// The scan of `run` begins: whatever was known is forgotten.
    pub fn begin(&self, run: &str) {
        *self.open() = Contents { run: run.to_owned(), ..Contents::default() };
    }

    /// `salesforce_id` was seen by `run`. Nothing is kept for a run that began elsewhere.
    pub fn add(&self, run: &str, salesforce_id: &str) {
        let mut contents = self.open();
        if contents.run == run {
            contents.ids.extend(packed(salesforce_id));
            contents.is_sorted = false;
        }
    }

    /// Whether `run` has seen `salesforce_id`. No: ask Genesys.
    pub fn has(&self, run: &str, salesforce_id: &str) -> bool {
        let mut contents = self.open();
        if contents.run != run {
            return false;
        }
        if !contents.is_sorted {
            contents.ids.sort_unstable();
            contents.is_sorted = true;
        }
        packed(salesforce_id).is_some_and(|id| contents.ids.binary_search(&id).is_ok())
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Contents> {
        // A panic while the set was open leaves ids in it, each of them seen.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn packed(salesforce_id: &str) -> Option<u128> {
    let characters = salesforce_id.as_bytes().get(..ID_CHARS)?;
    Some(characters.iter().fold(0, |packed, character| packed << 8 | u128::from(*character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_run_has_seen_counts_for_nothing() {
        let seen = Seen::default();
        seen.begin("run-1");
        seen.add("run-1", "003000000000002AAA");
        seen.add("run-1", "003000000000001AAA");
        assert!(seen.has("run-1", "003000000000001AAA") && !seen.has("run-1", "003000000000003AAA"));
        assert!(!seen.has("run-2", "003000000000001AAA"));
        seen.add("run-2", "003000000000009AAA");
        assert!(!seen.has("run-2", "003000000000009AAA"), "a scan that was not seen from its beginning");
        seen.begin("run-2");
        assert!(!seen.has("run-2", "003000000000001AAA"));
    }

    #[test]
    fn a_hundred_thousand_contacts_cost_sixteen_bytes_each() {
        let seen = Seen::default();
        seen.begin("run");
        for number in 0..100_000 {
            seen.add("run", &format!("003{number:012}AAA"));
        }
        assert!(seen.has("run", "003000000099999AAA"));
        let contents = seen.open();
        assert_eq!(size_of_val(&contents.ids[..]), 1_600_000);
    }
}
