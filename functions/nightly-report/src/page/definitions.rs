//! What the report's words mean, and the metrics of Genesys behind them.

use crate::report::Report;
use crate::words::{NOTHING, Words};

/// What a word means.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The word.
    pub term: String,
    /// What it means.
    pub text: String,
    /// The metric of Genesys that it is made of; empty for none.
    pub source: String,
}

impl Definition {
    /// The meaning with the metric behind it.
    pub fn whole(&self, words: &Words) -> String {
        if self.source.is_empty() {
            return self.text.clone();
        }
        let text = self.text.trim_end_matches('.');
        words.fill("definition", &[("text", text.into()), ("source", self.source.as_str().into())])
    }
}

pub(super) fn definitions(report: &Report, words: &Words) -> Vec<Definition> {
    let define =
        |term: String, text: &str, source: &str| Definition { term, text: words.text(text), source: source.to_owned() };
    let head = |head: &str| words.text(head);
    let lost = match report.excludes_short_abandons {
        true => ("defined-abandon-rate-without-short", "tAbandon − tShortAbandon"),
        false => ("defined-abandon-rate", "tAbandon"),
    };
    vec![
        define(head("head-offered"), "defined-offered", "nOffered"),
        define(head("head-service-level"), "defined-service-level", "oServiceLevel"),
        define(head("head-answer-time"), "defined-answer-time", "tAnswered"),
        define(head("head-handle-time"), "defined-handle-time", "tHandle"),
        define(head("head-abandon-rate"), lost.0, lost.1),
        define(head("fact-talk"), "defined-talk", "tTalkComplete"),
        define(head("fact-after-call-work"), "defined-after-call-work", "tAcw"),
        define(head("head-agents"), "defined-agents", "tHandle"),
        define(head("fact-transfers"), "defined-transfers", "nTransferred"),
        define(head("head-share"), "defined-share", "nOffered"),
        define(head("head-change"), "defined-change", ""),
        define(NOTHING.to_owned(), "defined-nothing", ""),
    ]
}
