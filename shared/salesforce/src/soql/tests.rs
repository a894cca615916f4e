//! Statements as text, and the promise that no value leaves its literal.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn contacts() -> Soql {
    Soql::select("Contact", ["Id", "LastName", "Account.BillingCountry"]).unwrap()
}

/// Where a literal that begins `text` ends, and what it says, read as Salesforce reads it.
fn read_literal(text: &str) -> Option<(String, &str)> {
    let mut characters = text.strip_prefix('\'')?.char_indices();
    let mut value = String::new();
    while let Some((index, character)) = characters.next() {
        match character {
            '\'' => return Some((value, &text[index + 2..])),
            '\\' => value.push(match characters.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                escaped @ ('\'' | '\\' | '"') => escaped,
                _ => return None,
            }),
            plain => value.push(plain),
        }
    }
    None
}

#[test]
fn a_window_is_read_oldest_first_with_ties_by_id() {
    let since =
        contacts().changed_since(at("2026-11-22T04:00:00.9Z")).changed_before(at("2026-11-22T05:00:00Z")).limit(100);
    assert_eq!(
        since.text(),
        "SELECT Id,LastName,Account.BillingCountry FROM Contact WHERE SystemModstamp >= 2026-11-22T04:00:00Z \
         AND SystemModstamp < 2026-11-22T05:00:00Z ORDER BY SystemModstamp,Id LIMIT 100"
    );
}

#[test]
fn a_page_goes_on_behind_one_row_of_a_second() {
    let after = contacts().changed_after(at("2026-11-22T04:00:00Z"), "003000000000001AAA").unwrap();
    assert!(after.text().contains(
        "WHERE (SystemModstamp > 2026-11-22T04:00:00Z OR (SystemModstamp = 2026-11-22T04:00:00Z AND Id > '003000000000001AAA'))"
    ));
    assert_eq!(contacts().changed_after(at("2026-11-22T04:00:00Z"), "003' OR Id != '").unwrap_err(), SoqlError::Id);
}

#[test]
fn all_rows_are_read_by_id_and_go_on_behind_any_of_them() {
    assert!(contacts().by_id().limit(9).text().ends_with(" FROM Contact ORDER BY Id LIMIT 9"));
    let after = contacts().after_id("003000000000001AAA").unwrap().text();
    assert!(after.ends_with(" FROM Contact WHERE Id > '003000000000001AAA' ORDER BY Id"), "{after}");
    assert_eq!(contacts().after_id("x' OR Id > '").unwrap_err(), SoqlError::Id);
}

#[test]
fn deleted_rows_are_asked_for_in_a_window() {
    let gone =
        Soql::select("Contact", ["Id", MASTER_RECORD_ID]).unwrap().deleted().changed_since(at("2026-11-22T04:00:00Z"));
    assert_eq!(
        gone.text(),
        "SELECT Id,MasterRecordId FROM Contact WHERE IsDeleted = TRUE AND SystemModstamp >= 2026-11-22T04:00:00Z \
         ORDER BY SystemModstamp,Id"
    );
}

#[test]
fn rows_are_counted_without_order_and_limit() {
    let since = contacts().changed_since(at("2026-11-22T04:00:00Z")).limit(5);
    assert_eq!(since.count_text(), "SELECT COUNT() FROM Contact WHERE SystemModstamp >= 2026-11-22T04:00:00Z");
    assert_eq!(contacts().count_text(), "SELECT COUNT() FROM Contact");
}

#[test]
fn rows_are_read_by_their_ids() {
    let some = contacts().with_ids(["003000000000001AAA", "003000000000002AAA"]).unwrap();
    assert!(some.text().ends_with(" WHERE Id IN ('003000000000001AAA','003000000000002AAA')"), "{}", some.text());
    assert_eq!(contacts().with_ids([""; 0]).unwrap_err(), SoqlError::NoValues("Id".to_owned()));
    assert_eq!(contacts().with_ids(["003')"]).unwrap_err(), SoqlError::Id);
}

#[test]
fn a_name_is_a_name_and_nothing_else() {
    for column in ["", "Id FROM User--", "1st", "A..B", ".A", "A.", "Näme", "COUNT()", "a b", "A.B.C.D.E.F.G"] {
        assert_eq!(Soql::select("Contact", [column]).unwrap_err(), SoqlError::Name(column.to_owned()));
    }
    assert!(Soql::select("Contact WHERE", ["Id"]).is_err() && Soql::select("Account.Name", ["Id"]).is_err());
    assert_eq!(Soql::select("Contact", [""; 0]).unwrap_err(), SoqlError::NoColumns("Contact".to_owned()));
}

#[test]
fn a_column_is_asked_for_once() {
    assert_eq!(Soql::select("Contact", ["Id", "id", "Email", "Id"]).unwrap().text(), "SELECT Id,Email FROM Contact");
}

#[test]
fn a_value_that_is_too_long_is_refused() {
    assert!(contacts().equal("Email", &"a".repeat(3_998)).is_ok());
    assert_eq!(contacts().equal("Email", &"'".repeat(2_000)).unwrap_err(), SoqlError::TooLong("Email".to_owned()));
}

#[test]
fn printing_a_statement_does_not_print_its_values() {
    let printed = format!("{:?}", contacts().equal("Email", "ana@example.com").unwrap());
    assert!(printed.contains("LastName") && !printed.contains("ana@"), "{printed}");
}

#[test]
fn t32_known_attempts_stay_inside_their_literal() {
    for value in
        ["'", "\\", "\\'", "' OR Name != '", "\\' OR Id != \\'", "a\\", "''", "\u{0}", "\u{2028}", "%_", "\\u0027 OR"]
    {
        assert_eq!(read_literal(&literal(value)), Some((value.to_owned(), "")), "{value:?}");
    }
}

proptest! {
    #[test]
    fn t32_no_value_ends_its_literal_early(value in any::<String>()) {
        let written = literal(&value);
        prop_assert_eq!(read_literal(&written), Some((value, "")));
    }

    #[test]
    fn t32_no_value_made_of_quotes_and_backslashes_ends_its_literal_early(value in "['\\\\\"nu0-9a-f%]{0,40}") {
        let statement = contacts().equal("Email", &value).unwrap().limit(1).text();
        let (_, condition) = statement.split_once("Email = ").unwrap();
        prop_assert_eq!(read_literal(condition), Some((value, " LIMIT 1")));
    }

    #[test]
    fn t32_no_name_carries_anything_but_a_name(name in any::<String>()) {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.');
        prop_assert!(Soql::select("Contact", [&name]).is_err() || is_plain);
        prop_assert!(Soql::select(&name, ["Id"]).is_err() || is_plain);
    }
}
