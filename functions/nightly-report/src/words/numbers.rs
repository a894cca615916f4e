//! How numbers read: thousands, percents, durations, signs.
//!
//! Separators are those of the Unicode CLDR: `5,432` and `87.5%` in English, `5.432` and `87,5%` in Brazil, `5 432` and
//! `87,5 %` in Canada. In Spanish four digits stand together, `5432`, and five do not, `54.321`; that is Spanish without a
//! country, not that of Mexico. Spaces inside a number never break, and minus is the sign that is as wide as plus.

use std::cmp::Ordering;

use super::plural::Shown;
use super::{Arg, Language, Words};
use crate::rate::{Mean, Share};

/// What stands where there is no figure. Never a zero.
pub const NOTHING: &str = "–";

/// Decimals that a figure has at most, to differ from its target: of a million conversations a single one shows.
const DECIMALS_MAX: usize = 6;

/// Does not break a line.
const NO_BREAK_SPACE: &str = "\u{a0}";

/// The marks in a number.
struct Marks {
    group: &'static str,
    /// A number of fewer digits stands together.
    digits_min: usize,
    decimal: &'static str,
    before_percent: &'static str,
}

impl Language {
    fn marks(self) -> Marks {
        let marks = |group, digits_min, decimal, before_percent| Marks { group, digits_min, decimal, before_percent };
        match self {
            Self::En => marks(",", 4, ".", ""),
            Self::PtBr => marks(".", 4, ",", ""),
            Self::Es => marks(".", 5, ",", NO_BREAK_SPACE),
            Self::FrCa => marks(NO_BREAK_SPACE, 4, ",", NO_BREAK_SPACE),
        }
    }
}

impl Words {
    /// `5,432`.
    pub fn count(&self, number: u64) -> String {
        let digits = number.to_string();
        let Marks { group, digits_min, .. } = self.language().marks();
        if digits.len() < digits_min {
            return digits;
        }
        let mut text = String::with_capacity(digits.len() + digits.len());
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push_str(group);
            }
            text.push(digit);
        }
        text
    }

    /// `87.5%`.
    pub fn percent(&self, share: Share) -> String {
        self.with_percent(&self.tenths(share.tenths_of_percent()))
    }

    /// A configured share, with the decimals that it was given: `80%`, `82.5%`.
    pub fn percent_of(&self, share: f64) -> String {
        let percent = (100.0 * share).max(0.0);
        let is_all =
            |decimals: &usize| (fixed(percent, *decimals).parse::<f64>().unwrap_or(0.0) - percent).abs() < 1e-6;
        let decimals = (0..DECIMALS_MAX).find(is_all).unwrap_or(DECIMALS_MAX);
        self.with_percent(&self.marked(&fixed(percent, decimals)))
    }

    /// A share that stands beside its target. Where rounding would make it look like the target, it has as many decimals
    /// as it takes to differ: `79.96%` beside `80%`.
    pub fn percent_beside(&self, share: Share, target: f64) -> String {
        self.with_percent(&self.percent_number_beside(share, target))
    }

    /// The same without its sign, where the head of a column or a row has it: `79.96`.
    pub fn percent_number_beside(&self, share: Share, target: f64) -> String {
        let (percent, target_percent) = (100.0 * share.value(), 100.0 * target);
        let shown = self.tenths(share.tenths_of_percent());
        if share.value() == target || shown != self.marked(&fixed(target_percent, 1)) {
            return shown;
        }
        let differing =
            (2..=DECIMALS_MAX).find(|decimals| fixed(percent, *decimals) != fixed(target_percent, *decimals));
        differing.map_or(shown, |decimals| self.marked(&fixed(percent, decimals)))
    }

    /// `7.1`.
    pub fn decimal(&self, number: f64) -> String {
        self.shown(rounded_tenths(number))
    }

    /// `8:32`, `1:02:03`.
    pub fn duration(&self, mean: Mean) -> String {
        self.seconds(mean.whole_seconds().unsigned_abs())
    }

    /// A time that stands beside its target, in seconds. Where rounding would make it look like the target, it has as many
    /// decimals as it takes to differ: `10:00.3` beside `10:00`.
    pub fn duration_beside(&self, mean: Mean, target: u32) -> String {
        let shown = self.duration(mean);
        if mean.cmp_seconds(target) == Ordering::Equal || shown != self.seconds(target.into()) {
            return shown;
        }
        let target = f64::from(target);
        let texts = (1..=DECIMALS_MAX).map(|decimals| (fixed(mean.seconds(), decimals), fixed(target, decimals)));
        let differing = texts.filter(|(text, target)| text != target).find_map(|(text, _)| {
            let (whole, decimals) = text.split_once('.')?;
            Some(format!("{}{}{decimals}", self.seconds(whole.parse().ok()?), self.language().marks().decimal))
        });
        differing.unwrap_or(shown)
    }

    /// `8:32`, `1:02:03`.
    pub fn seconds(&self, seconds: u64) -> String {
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match hours {
            0 => format!("{minutes}:{seconds:02}"),
            _ => format!("{}:{minutes:02}:{seconds:02}", self.count(hours)),
        }
    }

    /// `+2.1%`, `−0.4%`, `±0.0%`: tenths of a percent.
    pub fn change_percent(&self, change: i64) -> String {
        self.with_percent(&format!("{}{}", sign(change), self.tenths(change)))
    }

    /// `2.1%`: tenths of a percent, without their sign.
    pub fn percent_of_change(&self, change: i64) -> String {
        self.with_percent(&self.tenths(change))
    }

    /// `+2.1 pts`: tenths of a percentage point.
    pub fn change_points(&self, change: i64) -> String {
        let text = format!("{}{}", sign(change), self.tenths(change));
        self.fill("points", &[("change", Arg::Number { text, shown: shown(change) })])
    }

    /// `+0:12`: seconds.
    pub fn change_seconds(&self, change: i64) -> String {
        format!("{}{}", sign(change), self.seconds(change.unsigned_abs()))
    }

    /// `87.5`: tenths, without their sign.
    pub fn tenths(&self, tenths: i64) -> String {
        self.shown(shown(tenths))
    }

    fn shown(&self, number: Shown) -> String {
        let whole = self.count(number.whole);
        number.tenth.map_or_else(|| whole.clone(), |tenth| format!("{whole}{}{tenth}", self.language().marks().decimal))
    }

    /// A number of less than four digits with the language's decimal mark.
    fn marked(&self, number: &str) -> String {
        number.replace('.', self.language().marks().decimal)
    }

    fn with_percent(&self, number: &str) -> String {
        format!("{number}{}%", self.language().marks().before_percent)
    }
}

/// A number with so many decimals.
fn fixed(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}")
}

/// A number of tenths, without its sign.
pub(super) fn shown(tenths: i64) -> Shown {
    let tenths = tenths.unsigned_abs();
    Shown { whole: tenths / 10, tenth: u8::try_from(tenths % 10).ok() }
}

/// Rounded to a tenth; what is no number, or below zero, counts as zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from f64 stops at the ends")]
pub(super) fn rounded_tenths(number: f64) -> Shown {
    let tenths = (10.0 * number).round().max(0.0) as u64;
    Shown { whole: tenths / 10, tenth: u8::try_from(tenths % 10).ok() }
}

fn sign(change: i64) -> &'static str {
    match change {
        0 => "±",
        1.. => "+",
        ..0 => "−",
    }
}
