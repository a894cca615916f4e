//! A report as a mail: subject, text, HTML.
//!
//! The HTML holds no image, no script and nothing from elsewhere; what is not text is made of table cells, and every style
//! stands at its element, because mail readers take styles away. It reads at 320 and at 640 pixels. The text says the same,
//! and goes out alone when the HTML cannot be made.

use askama::Template;

use crate::finding::Piece;
use crate::page::Page;
use crate::page::names::isolated;
use crate::report::Report;
use crate::wording;
use crate::words::Language;

/// A page of more bytes is cut off by many mail readers, or not shown at all.
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
}

#[derive(Template)]
#[template(path = "report.txt")]
struct Text<'a> {
    page: &'a Page,
    note: &'a str,
}

/// The mail as HTML.
///
/// # Errors
/// [`RenderError`]; then the text goes out alone.
pub fn html(report: &Report, language: Language) -> Result<String, RenderError> {
    let html = Html { page: &Page::of(report, language) }.render()?;
    if html.len() > HTML_BYTES_MAX { Err(RenderError::TooLarge(html.len())) } else { Ok(html) }
}

/// The mail as text. `note` is what its reader has to know first, as that the HTML could not be made; empty for nothing.
///
/// # Errors
/// [`RenderError`].
pub fn text(report: &Report, language: Language, note: &str) -> Result<String, RenderError> {
    Ok(Text { page: &Page::of(report, language), note }.render()?)
}

/// The mail's subject. One that may have arrived already says so.
pub fn subject(report: &Report, _language: Language, may_have_arrived: bool) -> String {
    let figures = &report.total.figures;
    let day = format!("{} {}", wording::short_date(report.date), report.date.year());
    let figures = match (figures.offered, figures.service_level) {
        (Some(offered), Some(level)) => {
            format!(
                "{}, {} in time",
                wording::counted(offered, "conversation", "conversations"),
                wording::percent(level)
            )
        }
        (Some(offered), None) => wording::counted(offered, "conversation", "conversations"),
        (None, _) => "no conversations".to_owned(),
    };
    let again = if may_have_arrived { " (sent again)" } else { "" };
    format!("{}: {day}, {figures}{again}", crate::page::names::printable(&report.company))
}

/// A sentence as text.
fn plain(sentence: &[Piece]) -> String {
    let pieces = sentence.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Name(name) => isolated(name),
    });
    pieces.collect()
}
