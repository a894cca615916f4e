//! How numbers read: thousands, percents, durations, signs. English; other languages come with the typeset page.

use jiff::civil::{Date, Time};

use crate::rate::{Mean, Share};

/// What stands where there is no figure. Never a zero.
pub const NOTHING: &str = "–";

/// `5,432`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 conversation`, `5,432 conversations`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `87.5%`.
pub fn percent(share: Share) -> String {
    tenths(share.tenths_of_percent(), "%")
}

/// A configured share: `80%`, `82.5%`.
pub fn target_percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = format!("{percent:.1}");
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// `8:32`, `1:02:03`.
pub fn duration(mean: Mean) -> String {
    seconds(mean.whole_seconds().unsigned_abs())
}

/// `8:32`, `1:02:03`.
pub fn seconds(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{}:{minutes:02}:{seconds:02}", count(hours)) } else { format!("{minutes}:{seconds:02}") }
}

/// `+2.1%`, `−0.4%`, `±0.0%`: tenths of a percent.
pub fn change_percent(change: i64) -> String {
    format!("{}{}", sign(change), tenths(change.saturating_abs(), "%"))
}

/// `+2.1 pts`: tenths of a percentage point.
pub fn change_points(change: i64) -> String {
    format!("{}{}", sign(change), tenths(change.saturating_abs(), " pts"))
}

/// `+0:12`: seconds.
pub fn change_seconds(change: i64) -> String {
    format!("{}{}", sign(change), seconds(change.unsigned_abs()))
}

/// `Thursday`.
pub fn weekday(date: Date) -> String {
    date.strftime("%A").to_string()
}

/// `26 November 2026`.
pub fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `Thu 26 Nov`.
pub fn short_date(date: Date) -> String {
    date.strftime("%a %-d %b").to_string()
}

/// `10:00`.
pub fn time(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `Took long` of `took long`.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn sign(change: i64) -> &'static str {
    match change {
        0 => "±",
        1.. => "+",
        ..0 => "−",
    }
}

fn tenths(tenths: i64, unit: &str) -> String {
    let tenths = tenths.unsigned_abs();
    format!("{}.{}{unit}", count(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_read_as_people_write_them() {
        let counts = [0, 12, 999, 1_000, 5_432, 1_234_567].map(count);
        assert_eq!(counts, ["0", "12", "999", "1,000", "5,432", "1,234,567"]);
        assert_eq!((counted(1, "call", "calls"), counted(0, "call", "calls")), ("1 call".into(), "0 calls".into()));
        assert_eq!(percent(Share { part: 349, whole: 400 }), "87.3%");
        assert_eq!(percent(Share { part: 1, whole: 1 }), "100.0%");
        assert_eq!([0.8, 0.825, 0.05, 1.0].map(target_percent), ["80%", "82.5%", "5%", "100%"]);
        assert_eq!([0, 9, 512, 3_723, 360_000].map(seconds), ["0:00", "0:09", "8:32", "1:02:03", "100:00:00"]);
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!([21, -4, 0, 12_345].map(change_percent), ["+2.1%", "−0.4%", "±0.0%", "+1,234.5%"]);
        assert_eq!([-14, 3].map(change_points), ["−1.4 pts", "+0.3 pts"]);
        assert_eq!([12, -75, 0].map(change_seconds), ["+0:12", "−1:15", "±0:00"]);
    }

    #[test]
    fn days_and_lists_read_as_people_say_them() {
        let day = date(2026, 3, 5);
        assert_eq!(
            (weekday(day), long_date(day), short_date(day)),
            ("Thursday".into(), "5 March 2026".into(), "Thu 5 Mar".into())
        );
        assert_eq!(["", "took long", "é"].map(capitalised), ["", "Took long", "É"]);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(["", "a", "a b", "a b c"].map(|text| list(&words(text))), ["", "a", "a and b", "a, b and c"]);
    }
}
