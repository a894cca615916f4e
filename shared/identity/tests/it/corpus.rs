//! The differential corpus: the library, and our handling around it, against the answers of Google's own port.

use std::collections::BTreeSet;

const CORPUS: &str = include_str!("../corpus/phones.tsv");
/// Fewer rows mean that the file was cut.
const ROWS_MIN: usize = 300;
/// As many regions must be in it.
const REGIONS_MIN: usize = 25;

#[test]
fn t31_every_row_of_the_corpus_reads_as_upstream_reads_it() {
    let mut rows = 0;
    let mut regions = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in CORPUS.lines().filter(|line| !line.starts_with('#')) {
        let [region, kind, text, answer] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not four columns: {line}");
        };
        rows += 1;
        regions.insert(region);
        let ours = crate::phone(text, region);
        let agrees = if answer == "-" { !ours.starts_with('+') } else { ours == answer };
        if !agrees {
            wrong.push(format!("{region}\t{kind}\t{text}\tupstream {answer}\tours {ours}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {rows} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows >= ROWS_MIN && regions.len() >= REGIONS_MIN, "{rows} rows, {} regions", regions.len());
    for region in ["US", "CA", "BR"] {
        assert!(regions.contains(region), "{region} is missing");
    }
}
