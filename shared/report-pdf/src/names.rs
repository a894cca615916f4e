//! What no message may quote: the names of a sheet, which come from outside. Messages land in logs.
//!
//! A message of the engine begins with words of its own, and what it quotes follows a colon, a quotation mark or a
//! bracket: `panicked with: "…"`. A name is looked for in all of it. A short one, as `A` or `★`, could be one of the
//! engine's own words, so it is looked for only where something is quoted.

use std::collections::HashSet;

use serde_json::Value;

/// Letters of the longest name and the longest word that are among the engine's own words too often to be told apart.
const SHORT_MAX: usize = 3;

/// The names of a sheet, as they are looked for.
pub struct Names {
    /// Whole names, and words of names.
    long: HashSet<String>,
    /// Whole names that are words of many messages.
    short: HashSet<String>,
    /// Pieces of names in which there is no letter.
    signs: HashSet<String>,
}

impl Names {
    /// Those of `data.json`. A word of a name that the template has as well, as the name of a field, tells nothing.
    pub fn of(sheet: &Value, template: &str) -> Self {
        let mut names = Self { long: HashSet::new(), short: HashSet::new(), signs: HashSet::new() };
        let template = as_words(template);
        let template: HashSet<&str> = template.split_whitespace().collect();
        each(sheet, &mut |name| names.add(name, &template));
        names
    }

    fn add(&mut self, name: &str, template: &HashSet<&str>) {
        let whole = as_words(name);
        match letters(&whole) {
            0 => self.signs.extend(name.split_whitespace().map(str::to_owned)),
            1..=SHORT_MAX => drop(self.short.insert(whole)),
            _ => {
                let words = whole.split_whitespace();
                // In bytes: two signs of Chinese are a word.
                let telling = words.filter(|word| word.len() > SHORT_MAX && !template.contains(word));
                self.long.extend(telling.map(|word| format!(" {word} ")));
                self.long.insert(whole);
            }
        }
    }

    /// Whether a message says one of them.
    pub fn are_quoted_by(&self, message: &str) -> bool {
        let is_among = |names: &HashSet<String>, text: &str| names.iter().any(|name| text.contains(name));
        let quoted = message.find(['"', '`', ':', '(']).map_or("", |at| &message[at..]);
        let mut signs = quoted.split(|c: char| c.is_whitespace() || matches!(c, '"' | '`'));
        is_among(&self.long, &as_words(message))
            || is_among(&self.short, &as_words(quoted))
            || signs.any(|sign| self.signs.contains(sign))
    }
}

/// Goes over what comes from outside: names with their direction, and the groups of queues. Everything else in a sheet is
/// words, numbers and dates of ours, and so is what a day is compared with.
fn each(value: &Value, look_at: &mut impl FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, look_at)),
        Value::Object(fields) => {
            let is_name = fields.contains_key("is_rtl");
            for (key, field) in fields.iter().filter(|(key, _)| *key != "trends") {
                match field {
                    Value::String(text) if key == "group" || is_name && key == "text" => look_at(text),
                    _ => each(field, look_at),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn letters(words: &str) -> usize {
    words.chars().filter(|character| *character != ' ').count()
}

/// A text without capitals and with one space around each word, so that a text within another one is words of it. Capitals
/// come first, because `ß` is `SS` there, and a template may have made them.
fn as_words(text: &str) -> String {
    let lower = text.to_uppercase().to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |all, word| all + word + " ")
}
