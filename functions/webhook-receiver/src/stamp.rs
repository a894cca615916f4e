//! Moments as senders write them, and how old a delivery may be.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

/// Longer texts are no moment in any of the forms.
const CHARS_MAX: usize = 40;
/// As seconds this would be the year 5138; as milliseconds it is 1973. No sender means either.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// How far from now the moment of a delivery may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// At most so long ago.
    pub past: Duration,
    /// At most so far ahead: clocks differ.
    pub future: Duration,
}

impl Window {
    /// Whether `moment` is inside, its edges included.
    pub fn contains(&self, moment: Timestamp, now: Timestamp) -> bool {
        !self.is_ahead(moment, now) && moment >= now.saturating_sub(self.past).unwrap_or(Timestamp::MIN)
    }

    /// Whether `moment` lies further ahead than clocks can differ.
    pub fn is_ahead(&self, moment: Timestamp, now: Timestamp) -> bool {
        moment > now.saturating_add(self.future).unwrap_or(Timestamp::MAX)
    }
}

/// A moment in seconds or milliseconds since 1970, or in RFC 3339.
pub fn parse(text: &str) -> Option<Timestamp> {
    if text.is_empty() || text.len() > CHARS_MAX {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_number(text.parse().ok()?);
    }
    text.parse().ok()
}

/// The same in a JSON body, where the number may be a number.
pub fn of_json(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => of_number(number.as_i64().filter(|number| *number >= 0)?),
        Value::String(text) => parse(text),
        _ => None,
    }
}

fn of_number(number: i64) -> Option<Timestamp> {
    match number {
        MILLISECONDS_FROM.. => Timestamp::from_millisecond(number).ok(),
        _ => Timestamp::from_second(number).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn seconds_milliseconds_and_rfc_3339_are_the_same_moment() {
        let moment = Timestamp::from_second(1_773_482_400).unwrap();
        for text in ["1773482400", "1773482400000", "2026-03-14T10:00:00Z", "2026-03-14T07:00:00-03:00"] {
            assert_eq!(parse(text), Some(moment), "{text}");
            assert_eq!(of_json(&json!(text)), Some(moment), "{text}");
        }
        assert_eq!(of_json(&json!(1_773_482_400)), Some(moment));
    }

    #[test]
    fn anything_else_is_no_moment() {
        for text in [
            "",
            " ",
            "-1",
            "+1773482400",
            "1773482400,1773482400",
            "hello",
            "99999999999999999999999",
            "9223372036854775807",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for value in [json!(-5), json!(1.5), json!(null), json!([1]), json!(u64::MAX)] {
            assert_eq!(of_json(&value), None, "{value}");
        }
    }

    #[test]
    fn the_edges_of_the_window_are_inside() {
        let window = Window { past: Duration::from_secs(3600), future: Duration::from_secs(300) };
        let now = Timestamp::from_second(1_773_482_400).unwrap();
        let at = |seconds: i64| window.contains(Timestamp::from_second(1_773_482_400 + seconds).unwrap(), now);
        assert_eq!([at(-3601), at(-3600), at(0), at(300), at(301)], [false, true, true, true, false]);
    }
}
