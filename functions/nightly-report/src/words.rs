//! The report's words, in each of its languages.
//!
//! Words stand in one file for each language, `words/pt-BR.ftl`, which a translator reads and changes without reading
//! code; a program that is built holds all of them. Code names a message and hands over numbers and names:
//! `words.fill("queues", &[("count", 12.into())])`. Which separators a number has, and which plural goes with it, follows
//! from the language. A test holds the files against each other and against the code.

mod catalogue;
mod dates;
mod numbers;
mod plural;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use dates::{capitalised, stopped};
pub use numbers::NOTHING;
pub use plural::Shown;

/// A language in which a report can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Portuguese, as in Brazil.
    #[serde(rename = "pt-BR")]
    PtBr,
    /// Spanish.
    #[serde(rename = "es")]
    Es,
    /// French, as in Canada.
    #[serde(rename = "fr-CA")]
    FrCa,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::PtBr, Self::Es, Self::FrCa];

    /// Its name in the configuration and in HTML, as in `pt-BR`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::PtBr => "pt-BR",
            Self::Es => "es",
            Self::FrCa => "fr-CA",
        }
    }

    /// The language alone, as in `pt`.
    pub fn code(self) -> &'static str {
        &self.tag()[..2]
    }

    /// Where it is spoken, as in `BR`.
    pub fn region(self) -> Option<&'static str> {
        self.tag().get(3..)
    }
}

/// The words of a language. They are read on first use.
#[derive(Debug)]
pub struct Words {
    language: Language,
    messages: catalogue::Messages,
}

static EN: LazyLock<Words> = LazyLock::new(|| Words::read(Language::En, include_str!("../words/en.ftl")));
static PT_BR: LazyLock<Words> = LazyLock::new(|| Words::read(Language::PtBr, include_str!("../words/pt-BR.ftl")));
static ES: LazyLock<Words> = LazyLock::new(|| Words::read(Language::Es, include_str!("../words/es.ftl")));
static FR_CA: LazyLock<Words> = LazyLock::new(|| Words::read(Language::FrCa, include_str!("../words/fr-CA.ftl")));

/// A piece of a sentence. Names are kept apart: they come from outside, and may run from right to left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Our words.
    Text(String),
    /// A name.
    Name(String),
}

/// What a variable of a message holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A number. It is written as the language does, and chooses the plural.
    Count(u64),
    /// A number that is written already, and chooses the plural.
    Number {
        /// As it is written.
        text: String,
        /// What chooses.
        shown: Shown,
    },
    /// Words.
    Text(String),
    /// A name.
    Name(String),
    /// Words with names in them.
    Pieces(Vec<Piece>),
}

impl Words {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::PtBr => &PT_BR,
            Language::Es => &ES,
            Language::FrCa => &FR_CA,
        }
    }

    fn read(language: Language, file: &'static str) -> Self {
        Self { language, messages: catalogue::messages(file) }
    }

    /// Their language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What a message without variables says.
    pub fn text(&self, id: &str) -> String {
        self.fill(id, &[])
    }

    /// What a message says, as one text.
    pub fn fill(&self, id: &str, args: &[(&str, Arg)]) -> String {
        let pieces = self.pieces(id, args).into_iter().map(|piece| match piece {
            Piece::Text(text) | Piece::Name(text) => text,
        });
        pieces.collect()
    }

    /// What a message with nothing but a number says.
    pub fn counted(&self, id: &str, count: u64) -> String {
        self.fill(id, &[("count", Arg::Count(count))])
    }
}

impl Arg {
    /// A number with one tenth.
    pub fn decimal(number: f64, words: &Words) -> Self {
        Self::Number { text: words.decimal(number), shown: numbers::rounded_tenths(number) }
    }

    fn shown(&self) -> Option<Shown> {
        match self {
            Self::Count(whole) => Some(Shown { whole: *whole, tenth: None }),
            Self::Number { shown, .. } => Some(*shown),
            _ => None,
        }
    }
}

impl From<u64> for Arg {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
