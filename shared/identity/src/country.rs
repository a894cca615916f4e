//! Countries. A phone number without a country code means nothing until one knows where it was written down, and
//! Salesforce keeps the country as free text: "Brazil", "BRA", "Brasil". This module reads such texts.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Codes and spellings; the file says how it is made up.
const TABLE: &str = include_str!("countries.txt");

/// Every spelling of the table, and the country it means.
static SPELLINGS: LazyLock<HashMap<&'static str, Country>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let spelled = rows.flat_map(|row| {
        let mut words = row.split_whitespace();
        let country = words.next().map(Country);
        country.into_iter().flat_map(move |country| words.clone().map(move |spelling| (spelling, country)))
    });
    spelled.collect()
});

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(&'static str);

/// A configured country is not a code of ISO 3166.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a country code; use the two letters of ISO 3166, for example US, CA or BR")]
pub struct CountryFault(String);

impl Country {
    /// Reads a two-letter code in either case. `None` for anything else.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim();
        let country = *SPELLINGS.get(code.to_ascii_lowercase().as_str())?;
        country.0.eq_ignore_ascii_case(code).then_some(country)
    }

    /// Reads what people write into a country field: a code of two or three letters, or the name in English, in the
    /// country's own languages, in Spanish, Portuguese, French or German. Case, accents, spaces and punctuation do not
    /// matter. `None` when the text is not recognised; it is never guessed from part of a text.
    pub fn from_free_text(text: &str) -> Option<Self> {
        SPELLINGS.get(fold(text).as_str()).copied()
    }

    /// The two upper-case letters.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// Lower case, letters only, without the accents of the languages that use Latin script.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphabetic()).map(plain_letter).collect()
}

fn plain_letter(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ā' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ē' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ů' | 'ū' => 'u',
        'ç' | 'č' | 'ć' => 'c',
        'ñ' | 'ń' => 'n',
        'š' => 's',
        'ý' => 'y',
        'ž' => 'z',
        other => other,
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl TryFrom<String> for Country {
    type Error = CountryFault;

    fn try_from(code: String) -> Result<Self, CountryFault> {
        Self::parse(&code).ok_or(CountryFault(code))
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_read_in_several_languages() {
        let cases = [
            ("BR", "Brazil Brasil BRA br República_Federativa_do_Brasil"),
            ("US", "United_States USA U.S.A. us EUA Estados_Unidos États-Unis America united_states_of_america"),
            ("CA", "Canada CANADÁ can"),
            ("DE", "Deutschland Germany Alemanha GER-many"),
            ("GB", "UK England United_Kingdom Großbritannien"),
            ("CI", "Côte_d’Ivoire Ivory_Coast"),
            ("JP", "日本 Japan"),
        ];
        for (code, spellings) in cases {
            for spelling in spellings.split(' ') {
                let text = spelling.replace('_', " ");
                assert_eq!(Country::from_free_text(&text).map(Country::as_str), Some(code), "{text}");
            }
        }
        for text in ["", "Atlantis", "Br", "Texas", "USA or Canada"] {
            assert_eq!(Country::from_free_text(text).map(Country::as_str), (text == "Br").then_some("BR"), "{text}");
        }
    }

    #[test]
    fn a_configured_country_is_a_code_only() {
        assert_eq!(Country::parse("br").map(Country::as_str), Some("BR"));
        for text in ["BRA", "UK", "Brazil", "", "ZZ", "us!"] {
            assert_eq!(Country::parse(text), None, "{text}");
        }
        assert_eq!(serde_json::from_str::<Country>("\"CA\"").ok(), Country::parse("CA"));
        let fault = serde_json::from_str::<Country>("\"Canada\"").expect_err("no code").to_string();
        assert!(fault.contains("two letters of ISO 3166"), "{fault}");
    }

    /// A spelling in two lines would make the answer depend on the order of the file.
    #[test]
    fn every_spelling_is_folded_and_stands_once() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        let spellings: Vec<&str> = rows.flat_map(|row| row.split_whitespace().skip(1)).collect();
        for spelling in &spellings {
            assert_eq!(fold(spelling), *spelling);
        }
        assert_eq!(SPELLINGS.len(), spellings.len());
    }
}
