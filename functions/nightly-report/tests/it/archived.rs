//! The report as it is archived: facts that any language can tell, and nothing of another form.

use std::collections::BTreeSet;

use nightly_report::render::{self, html, subject, text};
use nightly_report::report::{Report, ReportError};
use nightly_report::words::Language;
use serde_json::Value;

use crate::centre::thursday;
use crate::pages::unbalanced;

fn archived(report: &Report) -> Vec<u8> {
    serde_json::to_vec_pretty(report).unwrap()
}

/// Every text in it, with the member that holds it.
fn texts<'v>(member: &'v str, value: &'v Value, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) => found.push((member, text)),
        Value::Array(all) => all.iter().for_each(|value| texts(member, value, found)),
        Value::Object(all) => all.iter().for_each(|(member, value)| texts(member, value, found)),
        _ => {}
    }
}

#[test]
fn an_archived_report_holds_no_words_of_ours() {
    let json: Value = serde_json::from_slice(&archived(&thursday().report())).unwrap();
    let mut found = Vec::new();
    texts("", &json, &mut found);
    let names = ["company", "name", "group", "silent"];
    let words: Vec<_> = found.iter().filter(|(member, text)| text.contains(' ') && !names.contains(member)).collect();
    assert!(words.is_empty(), "{words:?}");
    let of =
        |member: &str| found.iter().filter(|(name, _)| *name == member).map(|(_, text)| *text).collect::<BTreeSet<_>>();
    assert!(of("name").iter().all(|name| name.contains(' ')
        || ["voice", "chat", "email", "message"].contains(name)
        || of("group").contains(name)));
    let rules = ["after_call_work_long", "handle_time_long"];
    assert!(of("rule").contains(rules[1]) && !of("rule").is_empty());
}

#[test]
fn a_report_out_of_the_archive_is_told_as_it_was_in_every_language() {
    let report = thursday().report();
    let again = Report::read(&archived(&report)).unwrap();
    let mut told = BTreeSet::new();
    for language in Language::ALL {
        let (text, html) = (text(&again, language, &[]).unwrap(), html(&again, language, &[]).unwrap());
        let at_first = render::text(&report, language, &[]).unwrap();
        assert_eq!(text, at_first);
        assert!(!text.contains('⟨') && !html.contains('⟨'), "a message or a variable is missing: {text}");
        assert_eq!(unbalanced(&html), None);
        assert!(html.contains(&format!("<html lang=\"{}\" dir=\"ltr\">", language.tag())));
        assert!(html.len() < 100_000, "mail readers cut off what is longer: {}", html.len());
        told.insert((text, html, subject(&again, language, true)));
    }
    assert_eq!(told.len(), 4);
}

#[test]
fn a_report_of_another_form_is_an_error_that_says_which() {
    let mut json: Value = serde_json::from_slice(&archived(&thursday().report())).unwrap();
    json["added later"] = Value::from(1);
    json["schema"] = Value::from("2.7");
    assert!(Report::read(json.to_string().as_bytes()).is_ok(), "minor versions only add");
    json["schema"] = Value::from("1.0");
    let error = Report::read(json.to_string().as_bytes()).unwrap_err();
    assert_eq!(error, ReportError::Schema("1.0".to_owned()));
    assert_eq!(error.to_string(), "the archived report has the form 1.0, and this release reads 2.0");
    json["schema"] = Value::from("3.0");
    assert!(matches!(Report::read(json.to_string().as_bytes()), Err(ReportError::Schema(_))));
    assert!(matches!(Report::read(b"{\"schema\":\"2.0\"}"), Err(ReportError::Damaged { .. })));
    assert!(matches!(Report::read(b"{\"schema\":"), Err(ReportError::Damaged { .. })));
}
