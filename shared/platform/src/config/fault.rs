//! One mistake in a configuration text, shown with its line and a caret.

use std::fmt;
use std::ops::Range;

/// What sort of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A key or table that the documented defaults do not have.
    UnknownKey,
    /// A value of another type than the default's.
    WrongType,
    /// A value that is not accepted: out of its range, or not one of the allowed words.
    Refused,
    /// Not TOML.
    Broken,
}

/// One mistake. `Display` gives a line that stands alone, then the source line with a caret below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What sort of mistake it is.
    pub kind: FaultKind,
    /// File or parameter.
    pub file: String,
    /// Line and column, counted from 1; `None` when the text does not set the value.
    pub at: Option<(usize, usize)>,
    /// What is wrong and what to change.
    pub message: String,
    excerpt: Option<Excerpt>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    line: String,
    carets: usize,
}

impl Fault {
    /// A fault at the bytes `span` of `text`.
    pub(super) fn new(kind: FaultKind, message: String, span: Option<Range<usize>>, text: &str, file: &str) -> Self {
        let place = span.map(|span| place(text, &span));
        let (at, excerpt) = place.map_or((None, None), |(at, excerpt)| (Some(at), Some(excerpt)));
        Self { kind, file: file.to_owned(), at, message, excerpt }
    }

    /// What the TOML reader says, in one line, with our caret.
    pub(super) fn from_toml(
        kind: FaultKind,
        error: &toml::de::Error,
        span: Option<Range<usize>>,
        text: &str,
        file: &str,
    ) -> Self {
        let message = error.message().trim().replace('\n', "; ");
        Self::new(kind, message, span, text, file)
    }

    /// The line that stands alone: `file:line:column: message`.
    pub fn line_text(&self) -> String {
        match self.at {
            Some((line, column)) => format!("{}:{line}:{column}: {}", self.file, self.message),
            None => format!("{}: {}", self.file, self.message),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line_text())?;
        let (Some((line, column)), Some(excerpt)) = (self.at, &self.excerpt) else { return Ok(()) };
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let (indent, carets) = (" ".repeat(column - 1), "^".repeat(excerpt.carets));
        write!(f, "\n{gutter} |\n{number} | {}\n{gutter} | {indent}{carets}", excerpt.line)
    }
}

impl std::error::Error for Fault {}

/// Line, column and the line's text. A tab counts as one column and is shown as one space, so that the caret fits.
fn place(text: &str, span: &Range<usize>) -> ((usize, usize), Excerpt) {
    let start = (0..=span.start.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default().replace('\t', " ");
    let number = text[..line_start].matches('\n').count() + 1;
    let column = text[line_start..start].chars().count() + 1;
    let marked = text.get(start..span.end.min(text.len())).unwrap_or_default();
    let marked_chars = marked.lines().next().unwrap_or_default().chars().count();
    ((number, column), Excerpt { line, carets: marked_chars.max(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_mistake_also_after_wide_letters() {
        let text = "a = 1\n\té = \"ü\" x\n";
        let at = text.find('x').unwrap();
        let fault = Fault::new(FaultKind::Broken, "no".into(), Some(at..at + 1), text, "f.toml");
        assert_eq!(fault.to_string(), "f.toml:2:10: no\n  |\n2 |  é = \"ü\" x\n  |          ^");
    }

    #[test]
    fn a_mistake_at_the_end_of_the_text_has_a_place() {
        let fault = Fault::new(FaultKind::Broken, "no".into(), Some(9..12), "a =", "f.toml");
        assert_eq!(fault.at, Some((1, 4)));
    }
}
