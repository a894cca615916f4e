//! Numbers and moments as senders write them.

use jiff::Timestamp;
use serde_json::Value;

/// From here on a number is milliseconds: as seconds it would be the year 5138.
const SMALLEST_MILLISECONDS: i64 = 100_000_000_000;

/// A whole number, also when it is written `120.0`; `None` for fractions and everything that is no number.
pub(super) fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
        format!("{number:.0}").parse().ok()
    })
}

/// RFC 3339, or seconds or milliseconds since 1970 as number or text.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    if let Some(text) = value.as_str() {
        let text = text.trim();
        return text.parse().ok().or_else(|| since_1970(text.parse().ok()?));
    }
    since_1970(whole(value)?)
}

fn since_1970(number: i64) -> Option<Timestamp> {
    match number {
        ..0 => None,
        SMALLEST_MILLISECONDS.. => Timestamp::from_millisecond(number).ok(),
        _ => Timestamp::from_second(number).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_moment_is_read_in_each_form_that_senders_use() {
        let expected: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let forms = [
            json!("2026-11-24T10:00:00Z"),
            json!("2026-11-24T11:00:00+01:00"),
            json!(1_795_514_400),
            json!(1_795_514_400_000_i64),
            json!("1795514400"),
        ];
        for form in forms {
            assert_eq!(moment(&form), Some(expected), "{form}");
        }
        for wrong in [json!("yesterday"), json!(null), json!(-5), json!(1.5), json!({}), json!("")] {
            assert_eq!(moment(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_whole_numbers_are_counts() {
        assert_eq!(whole(&json!(120.0)), Some(120));
        for wrong in [json!(1.5), json!("120"), json!(null), json!(1e300), json!([1])] {
            assert_eq!(whole(&wrong), None, "{wrong}");
        }
    }
}
