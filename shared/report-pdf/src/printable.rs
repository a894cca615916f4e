//! Makes a sheet typesettable: names come from outside and may hold anything that Unicode has, and one character without a
//! glyph is enough for the strict export to refuse the whole report. So every text of the sheet passes here first, also
//! the texts of fields that are added later.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use typst::text::{Font, FontBook};
use unicode_segmentation::UnicodeSegmentation;

use crate::fonts;
use crate::order::Order;

/// Longest name, in characters: four lines of a table's column. Genesys allows 256 for a queue.
const NAME_MAX: usize = 400;

/// Longest text: PDF/A-2 bounds a string at 32,767 bytes, and a character has four at most.
const TEXT_MAX: usize = 8_000;

/// Most fonts that a company may bring along, faces of collections included: a dozen families with all their weights.
const FONTS_MAX: usize = 100;

/// What stands for a character that no font has.
const REPLACEMENT: char = '□';

/// A sheet that the fonts of its order can print.
pub struct Printable {
    /// The fonts, the company's first.
    pub fonts: Vec<Font>,
    /// The sheet, as `data.json` has it.
    pub data: Value,
    /// How many different characters were replaced, however often each stands in the sheet.
    pub replaced: usize,
    /// What is wrong with the fonts.
    pub remarks: Vec<String>,
}

impl Printable {
    pub fn new(order: &Order) -> Self {
        let mut fonts = Vec::new();
        let mut remarks = Vec::new();
        for (index, file) in order.fonts.iter().enumerate() {
            let of_file = fonts::of_company(file);
            if of_file.is_empty() {
                remarks
                    .push(format!("font file {} cannot be read: the built-in fonts are used in its place", index + 1));
            }
            fonts.extend(of_file);
        }
        if fonts.len() > FONTS_MAX {
            remarks.push(format!("only the first {FONTS_MAX} of {} fonts are used", fonts.len()));
            fonts.truncate(FONTS_MAX);
        }
        fonts.extend(fonts::built_in());
        if let Some(family) = &order.look.font
            && !FontBook::from_fonts(&fonts).contains_family(&family.to_lowercase())
        {
            remarks.push(format!(
                "the font {family:?} is in no file of the look: the built-in fonts are used in its place"
            ));
        }
        let mut data = serde_json::to_value(&order.sheet).unwrap_or_default();
        let mut press = Press { fonts: &fonts, known: HashMap::new(), replaced: HashSet::new() };
        press.value(&mut data, Role::Text);
        let replaced = press.replaced.len();
        if let Value::Object(sheet) = &mut data {
            settle(sheet, replaced);
        }
        Self { fonts, data, replaced, remarks }
    }
}

/// What is left to decide for the sheet as a whole.
fn settle(sheet: &mut Map<String, Value>, replaced: usize) {
    if replaced == 0 {
        sheet.insert("replaced".to_owned(), "".into());
    }
    let is_code = |value: &Value, lengths: &[usize]| {
        value
            .as_str()
            .is_some_and(|code| lengths.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    if !sheet.get("language").is_some_and(|language| is_code(language, &[2, 3])) {
        sheet.insert("language".to_owned(), "en".into());
    }
    if !sheet.get("region").is_some_and(|region| is_code(region, &[2])) {
        sheet.insert("region".to_owned(), Value::Null);
    }
}

/// What a text is.
#[derive(Clone, Copy)]
enum Role {
    /// From outside.
    Name,
    /// Ours.
    Text,
}

/// Goes over a sheet.
struct Press<'a> {
    fonts: &'a [Font],
    known: HashMap<char, u128>,
    replaced: HashSet<char>,
}

impl Press<'_> {
    fn value(&mut self, value: &mut Value, role: Role) {
        match value {
            Value::String(text) => *text = self.text(text, role),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, role)),
            Value::Object(fields) => self.fields(fields),
            Value::Number(number) => {
                if let Some(length) = number.as_f64().filter(|_| number.is_f64()) {
                    *value = length.clamp(0.0, 1.0).into();
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn fields(&mut self, fields: &mut Map<String, Value>) {
        let role = if fields.contains_key("is_rtl") { Role::Name } else { Role::Text };
        let is_gauge = fields.contains_key("at");
        for (key, field) in fields.iter_mut() {
            // A length that is no number arrives as null, and these are never left out.
            if field.is_null() && (matches!(key.as_str(), "at" | "shade") || is_gauge && key == "target") {
                *field = 0.0.into();
            }
            self.value(field, role);
        }
    }

    fn text(&mut self, text: &str, role: Role) -> String {
        let longest = match role {
            Role::Name => NAME_MAX,
            Role::Text => TEXT_MAX,
        };
        let admitted: String = text.chars().filter_map(|character| admitted(character, role)).take(longest).collect();
        if admitted.is_ascii() {
            return admitted;
        }
        let mut printable = String::with_capacity(admitted.len());
        admitted.graphemes(true).for_each(|sign| self.sign(sign, &mut printable));
        printable
    }

    /// A letter with its marks, or an emoji of several characters. It is drawn by one font, so a mark that the letter's
    /// fonts have not is replaced, and so is one without a letter, which would go to the letter before the text.
    fn sign(&mut self, sign: &str, printable: &mut String) {
        let mut fonts = if sign.chars().next().is_some_and(is_mark) { 0 } else { u128::MAX };
        for character in sign.chars() {
            if shapes(character) {
                printable.push(character);
                continue;
            }
            match fonts & self.fonts_of(character) {
                0 => {
                    self.replaced.insert(character);
                    printable.push(REPLACEMENT);
                    fonts = self.fonts_of(REPLACEMENT);
                }
                common => {
                    printable.push(character);
                    fonts = common;
                }
            }
        }
    }

    /// The fonts that have a character, a bit for each.
    fn fonts_of(&mut self, character: char) -> u128 {
        let fonts = self.fonts;
        *self.known.entry(character).or_insert_with(|| {
            let has = |font: &Font| font.info().coverage.contains(character.into());
            match character {
                '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'.. => 0,
                _ => {
                    fonts.iter().enumerate().filter(|(_, font)| has(font)).fold(0, |bits, (index, _)| bits | 1 << index)
                }
            }
        })
    }
}

/// What becomes of a character, whatever the fonts are; `None`: it is left out, and nobody misses it.
fn admitted(character: char, role: Role) -> Option<char> {
    match character {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        // These turn text around until they are closed; a name may not do that to the sentence it stands in.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => matches!(role, Role::Text).then_some(character),
        _ if shapes(character) => Some(character),
        _ if character.is_control() || is_invisible(character) => None,
        _ => Some(character),
    }
}

/// Whether a character belongs to the one before it.
fn is_mark(character: char) -> bool {
    !character.is_ascii() && !shapes(character) && format!("a{character}").graphemes(true).nth(1).is_none()
}

/// Joiners, direction marks and isolates, variation selectors and the tags of a flag: they decide how their neighbours look.
const fn shapes(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

/// What has no shape of its own and is not missed: Unicode's default-ignorable characters, without those above.
const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
