//! How a report reads, as text and as HTML.

use nightly_report::render::{html, subject, text};
use nightly_report::words::Language;

use crate::centre::thursday;

#[test]
fn the_example_reads_as_text() {
    insta::assert_snapshot!(text(&thursday().report(), Language::En, "").unwrap());
}

#[test]
fn the_example_reads_as_html() {
    insta::assert_snapshot!(html(&thursday().report(), Language::En).unwrap());
}

#[test]
fn the_subject_says_the_day_and_how_it_went() {
    let report = thursday().report();
    insta::assert_snapshot!(subject(&report, Language::En, false));
}
