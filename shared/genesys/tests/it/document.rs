//! T37: whatever an object of Genesys holds, a write changes one number of it and nothing else.

use std::hash::{BuildHasher, Hasher, RandomState};

use genesys::Document;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::Value;

/// Numbers that a program which reads and writes JSON values would write differently, or not at all.
const ODD_NUMBERS: [&str; 12] = [
    "1e2",
    "1.0",
    "-0",
    "-0.0",
    "0.1000",
    "12345678901234567890",
    "-98765432109876543210",
    "1E+2",
    "1e-7",
    "1e999",
    "3.141592653589793238462643",
    "200.0",
];
const ESCAPES: [&str; 8] = [r"\u0061", r"\/", r"\ud83d\ude00", r"\ud83d", r"\u0000", r"\n", r#"\""#, "ã"];
const SPACES: [&str; 4] = ["", "", " ", "\n\t"];

/// The text of a string, quotes included, as some server might write it.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![select(&ESCAPES[..]).prop_map(str::to_owned), "[a-zA-Z0-9 _.-]{0,6}"];
    vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// The text of any JSON value.
fn value() -> impl Strategy<Value = String> {
    let number =
        prop_oneof![select(&ODD_NUMBERS[..]).prop_map(str::to_owned), any::<i64>().prop_map(|n| n.to_string())];
    let word = select(&["true", "false", "null"][..]).prop_map(str::to_owned);
    let leaf = prop_oneof![number, word, string()];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(|values| format!("[{}]", values.join(" ,")));
        prop_oneof![list, members(inner).prop_map(|members| format!("{{{}}}", members.join(", ")))]
    })
}

/// Members of an object. The names are numbered, so none stands twice.
fn members(value: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Vec<String>> {
    let member = (string(), select(&SPACES[..]), value);
    vec(member, 0..6).prop_map(|members| {
        let numbered = members.into_iter().enumerate();
        let text = |(number, (name, space, value)): (usize, (String, &str, String))| {
            format!("\"{number}{}{space}:{space}{value}{space}", &name[1..])
        };
        numbered.map(text).collect()
    })
}

/// An object around a hole where the number stands: the text before it and behind it.
#[derive(Clone, Debug)]
struct Around {
    before: Vec<String>,
    behind: Vec<String>,
    space: &'static str,
}

impl Around {
    fn any() -> impl Strategy<Value = Self> {
        (members(value()), vec(value(), 0..4), select(&SPACES[..])).prop_map(|(before, values, space)| {
            let behind = values.into_iter().enumerate().map(|(number, value)| format!("\"b{number}\":{value}"));
            Self { before, behind: behind.collect(), space }
        })
    }

    /// The object with this member in the hole.
    fn around(&self, member: &str) -> String {
        let hole = [format!("{}{member}{}", self.space, self.space)];
        let all: Vec<&str> = self.before.iter().chain(&hole).chain(&self.behind).map(String::as_str).collect();
        format!("{{{}}}", all.join(","))
    }

    /// The object without the hole, its closing brace left out.
    fn open(&self) -> String {
        format!("{{{}", [self.before.as_slice(), self.behind.as_slice()].concat().join(","))
    }

    fn is_empty(&self) -> bool {
        self.before.is_empty() && self.behind.is_empty()
    }
}

/// Runs a property. A failure tells the seed, and `PROPTEST_RNG_SEED` repeats it.
fn hold<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut config = ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() };
    if matches!(config.rng_seed, RngSeed::Random) {
        config.rng_seed = RngSeed::Fixed(RandomState::new().build_hasher().finish());
    }
    let seed = config.rng_seed;
    if let Err(error) = TestRunner::new(config).run(strategy, property) {
        panic!("PROPTEST_RNG_SEED={seed}: {error}");
    }
}

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn t37_everything_but_the_one_number_survives_a_change_byte_for_byte() {
    let number = select(&ODD_NUMBERS[..]);
    hold(&(Around::any(), Around::any(), number, any::<i64>()), |(outer, inner, old, new)| {
        let row = |number: &str| inner.around(&format!("\"capacity\":{number}"));
        let changed = parse(&row(old)).with(&["capacity"], new);
        prop_assert_eq!(changed.text(), row(&new.to_string()));
        prop_assert_eq!(changed.number_at(&["capacity"]), Some(new));

        let nested = |number: &str| outer.around(&format!("\"call\":{}", row(number)));
        let changed = parse(&nested(old)).with(&["call", "capacity"], new);
        prop_assert_eq!(changed.text(), nested(&new.to_string()));
        prop_assert_eq!(serde_json::to_string(&changed).unwrap(), changed.text());
        Ok(())
    });
}

#[test]
fn t37_a_field_that_was_missing_is_added_and_nothing_else_changes() {
    hold(&(Around::any(), any::<i64>()), |(object, new)| {
        let (open, comma) = (object.open(), if object.is_empty() { "" } else { "," });
        let changed = parse(&format!("{open}}}")).with(&["capacity"], new);
        let (members, space) = open.split_at(open.trim_end().len());
        prop_assert_eq!(changed.text(), format!("{members}{comma}\"capacity\":{new}{space}}}"));
        prop_assert_eq!(changed.number_at(&["capacity"]), Some(new));
        Ok(())
    });
}

#[test]
fn t37_members_that_are_left_out_take_no_byte_of_another_one_with_them() {
    hold(&(Around::any(), value()), |(object, value)| {
        let whole = object.around(&format!("\"memberCount\":{value}"));
        let left = parse(&whole).without(&["memberCount"]).text();
        let kept = [object.before.as_slice(), object.behind.as_slice()].concat();
        let kept: Vec<&str> = kept.iter().map(|member| member.trim_end()).collect();
        prop_assert_eq!(left, format!("{{{}}}", kept.join(",")));
        Ok(())
    });
}

#[test]
fn t37_a_change_and_its_way_back_leave_the_meaning_as_it_was() {
    hold(&(Around::any(), any::<u32>()), |(object, old)| {
        let text = object.around(&format!("\"capacity\":{old}"));
        let back = parse(&text).with(&["capacity"], -1).with(&["capacity"], i64::from(old));
        prop_assert_eq!(back.text(), text.clone());
        if let Ok(meaning) = serde_json::from_str::<Value>(&text) {
            prop_assert_eq!(serde_json::from_str::<Value>(&back.text()).unwrap(), meaning);
        }
        Ok(())
    });
}
