//! Replays what the fuzzer has collected, so that nothing it ever found comes back.

use crate::examine::examine;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/webhook");

#[test]
fn the_fuzzers_corpus_holds_no_surprise() {
    let mut seen = 0;
    for file in std::fs::read_dir(FOLDER).unwrap() {
        examine(&std::fs::read(file.unwrap().path()).unwrap());
        seen += 1;
    }
    assert!(seen >= 5, "{seen} inputs");
}
