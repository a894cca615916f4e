//! A day in the archive: gzipped lines of JSON, one for each thing that was read.
//!
//! ```text
//!  reports/2026/03/14/data.jsonl.gz
//!    {"kind":"day","schema":"1.0","date":"2026-03-14", …, "total":{…}}       the first line: enough for a trend
//!    {"kind":"queue","queue":"5d4b…","name":"Austin Billing","division":"Austin","agents":12}
//!    {"kind":"figures","queue":"5d4b…","medium":"voice","sums":{"offered":412, …}}
//!    {"kind":"hour","queue":"5d4b…","from":"2026-03-14T15:00:00Z","sums":{…}}
//!    {"kind":"first","queue":"5d4b…","medium":"voice","sums":{…}}             told first, where it is other than now
//!    {"kind":"group","group":"Austin","agents":31}
//! ```
//!
//! A reader of this version reads every later minor version: kinds of lines and members that it does not know say nothing
//! to it. Another major version, a line that is no JSON and a file that breaks off are errors: a day that cannot be read is
//! never a day without conversations. The same day gives the same bytes.

mod line;

use std::io::{BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use report_pdf::Paper;

use crate::calendar::Interval;
use crate::day::Day;
use crate::settings::Edition;
use crate::sums::Sums;
use line::{Header, Line};

/// The form that is written. Minor versions only add.
pub const SCHEMA: &str = "1.0";

/// Bytes of a day, unpacked: 10,000 queues with 3 media and 24 hours have 270,000 lines of about 300 bytes.
const BYTES_MAX: u64 = 128 * 1024 * 1024;

/// The files of a day in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// What was read.
    Data,
    /// What was worked out of it.
    Report,
    /// The mail as text.
    Text,
    /// The mail as HTML.
    Html,
    /// The pages for printing.
    Pdf,
}

/// Why a day in the archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It breaks off, or is no gzip.
    #[error("the archived day cannot be unpacked ({0})")]
    Packed(#[from] std::io::Error),
    /// A line is not what it should be.
    #[error("line {number} of the archived day is not understood ({reason})")]
    Line {
        /// Counted from one.
        number: usize,
        /// Why, without what the line says.
        reason: String,
    },
    /// Written by a release that changed the form.
    #[error("the archived day has the form {0}, this release reads {SCHEMA}: use a later release")]
    Schema(String),
    /// Larger than a day can be.
    #[error("the archived day has more than {BYTES_MAX} bytes")]
    TooLarge,
}

/// What the first line says of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Which day.
    pub date: Date,
    /// From its first moment to that of the next day, in the zone in which it was read.
    pub interval: Interval,
    /// When its figures were read last.
    pub read_at: Timestamp,
    /// What happened in all.
    pub total: Sums,
}

impl Outline {
    /// Whether the figures may have changed since: they were read too soon after the day's end.
    pub fn is_provisional(&self, settle: SignedDuration) -> bool {
        self.read_at < self.interval.to.saturating_add(settle).unwrap_or(Timestamp::MAX)
    }
}

impl File {
    /// Its key in the archive's bucket.
    pub fn key(self, date: Date) -> String {
        let name = match self {
            Self::Data => "data.jsonl.gz",
            Self::Report => "report.json",
            Self::Text => "report.txt",
            Self::Html => "report.html",
            Self::Pdf => "report.pdf",
        };
        format!("reports/{:04}/{:02}/{:02}/{name}", date.year(), date.month(), date.day())
    }

    /// The key of the same in one edition, where there are several.
    pub fn key_of_edition(self, date: Date, edition: Edition) -> String {
        let key = self.key(date);
        let (begin, end) = key.rsplit_once('.').unwrap_or((&key, ""));
        let paper = match edition.paper {
            Paper::A4 => "a4",
            Paper::Letter => "letter",
        };
        format!("{begin}-{}-{paper}.{end}", edition.language.tag())
    }

    /// What it is.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Data => "application/gzip",
            Self::Report => "application/json",
            Self::Text => "text/plain; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
        }
    }
}

/// The day as bytes for the archive.
///
/// # Errors
/// [`HistoryError`]; not for any day there can be.
pub fn write(day: &Day) -> Result<Vec<u8>, HistoryError> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    line::write(day, |text| {
        packed.write_all(text.as_bytes())?;
        packed.write_all(b"\n")
    })?;
    Ok(packed.finish()?)
}

/// The whole day.
///
/// # Errors
/// [`HistoryError`].
pub fn read(bytes: &[u8]) -> Result<Day, HistoryError> {
    let mut lines = Lines::of(bytes);
    let mut day = lines.header()?.day().map_err(|reason| HistoryError::Line { number: 1, reason })?;
    while let Some((number, text)) = lines.next()? {
        let line: Line<'_> = parsed(text, number)?;
        line.tell(&mut day).map_err(|reason| HistoryError::Line { number, reason })?;
    }
    Ok(day)
}

/// What the first line says; the rest is not unpacked.
///
/// # Errors
/// [`HistoryError`].
pub fn outline(bytes: &[u8]) -> Result<Outline, HistoryError> {
    let header = Lines::of(bytes).header()?;
    let interval = header.interval();
    Ok(Outline { date: header.date, interval, read_at: header.read_at, total: header.total })
}

/// Lines of a packed day, one after the other: no more than one is held.
struct Lines<'a> {
    unpacked: BufReader<std::io::Take<MultiGzDecoder<&'a [u8]>>>,
    text: String,
    number: usize,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let unpacked = BufReader::new(MultiGzDecoder::new(bytes).take(BYTES_MAX));
        Self { unpacked, text: String::new(), number: 0 }
    }

    /// The next line with its number.
    fn next(&mut self) -> Result<Option<(usize, &str)>, HistoryError> {
        self.text.clear();
        if self.unpacked.read_line(&mut self.text)? == 0 {
            return if self.unpacked.get_ref().limit() == 0 { Err(HistoryError::TooLarge) } else { Ok(None) };
        }
        self.number += 1;
        Ok(Some((self.number, self.text.trim_end_matches('\n'))))
    }

    fn header(&mut self) -> Result<Header, HistoryError> {
        let (_, text) = self.next()?.unwrap_or_default();
        let form: line::Form = parsed(text, 1)?;
        if form.kind != "day" || form.major() != SCHEMA.split('.').next() {
            return Err(HistoryError::Schema(form.schema));
        }
        parsed(text, 1)
    }
}

fn parsed<'t, T: serde::Deserialize<'t>>(text: &'t str, number: usize) -> Result<T, HistoryError> {
    let reason = |error: serde_json::Error| format!("column {}", error.column());
    serde_json::from_str(text).map_err(|error| HistoryError::Line { number, reason: reason(error) })
}
