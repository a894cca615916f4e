//! A report as a mail: subject, text, HTML.
//!
//! The HTML holds no image, no script and nothing from elsewhere; what is not text is made of table cells, and every style
//! stands at its element, because mail readers take styles away. It reads from 360 pixels on. The text says the same,
//! and goes out alone when the HTML cannot be made.

use askama::Template;

use crate::note::Note;
use crate::page::names::{isolated, printable};
use crate::page::{Page, Rows};
use crate::report::Report;
use crate::words::{Language, Piece, Words};

/// What of a page is beyond so many bytes is cut off by many mail readers: rather, it has fewer rows.
const SHOWN_WHOLE_BYTES: usize = 100_000;
/// A page of more bytes is not shown at all by some.
const HTML_BYTES_MAX: usize = 512 * 1024;

/// The report cannot be put into a page.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The template failed.
    #[error("the report could not be rendered ({0}); report this as a fault of nightly-report")]
    Template(#[from] askama::Error),
    /// It became too large for a mail.
    #[error("the page has {0} bytes, and mail readers take {HTML_BYTES_MAX}; the text has everything")]
    TooLarge(usize),
}

#[derive(Template)]
#[template(path = "report.html")]
struct Html<'a> {
    page: &'a Page,
    notes: &'a [Note],
}

#[derive(Template)]
#[template(path = "report.txt")]
struct Text<'a> {
    page: &'a Page,
    notes: &'a [Note],
}

/// The mail as HTML. `notes` are what its reader has to know first.
///
/// # Errors
/// [`RenderError`]; then the text goes out alone.
pub fn html(report: &Report, language: Language, notes: &[Note]) -> Result<String, RenderError> {
    let mut html = String::new();
    for rows in Rows::FEWER_AND_FEWER {
        html = Html { page: &Page::with(report, language, rows), notes }.render()?;
        if html.len() <= SHOWN_WHOLE_BYTES {
            break;
        }
    }
    if html.len() > HTML_BYTES_MAX { Err(RenderError::TooLarge(html.len())) } else { Ok(html) }
}

/// The mail as text. `notes` are what its reader has to know first.
///
/// # Errors
/// [`RenderError`].
pub fn text(report: &Report, language: Language, notes: &[Note]) -> Result<String, RenderError> {
    Ok(Text { page: &Page::of(report, language), notes }.render()?)
}

/// The mail's subject. One that may have arrived already says so.
pub fn subject(report: &Report, language: Language, may_have_arrived: bool) -> String {
    let words = Words::of(language);
    let figures = &report.total.figures;
    let conversations = figures.offered.map(|offered| words.counted("conversations", offered));
    let says = match (conversations, figures.service_level) {
        (Some(conversations), Some(level)) => words.fill(
            "subject-in-time",
            &[
                ("conversations", conversations.into()),
                ("service_level", words.percent_beside(level, report.target.service_level).into()),
            ],
        ),
        (Some(conversations), None) => conversations,
        (None, _) => words.text("subject-nothing"),
    };
    let args = [
        ("company", printable(&report.company, words).into()),
        ("day", words.short_date_year(report.date).into()),
        ("figures", says.into()),
    ];
    words.fill(if may_have_arrived { "subject-again" } else { "subject" }, &args)
}

/// A sentence as text.
fn plain(sentence: &[Piece]) -> String {
    let pieces = sentence.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Name(name) => isolated(name),
    });
    pieces.collect()
}
