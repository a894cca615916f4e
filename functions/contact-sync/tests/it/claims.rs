//! Contacts that are matched slice by slice end as if they had been matched at once.

use std::collections::HashSet;

use contact_sync::matching::match_all;
use contact_sync::read::claims::{Claims, Keys};
use contact_sync::source::Source;
use proptest::prelude::*;
use serde_json::json;

use crate::desk::{candidates, genesys, id, source};

const EMAILS: [Option<&str>; 4] = [None, Some("a@example.com"), Some("b@example.com"), Some("c@example.com")];
const PHONES: [Option<&str>; 4] = [None, Some("+15125550101"), Some("+15125550102"), Some("+15125550103")];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slices_match_as_the_whole_does(
        people in proptest::collection::vec((0..4usize, 0..4usize), 1..9),
        there in proptest::collection::vec((0..4usize, 0..4usize, proptest::option::of(1..9u32)), 0..6),
        size in 1..9usize,
    ) {
        let number = |n: usize| u32::try_from(n).unwrap() + 1;
        let sources: Vec<Source> = people
            .iter()
            .enumerate()
            .map(|(n, (email, phone))| source(number(n), json!({"Email": EMAILS[*email], "Phone": PHONES[*phone]})))
            .collect();
        let mut carried = HashSet::new();
        let contacts: Vec<_> = there
            .iter()
            .enumerate()
            .map(|(n, (email, phone, of))| {
                let external_id = of.filter(|of| carried.insert(*of)).map(id);
                genesys(&format!("g{n}"), EMAILS[*email], PHONES[*phone], external_id.as_deref())
            })
            .collect();
        let candidates = candidates(&contacts);
        let all: Vec<&Source> = sources.iter().collect();
        let whole = match_all(&all, &candidates, &HashSet::new(), &Claims::default());

        let mut keys = Keys::default();
        sources.iter().for_each(|source| keys.add(source));
        let claims = Claims::of(&keys, &candidates);
        let in_slices: Vec<_> =
            all.chunks(size).flat_map(|slice| match_all(slice, &candidates, &HashSet::new(), &claims)).collect();
        prop_assert_eq!(in_slices, whole);
    }
}
