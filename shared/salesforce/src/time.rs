//! Salesforce's three ways to write a time.
//!
//! Answers write offsets without a colon (`+0000`), which strict RFC 3339 readers refuse; headers are RFC 1123; SOQL
//! takes UTC with a `Z`, because the `+` of an offset would have to be encoded in a URL.

use jiff::Timestamp;
use jiff::fmt::{rfc2822, strtime};

/// The time in a record (`2026-11-22T04:00:00.000+0000`).
pub fn parse_datetime(text: &str) -> Option<Timestamp> {
    let colonless = strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).and_then(|parsed| parsed.to_timestamp());
    colonless.or_else(|_| text.parse()).ok()
}

/// The time in a `Date` header (`Tue, 24 Nov 2026 10:15:30 GMT`).
pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

/// A time as a SOQL literal, in whole seconds: the precision that Salesforce keeps.
pub(crate) fn literal(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<i64> {
        parse_datetime(text).map(Timestamp::as_second)
    }

    #[test]
    fn an_offset_may_be_written_without_its_colon() {
        let expected = Some(1_795_320_000);
        for text in [
            "2026-11-22T04:00:00.000+0000",
            "2026-11-22T04:00:00+0000",
            "2026-11-22T04:00:00.000Z",
            "2026-11-22T04:00:00Z",
            "2026-11-22T06:00:00.000+0200",
            "2026-11-22T01:00:00-03:00",
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        for text in ["", "2026-11-22", "2026-11-22T04:00:00", "yesterday"] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_header_is_read() {
        let parsed = parse_http_date("Sun, 22 Nov 2026 04:00:00 GMT").unwrap();
        assert_eq!(parsed.as_second(), 1_795_320_000);
        assert_eq!(parse_http_date("soon"), None);
    }

    #[test]
    fn a_literal_is_utc_in_whole_seconds() {
        assert_eq!(literal("2026-11-22T06:00:00.999+02:00".parse().unwrap()), "2026-11-22T04:00:00Z");
    }
}
