//! A report as a sheet: what the typeset page shows, in the reader's language.
//!
//! Sentences and tables are the mail's own ([`Page`]), so that page and mail cannot say different things. What only paper
//! has room for is made here of the report's numbers: the charts of the last days, the strip of the hours, and how far a
//! figure is from its target.

mod charts;
mod gauges;
mod heat;
mod scale;
mod tables;

use report_pdf::sheet;
use report_pdf::sheet::{Findings, Name, Sheet, Span};

use crate::page::names::{is_rtl, isolated};
use crate::page::{self, Page};
use crate::report::Report;
use crate::targets::Verdict;
use crate::words::{Language, Piece, Words};

/// The sheet of a report.
pub fn sheet(report: &Report, language: Language) -> Sheet {
    let (page, words) = (Page::of(report, language), Words::of(language));
    let text = |message: &str| words.text(message);
    let alerts = findings(&page.alerts, &page.alerts_more, ["heading-alerts", "no-alerts"], words);
    let recommendations = findings(
        &page.recommendations,
        &page.recommendations_more,
        ["heading-recommendations", "no-recommendations"],
        words,
    );
    let document_title =
        words.fill("document-title", &[("company", isolated(&page.company).into()), ("day", page.day.as_str().into())]);
    Sheet {
        schema: sheet::SCHEMA,
        language: language.code().to_owned(),
        region: language.region().map(str::to_owned),
        document_title,
        title: text("report-title"),
        company: name(&page.company),
        summary_title: text("heading-summary"),
        summary: sentences(&page.summary),
        cards: page.cards.iter().zip(gauges::cards(report)).map(|(card, gauge)| one_card(card, gauge)).collect(),
        alerts,
        recommendations,
        charts_title: text("heading-charts"),
        charts: charts::charts(report, words),
        hours: heat::heat(report, words),
        tables: tables::tables(report, &page),
        trends: tables::trends(&page),
        definitions_title: text("heading-definitions"),
        definitions: page.definitions.iter().map(definition).collect(),
        completeness: sentences(&page.completeness),
        page_of: words.fill("page-of", &[("page", "{n}".into()), ("pages", "{total}".into())]),
        replaced: text("characters-replaced"),
        missed: text("target-missed"),
        unknown: text("not-known"),
        day: page.day,
        about: page.about,
        provisional: page.provisional,
        notices: page.notices.into_iter().map(notice).collect(),
        facts: page.facts.into_iter().map(|(label, value)| sheet::Fact { label, value }).collect(),
        made: page.made,
    }
}

/// A name from outside, with the direction in which it runs.
fn name(text: &str) -> Name {
    Name { text: text.to_owned(), is_rtl: is_rtl(text) }
}

fn sentences(sentences: &[Vec<Piece>]) -> Vec<Vec<Span>> {
    sentences.iter().map(|pieces| spans(pieces)).collect()
}

fn spans(pieces: &[Piece]) -> Vec<Span> {
    let span = |piece: &Piece| match piece {
        Piece::Text(text) => Span::Text { text: text.clone() },
        Piece::Name(text) => Span::Name(name(text)),
    };
    pieces.iter().map(span).collect()
}

fn notice(notice: page::Notice) -> sheet::Notice {
    sheet::Notice { title: notice.title, text: notice.text }
}

fn one_card(card: &page::Card, gauge: Option<sheet::Gauge>) -> sheet::Card {
    sheet::Card {
        label: card.label.clone(),
        value: card.value.clone(),
        target: card.target.clone(),
        tone: page_tone(card.tone),
        mark: card.mark.clone(),
        change: card.change.clone(),
        gauge,
    }
}

fn findings(said: &[page::Said], more: &str, [title, none]: [&str; 2], words: &Words) -> Findings {
    let items = said.iter().map(|said| finding(said, words)).collect();
    Findings { title: words.text(title), items, more: more.to_owned(), none: words.text(none) }
}

fn finding(said: &page::Said, words: &Words) -> sheet::Finding {
    let about = if said.name.is_empty() { name(&words.text("all-queues")) } else { name(&said.name) };
    let point = |point: &page::Point| sheet::Point {
        says: spans(&point.says),
        numbers: point.numbers.clone(),
        rule: point.rule.to_owned(),
    };
    sheet::Finding { about, points: said.points.iter().map(point).collect() }
}

fn definition(definition: &page::Definition) -> sheet::Definition {
    sheet::Definition {
        term: definition.term.clone(),
        text: definition.text.clone(),
        source: definition.source.clone(),
    }
}

fn tone(verdict: Option<Verdict>) -> sheet::Tone {
    match verdict {
        Some(Verdict::Met) => sheet::Tone::Met,
        Some(Verdict::Missed) => sheet::Tone::Missed,
        None => sheet::Tone::Plain,
    }
}

fn page_tone(tone: page::Tone) -> sheet::Tone {
    match tone {
        page::Tone::Met => sheet::Tone::Met,
        page::Tone::Missed => sheet::Tone::Missed,
        page::Tone::Plain => sheet::Tone::Plain,
    }
}
