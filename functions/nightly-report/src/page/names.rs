//! Names from outside, made fit to stand in a line of ours.
//!
//! A queue can be called anything. What would break the line, hide in it or turn its order around is taken out; letters of
//! every script, accents and emoji stay as they are. Markup is no matter of this file: the HTML template escapes.

use crate::words::Words;

/// Longest name, in characters: as many as Genesys allows for a queue. A longer one is cut, and shown to be.
const CHARS_MAX: usize = 256;

/// The name in one line, without characters that cannot be seen and turn others around.
pub fn printable(name: &str, words: &Words) -> String {
    let spaced = name.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c });
    let spaced = spaced.collect::<String>();
    let text = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(CHARS_MAX) {
        _ if text.is_empty() => words.text("nameless"),
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The name with marks around it that keep the line's direction, where it has letters that run from right to left. HTML
/// has an element for that.
pub fn isolated(name: &str) -> String {
    if name.chars().any(runs_left) { format!("\u{2068}{name}\u{2069}") } else { name.to_owned() }
}

/// Whether the name as a whole runs from right to left: its first letter does.
pub fn is_rtl(name: &str) -> bool {
    name.chars().find(|c| c.is_alphabetic()).is_some_and(runs_left)
}

/// Letters, marks and digits of the scripts that run from right to left.
fn runs_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Marks of direction, of lines and of nothing. The joiners stay: letters and emoji are made with them.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{200b}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use proptest::prelude::*;

    fn shown(name: &str) -> String {
        printable(name, Words::of(Language::En))
    }

    #[test]
    fn letters_of_every_script_stay_as_they_are() {
        let family = "👨\u{200d}👩\u{200d}👧 Familie";
        for name in ["Fakturierung Zürich", "الفواتير", "תמיכה", "請求サポート", family, "می\u{200c}خواهم", "<b>&amp;"]
        {
            assert_eq!(shown(name), name);
        }
        assert_eq!(isolated("Billing"), "Billing");
        assert_eq!(isolated("تمارين 24"), "\u{2068}تمارين 24\u{2069}");
    }

    #[test]
    fn a_name_runs_as_its_first_letter_does() {
        let names = ["تمارين 24", "24/7 תמיכה Support", "Support תמיכה", "🚀 24", "٢٤ Support", "日本"];
        assert_eq!(names.map(is_rtl), [true, true, false, false, false, false]);
    }

    #[test]
    fn what_breaks_or_turns_a_line_is_taken_out() {
        assert_eq!(shown("Bil\r\nling\tEast\u{2028}x"), "Bil ling East x");
        assert_eq!(shown("\u{202e}gnilliB\u{202c}"), "gnilliB");
        assert_eq!(shown("\u{2067}\u{200f}  "), "(without a name)");
        assert_eq!(shown(&"é".repeat(CHARS_MAX)), "é".repeat(CHARS_MAX));
        assert_eq!(shown(&"é".repeat(CHARS_MAX + 1)), format!("{}…", "é".repeat(CHARS_MAX)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_the_name_it_is_one_short_line(name in any::<String>()) {
            let once = shown(&name);
            prop_assert!(!once.is_empty() && once.chars().count() <= CHARS_MAX + 1);
            prop_assert!(!once.contains(|c: char| c.is_control() || turns(c)));
            prop_assert_eq!(shown(&once), once);
        }
    }
}
