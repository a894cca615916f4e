//! Moments and lengths of time as people read them. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment in a zone, to the minute.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// From one moment to another, in its largest unit.
pub fn how_long(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.duration_since(from).as_secs().max(0);
    let (count, unit) = match seconds {
        0..MINUTE => return "less than a minute".to_owned(),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ => (seconds / DAY, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// `1 contact`, `2 contacts`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_told_in_their_largest_unit() {
        let from = Timestamp::UNIX_EPOCH;
        for (seconds, words) in [
            (-5, "less than a minute"),
            (59, "less than a minute"),
            (60, "1 minute"),
            (7_199, "1 hour"),
            (7_200, "2 hours"),
            (86_400, "1 day"),
            (20 * 86_400, "20 days"),
        ] {
            assert_eq!(how_long(from, Timestamp::from_second(seconds).unwrap()), words);
        }
    }

    #[test]
    fn moments_are_the_zones() {
        let at = "2026-07-01T03:04:59Z".parse().unwrap();
        assert_eq!(moment(at, &TimeZone::get("America/Chicago").unwrap()), "2026-06-30 22:04");
    }
}
