//! The report's words, in each of its languages.

use serde::{Deserialize, Serialize};

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
