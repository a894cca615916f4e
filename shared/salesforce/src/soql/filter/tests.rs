//! What the grammar knows, what it does not, and that nothing else passes.

use proptest::prelude::*;

use super::*;

fn rebuilt(text: &str) -> String {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).unwrap().text()
}

#[test]
fn a_condition_is_written_anew_in_one_spelling() {
    for (text, expected) in [
        ("LastName='Lima'", "LastName = 'Lima'"),
        ("  account.Name   LIKE 'Acme\\_%' ", "account.Name LIKE 'Acme\\_%'"),
        ("a=1 and b!=2.50 AND c<-3", "a = 1 AND b != 2.50 AND c < -3"),
        ("(a = 1)", "a = 1"),
        ("(a = 1 or b = 2) AND c = TRUE", "(a = 1 OR b = 2) AND c = TRUE"),
        ("not a = null and b = 1", "(NOT a = NULL) AND b = 1"),
        ("NOT (a = 1 OR NOT (b = 2))", "NOT (a = 1 OR (NOT b = 2))"),
        ("MailingCountry IN ('Brazil', 'Chile')", "MailingCountry IN ('Brazil','Chile')"),
        ("Id not  in ('003000000000001AAA')", "Id NOT IN ('003000000000001AAA')"),
        ("Birthdate >= 1980-02-29", "Birthdate >= 1980-02-29"),
        ("CreatedDate > 2026-11-22T06:00:00.900+02:00", "CreatedDate > 2026-11-22T04:00:00Z"),
        ("CreatedDate = last_n_days:30 OR CreatedDate = TODAY", "CreatedDate = LAST_N_DAYS:30 OR CreatedDate = TODAY"),
        ("LastName = 'O\\'Brien \\u00e9 %_'", "LastName = 'O\\'Brien é %_'"),
    ] {
        assert_eq!(rebuilt(text), expected, "{text}");
        assert_eq!(rebuilt(expected), expected, "{expected}");
    }
    assert_eq!(Filter::parse(" \n").unwrap(), None);
}

#[test]
fn t32_what_the_grammar_does_not_know_is_refused_with_its_place() {
    for (text, place) in [
        ("LastName = 'Lima' ORDER BY Id", 19),
        ("LastName = 'Lima' LIMIT 1", 19),
        ("LastName = 'Lima'; DELETE", 18),
        ("LastName = 'Lima' -- x", 19),
        ("LastName = 'Lima'' OR Id != ''", 31),
        ("LastName = 'Lima\\' OR Id != \\'", 31),
        ("LastName = 'a\\x'", 14),
        ("LastName = 'a\\%'", 12),
        ("LastName = \"Lima\"", 12),
        ("LastName = :name", 12),
        ("Id IN (SELECT ContactId FROM Case)", 8),
        ("Id IN ()", 8),
        ("Id IN ('a', 1)", 13),
        ("Id IN (NULL)", 8),
        ("CALENDAR_YEAR(CreatedDate) = 2026", 14),
        ("Interests__c INCLUDES ('a')", 14),
        ("a = 1 AND b = 2 OR c = 3", 17),
        ("(a = 1 AND b = 2 OR c = 3)", 18),
        ("a = 1 AND", 10),
        ("(a = 1", 7),
        ("a = 1)", 6),
        ("AND = 1", 1),
        ("a.b.c.d.e.f.g = 1", 1),
        ("a..b = 1", 1),
        ("Näme = 1", 2),
        ("a <> 1", 4),
        ("a > TRUE", 5),
        ("a < NULL", 5),
        ("a LIKE 1", 8),
        ("a NOT LIKE 'x'", 7),
        ("a = 1e9", 5),
        ("a = 1.", 5),
        ("a = 2026-02-30", 5),
        ("a = 0900-01-01", 5),
        ("a = 2026-11-22T04:00:00", 5),
        ("a = LAST_N_MINUTES:30", 5),
        ("a = LAST_N_DAYS", 16),
        ("a = LAST_N_DAYS:-3", 17),
        ("a = TODAY:3", 10),
        ("FIELDS(ALL) = 1", 7),
    ] {
        let error = Filter::parse(text).expect_err(text);
        assert_eq!(error.place, place, "{text}: {error}");
        assert!(!error.to_string().contains("Lima"), "{error}");
    }
}

#[test]
fn a_condition_has_an_end_in_length_and_depth() {
    let deep = |levels: usize| format!("{}a = 1{}", "NOT (".repeat(levels), ")".repeat(levels));
    assert!(Filter::parse(&deep(9)).is_ok());
    assert!(Filter::parse(&deep(10)).is_err());
    assert!(Filter::parse(&"(".repeat(1_999)).is_err());
    assert!(Filter::parse(&format!("a = '{}'", "x".repeat(1_994))).is_ok());
    assert!(Filter::parse(&format!("a = '{}'", "x".repeat(1_995))).is_err());
}

#[test]
fn printing_a_filter_prints_its_columns_and_no_value() {
    let filter =
        Filter::parse("Email = 'ana@example.com' AND Account.Name != 'Acme' AND Email != NULL").unwrap().unwrap();
    assert_eq!(filter.columns(), ["Account.Name", "Email"]);
    let printed = format!("{filter:?}");
    assert!(printed.contains("Account.Name") && !printed.contains("ana@"), "{printed}");
}

fn column() -> impl Strategy<Value = String> {
    let is_free = |word: &String| {
        !["and", "or", "not", "in", "like", "null", "true", "false"].contains(&word.to_lowercase().as_str())
    };
    prop::collection::vec("[A-Za-z][A-Za-z0-9_]{0,8}", 1..4)
        .prop_map(|names| names.join("."))
        .prop_filter("a keyword", is_free)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(|text| Value::Text(text.chars().take(40).collect())),
        "-?[0-9]{1,6}(\\.[0-9]{1,4})?".prop_map(Value::Number),
        (1700_i16..4000, 1_i8..13, 1_i8..29)
            .prop_map(|(year, month, day)| Value::Date(jiff::civil::date(year, month, day))),
        (-8_000_000_000_i64..60_000_000_000).prop_map(|second| Value::Moment(Timestamp::from_second(second).unwrap())),
        any::<u32>().prop_map(|number| Value::Relative("LAST_N_DAYS", Some(number))),
    ]
}

fn operator() -> impl Strategy<Value = Operator> {
    let all = [Operator::Equal, Operator::NotEqual, Operator::Less, Operator::LessOrEqual, Operator::Greater];
    prop::sample::select([all.as_slice(), &[Operator::GreaterOrEqual]].concat())
}

fn part() -> impl Strategy<Value = PatternPart> {
    prop_oneof![any::<char>().prop_map(PatternPart::One), Just(PatternPart::AnyOne), Just(PatternPart::AnyMany)]
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (column(), operator(), value()).prop_map(|(column, operator, value)| Condition::Compare {
            column,
            operator,
            value
        }),
        (column(), prop::sample::select(vec![Value::Null, Value::Flag(true), Value::Flag(false)]))
            .prop_map(|(column, value)| Condition::Compare { column, operator: Operator::NotEqual, value }),
        (column(), prop::collection::vec(part(), 0..12))
            .prop_map(|(column, pattern)| Condition::Like { column, pattern }),
        (column(), any::<bool>(), prop::collection::vec(any::<u16>(), 1..4)).prop_map(|(column, negated, numbers)| {
            let values = numbers.iter().map(|number| Value::Number(number.to_string())).collect();
            Condition::In { column, negated, values }
        }),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same_condition(condition in condition()) {
        let text = condition.text();
        prop_assume!(text.chars().count() <= 2_000);
        prop_assert_eq!(Filter::parse(&text), Ok(Some(Filter(condition))), "{}", text);
    }

    #[test]
    fn t32_whatever_is_read_is_only_what_the_grammar_knows(text in any::<String>()) {
        if let Ok(Some(filter)) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.text()), Ok(Some(filter)));
        }
    }

    #[test]
    fn t32_pieces_of_statements_are_refused_or_stay_one_condition(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "=", "'x'", "'", "\\", "\\'", "(", ")", " AND ", " OR ", " NOT ", " IN ", " LIKE ", "1", ",", "NULL", "%",
            "SELECT Id FROM User", " LIMIT 1", " ORDER BY Id", "--", ";", "TODAY", ":", "!=",
        ]), 1..12),
    ) {
        if let Ok(Some(filter)) = Filter::parse(&pieces.concat()) {
            let outside = outside_quotes(&filter.text());
            for word in ["SELECT", "LIMIT", "ORDER", "--", ";"] {
                prop_assert!(!outside.contains(word), "{}", filter.text());
            }
            prop_assert_eq!(outside.matches('(').count(), outside.matches(')').count());
        }
    }
}

/// A statement without what stands in its texts.
fn outside_quotes(text: &str) -> String {
    let (mut outside, mut is_inside, mut characters) = (String::new(), false, text.chars());
    while let Some(character) = characters.next() {
        match character {
            '\\' if is_inside => drop(characters.next()),
            '\'' => is_inside = !is_inside,
            character if !is_inside => outside.push(character),
            _ => {}
        }
    }
    outside
}
