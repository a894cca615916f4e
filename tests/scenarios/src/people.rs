//! People for whom nothing about them matters except that each is somebody else.

use serde_json::{Map, Value, json};

const FIRST: [&str; 12] = [
    "Adalberto",
    "Beatriz",
    "Cristóvão",
    "Dagmara",
    "Émilie",
    "Florência",
    "Gonçalo",
    "Henriette",
    "Iolanda",
    "Joaquim",
    "Kathleen",
    "Lourenço",
];

/// Area codes of Austin, Toronto and São Paulo, where the reference customer sits.
const PLACES: [(&str, &str); 3] = [("US", "+1512"), ("CA", "+1416"), ("BR", "+55119")];

/// Salesforce contact number `number`: name, e-mail address and work number are nobody else's.
pub fn person(number: usize) -> Map<String, Value> {
    let (country, area) = PLACES[number % PLACES.len()];
    let subscriber = if country == "BR" { 80_000_000 + number } else { 6_000_000 + number };
    let record = json!({
        "FirstName": FIRST[number % FIRST.len()],
        "LastName": format!("Sobrenome{number:05}"),
        "Email": format!("pessoa{number:05}@northwind.example"),
        "Phone": format!("{area}{subscriber}"),
        "MailingCountry": country,
    });
    match record {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The first `count` people.
pub fn people(count: usize) -> Vec<Map<String, Value>> {
    (0..count).map(person).collect()
}

/// The same person as somebody typed them into Genesys: another first name, and one of the two keys.
pub fn in_genesys(number: usize) -> Map<String, Value> {
    let person = person(number);
    let mut contact = Map::from_iter([
        ("firstName".to_owned(), json!("Typed-In")),
        ("lastName".to_owned(), person["LastName"].clone()),
    ]);
    if number.is_multiple_of(2) {
        contact.insert("workEmail".to_owned(), person["Email"].clone());
    } else {
        contact.insert("workPhone".to_owned(), json!({ "display": person["Phone"] }));
    }
    contact
}
