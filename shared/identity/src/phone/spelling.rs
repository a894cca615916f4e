//! The spellings of a phone number that people and telephone systems store and no numbering plan knows. Everything here
//! takes a text apart; whether a number exists is decided elsewhere.

use std::borrow::Cow;

/// Words that stand in the place of a number which the caller hides or the network does not know, in the languages of
/// the usual telephone systems; lower case, letters only.
const WITHHELD_WORDS: [&str; 36] = [
    "anonym",
    "anonyme",
    "anonymous",
    "anonimo",
    "anónimo",
    "anônimo",
    "blocked",
    "bloqueado",
    "confidencial",
    "confidential",
    "desconhecido",
    "desconocido",
    "hidden",
    "inconnu",
    "masqué",
    "nocallerid",
    "notavailable",
    "numberwithheld",
    "númerodesconhecido",
    "númerodesconocido",
    "númeroprivado",
    "numeroprivado",
    "oculto",
    "outofarea",
    "privado",
    "private",
    "privatenumber",
    "privé",
    "restricted",
    "unavailable",
    "unbekannt",
    "unknown",
    "unknowncaller",
    "unknownnumber",
    "unterdrückt",
    "withheld",
];

/// What telephone systems send in the place of a hidden number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
/// UNAVAILABLE on a telephone's letter keys.
const WITHHELD_NUMBERS: [&str; 5] = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"];

/// Codes dialled before a number to hide or show one's own. They say nothing about whose number it is.
const CALLER_ID_CODES: [&str; 5] = ["*67", "*82", "*31#", "#31#", "#30#"];

/// Between two numbers in one field; line ends too, which `pieces` adds.
const SEPARATORS: [char; 6] = ['/', '\\', '|', '&', ',', ';'];
/// The same in words, in English, Portuguese, Spanish, French and German.
const SEPARATOR_WORDS: [&str; 7] = ["or", "and", "ou", "e", "y", "et", "oder"];
/// Words for an extension that the library does not know, in Portuguese, Spanish, German and French; lower case.
const EXTENSION_WORDS: [&str; 5] = ["ramal", "anexo", "interno", "durchwahl", "poste"];
/// Digits from which a piece counts as a number of its own: the shortest local numbers in use.
const PIECE_DIGITS_MIN: usize = 7;

/// The user part of a SIP address, or the text as it is: `"Ana" <sip:+15125550123@example.com>` → `+15125550123`.
/// `tel:` stays, because the library reads its parameters.
pub(super) fn user_part(text: &str) -> Cow<'_, str> {
    let inner = text.rsplit_once('<').map_or(text, |(_, inner)| inner.trim_end_matches('>'));
    let scheme = ["sip:", "sips:", "callto:"].into_iter().find(|scheme| starts_with(inner, scheme));
    let address = inner.get(scheme.map_or(0, str::len)..).unwrap_or(inner);
    let is_address = scheme.is_some() || address.contains('@');
    if !is_address {
        return Cow::Borrowed(inner);
    }
    let user = address.split('@').next().unwrap_or(address);
    let user = user.split_once(":").map_or(user, |(user, _password)| user);
    Cow::Owned(without_parameters(user).replace("%2B", "+").replace("%2b", "+").replace("%20", " "))
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Cuts the parameters of a SIP user part, but not the two that belong to the number.
fn without_parameters(user: &str) -> String {
    let mut parts = user.split(';');
    let number = parts.next().unwrap_or(user).to_owned();
    let kept = parts.filter(|part| starts_with(part, "ext=") || starts_with(part, "phone-context="));
    kept.fold(number, |text, part| text + ";" + part)
}

/// Whether the text is a word for a hidden number.
pub(super) fn is_withheld(text: &str) -> bool {
    let letters: String = text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphabetic()).collect();
    let only_word = digits(text) == 0;
    only_word && WITHHELD_WORDS.contains(&letters.as_str())
}

/// Whether an E.164 text is one of the numbers that stand for a hidden one.
pub(super) fn is_withheld_number(e164: &str) -> bool {
    WITHHELD_NUMBERS.contains(&e164)
}

/// Takes off a code such as `*67`. `None` when the text begins with another star or hash code, which is a command to
/// the exchange and no number.
pub(super) fn without_caller_id_code(text: &str) -> Option<&str> {
    let rest = CALLER_ID_CODES.into_iter().find_map(|code| text.strip_prefix(code)).unwrap_or(text).trim_start();
    (!rest.starts_with(['*', '#'])).then_some(rest)
}

/// The text with an extension in the spelling that the library reads: `(11) 3456-7890 ramal 12` → `… ext 12`, and
/// `512-555-0123 / x45` without the bar, behind which the library stops reading.
pub(super) fn with_plain_extension(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    for word in EXTENSION_WORDS {
        if let Some((number, extension)) = lower.split_once(word)
            && digits(number) >= PIECE_DIGITS_MIN
            && digits(extension) > 0
        {
            return Cow::Owned(format!("{number} ext {}", extension.trim_start_matches(['.', ':', ' '])));
        }
    }
    match text.split_once('/') {
        Some((number, rest)) if starts_with(rest.trim_start(), "x") => Cow::Owned(format!("{number} {rest}")),
        _ => Cow::Borrowed(text),
    }
}

/// The text without the words at its end: `512-555-0123 (mobile)` → `512-555-0123`. `None` when it ends without.
pub(super) fn without_label(text: &str) -> Option<&str> {
    let of_label = |c: char| c.is_alphabetic() || c.is_whitespace() || "()[]-.:".contains(c);
    let number = text.trim_end_matches(of_label);
    text[number.len()..].contains(char::is_alphabetic).then_some(number)
}

/// The text cut at its separators, but only when at least two pieces can be numbers, or when the text gives the last
/// digits of a second number (`512-555-0123/24`); else the text as one piece.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let spans = words(text);
    let mut pieces: Vec<&str> = Vec::new();
    let mut start = 0;
    for (from, to) in spans {
        pieces.push(text[start..from].trim());
        start = to;
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| digits(piece) > 0);
    let first_whole = pieces.first().is_some_and(|piece| digits(piece) >= PIECE_DIGITS_MIN);
    if pieces.len() < 2 || !first_whole { vec![text] } else { pieces }
}

/// Where the separators of a text are, as byte ranges.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        if c == '\n' || c == '\r' || (SEPARATORS.contains(&c) && !introduces_extension(c, &text[..at], after)) {
            found.push((at, at + c.len_utf8()));
        } else if c.is_whitespace()
            && let Some(word) = SEPARATOR_WORDS.into_iter().find(|word| begins_with_word(after, word))
        {
            found.push((at, at + c.len_utf8() + word.len()));
        }
    }
    found
}

/// Whether the separator begins an extension: `;ext=45`, `,,45#`, `/x45`, or a `tel:` parameter.
fn introduces_extension(separator: char, before: &str, after: &str) -> bool {
    let after = after.trim_start();
    let letters_follow = after.starts_with(|c: char| c.is_alphabetic() || c == '#');
    match separator {
        ';' => letters_follow || digits(after) < PIECE_DIGITS_MIN,
        ',' => letters_follow || after.starts_with(',') || before.ends_with(',') || digits(after) < PIECE_DIGITS_MIN,
        _ => letters_follow,
    }
}

fn begins_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text[word.len()..].starts_with(char::is_whitespace)
}

/// `0033…` and `+0033…` as `+33…`: the prefix for abroad in most countries, stored also where it is not the prefix.
pub(super) fn plus_for_double_zero(text: &str) -> Option<String> {
    let dialled = text.trim_start_matches(['+', '(', ' ']);
    let rest = dialled.strip_prefix("00")?;
    Some(format!("+{}", rest.trim_start_matches([')', ' ', '-', '.', '+'])))
}

/// How many digits a text has.
pub(super) fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}
