//! Who lives on after a merge. Pure.
//!
//! A merged-away contact names its master, which may have been merged away itself, or deleted. The chain is followed to
//! its end, and one that runs in a circle has none.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Fate;

/// What Salesforce says of one contact, deleted ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is there.
    Alive,
    /// It is in the recycle bin, merged into `master` where it has one.
    Deleted {
        /// The contact it was merged into.
        master: Option<String>,
    },
    /// Salesforce shows nothing under this id.
    Hidden,
}

/// What became of `id`, as far as `seen` tells; `Err` names the contact that has to be looked up next.
///
/// # Errors
/// The id of a contact that is not in `seen`.
pub fn fate(id: &str, seen: &HashMap<String, Seen>) -> Result<Fate, String> {
    let mut passed = HashSet::new();
    let mut current = id.to_owned();
    loop {
        let is_first = passed.is_empty();
        if !passed.insert(current.clone()) {
            return Ok(Fate::Unclear);
        }
        match seen.get(&current) {
            None => return Err(current),
            Some(Seen::Alive) if is_first => return Ok(Fate::Unclear),
            Some(Seen::Alive) => return Ok(Fate::MergedInto(current)),
            Some(Seen::Hidden) => return Ok(Fate::Unclear),
            Some(Seen::Deleted { master: None }) => return Ok(Fate::Deleted),
            Some(Seen::Deleted { master: Some(master) }) => current = master.clone(),
        }
    }
}

/// The contacts that have to be looked up before the fate of all of `ids` is known: one step of each chain.
pub fn unknown<'a>(ids: impl Iterator<Item = &'a str>, seen: &HashMap<String, Seen>) -> BTreeSet<String> {
    ids.filter_map(|id| fate(id, seen).err()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(rows: &[(&str, Seen)]) -> HashMap<String, Seen> {
        rows.iter().map(|(id, seen)| ((*id).to_owned(), seen.clone())).collect()
    }

    fn into(master: &str) -> Seen {
        Seen::Deleted { master: Some(master.to_owned()) }
    }

    #[test]
    fn a_chain_is_followed_to_its_end() {
        let seen = seen(&[("a", into("b")), ("b", into("c")), ("c", Seen::Alive)]);
        assert_eq!(fate("a", &seen), Ok(Fate::MergedInto("c".to_owned())));
        assert_eq!(fate("b", &seen), Ok(Fate::MergedInto("c".to_owned())));
    }

    #[test]
    fn a_master_that_was_deleted_makes_a_merge_a_deletion() {
        let seen = seen(&[("a", into("b")), ("b", Seen::Deleted { master: None })]);
        assert_eq!(fate("a", &seen), Ok(Fate::Deleted));
    }

    #[test]
    fn a_circle_and_a_hidden_master_are_unclear() {
        let circle = seen(&[("a", into("b")), ("b", into("a")), ("c", into("c"))]);
        assert_eq!((fate("a", &circle), fate("c", &circle)), (Ok(Fate::Unclear), Ok(Fate::Unclear)));
        let hidden = seen(&[("a", into("b")), ("b", Seen::Hidden)]);
        assert_eq!(fate("a", &hidden), Ok(Fate::Unclear));
    }

    #[test]
    fn each_look_goes_one_step_further() {
        let mut known = seen(&[("a", into("b")), ("x", into("b")), ("y", Seen::Deleted { master: None })]);
        assert_eq!(unknown(["a", "x", "y"].into_iter(), &known), BTreeSet::from(["b".to_owned()]));
        known.insert("b".to_owned(), into("c"));
        assert_eq!(unknown(["a", "x", "y"].into_iter(), &known), BTreeSet::from(["c".to_owned()]));
        known.insert("c".to_owned(), Seen::Hidden);
        assert!(unknown(["a", "x", "y"].into_iter(), &known).is_empty());
    }
}
