//! Which of the valid names somebody probably meant, for messages about a name that is not valid.

/// The candidate with the fewest single-letter edits from `name`, if at most `edits_max` are needed.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>, edits_max: usize) -> Option<&'a str> {
    let measured = candidates.into_iter().map(|candidate| (edits(name, candidate), candidate));
    measured
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= edits_max)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance without regard to case, `-` and `_` counting as one letter.
fn edits(left: &str, right: &str) -> usize {
    let plain = |text: &str| text.to_ascii_lowercase().replace('-', "_").chars().collect::<Vec<_>>();
    let (left, right) = (plain(left), plain(right));
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_key_that_was_probably_meant() {
        assert_eq!(nearest("page_sise", ["page_size", "scan_page_size"], 2), Some("page_size"));
        assert_eq!(nearest("pagesize", ["page_size", "start"], 2), Some("page_size"));
        assert_eq!(nearest("colour", ["page_size", "start"], 2), None);
        assert_eq!((edits("", "abc"), edits("kitten", "sitting"), edits("A-b", "a_B")), (3, 3, 0));
    }
}
