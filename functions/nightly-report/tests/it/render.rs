//! How a report reads, as text and as HTML, in each language.

use nightly_report::note::Note;
use nightly_report::render::{html, subject, text};
use nightly_report::words::Language;

use crate::centre::thursday;
use crate::pages::seen;

fn example(language: Language) -> String {
    text(&thursday().report(), language, &[]).unwrap()
}

#[test]
fn the_example_reads_as_text() {
    insta::assert_snapshot!(example(Language::En));
}

#[test]
fn the_example_reads_as_text_in_brazil() {
    insta::assert_snapshot!(example(Language::PtBr));
}

#[test]
fn the_example_reads_as_text_in_spanish() {
    insta::assert_snapshot!(example(Language::Es));
}

#[test]
fn the_example_reads_as_text_in_french_canada() {
    insta::assert_snapshot!(example(Language::FrCa));
}

#[test]
fn the_example_reads_as_html() {
    insta::assert_snapshot!(html(&thursday().report(), Language::En, &[]).unwrap());
}

#[test]
fn the_subject_says_the_day_and_how_it_went() {
    let report = thursday().report();
    insta::assert_snapshot!(Language::ALL.map(|language| subject(&report, language, false)).join("\n"));
}

#[test]
fn what_the_reader_has_to_know_first_stands_first_in_both_forms() {
    let report = thursday().report();
    let link = "https://example.com/report.pdf?a=1&b=2".to_owned();
    let notes = [
        Note::of("It has the built-in look.".to_owned()),
        Note { text: "It is here:".to_owned(), link, link_title: "report.pdf".to_owned() },
    ];
    let text = text(&report, Language::En, &notes).unwrap();
    let said =
        "It has the built-in look.\n\nIt is here:\nhttps://example.com/report.pdf?a=1&b=2\n\nExample Contact Centre\n";
    assert!(text.starts_with(said), "{text}");
    let html = html(&report, Language::En, &notes).unwrap();
    assert!(html.contains("<a href=\"https://example.com/report.pdf?a=1&#38;b=2\""), "the link is escaped");
    let lines = seen(&html);
    let at = lines.iter().position(|line| *line == "It has the built-in look.").unwrap();
    assert_eq!(lines[at + 1], "It is here: report.pdf");
    assert!(at < lines.iter().position(|line| line == "Conversations").unwrap());
}
