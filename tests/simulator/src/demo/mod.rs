//! Contacts to start with: made-up people whose outcome is known because of how they were made.
//!
//! The company has sites in Austin, Toronto and São Paulo. Each person belongs to exactly one *kind* (`kinds`), and a
//! kind decides what a correct first run does with its people: create, update or leave for review, with which
//! warnings. Kinds do not interfere, because no two people share an e-mail address or number unless their kind says
//! so. The expected result is therefore counted, not computed by a second copy of the matching rules.

mod capacity;
mod contact_centre;
mod kinds;
mod people;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::genesys::contacts::fields::Rules;
use crate::genesys::directory::Kind;
use crate::salesforce::columns::Object;
use crate::world::World;
use kinds::{Outcome, Packed};
use people::Maker;

/// Below this the kinds would not all be there.
const CONTACTS_MIN: usize = 100;
const CONTACTS_MAX: usize = 200_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    scenario: Scenario,
    /// Absent: 1,000.
    contacts: Option<usize>,
    #[serde(default)]
    seed: u64,
    /// How many people of `plain` exist in Genesys already, half by e-mail, half by phone.
    #[serde(default)]
    existing: usize,
}

const CONTACTS_DEFAULT: usize = 1_000;

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Scenario {
    /// Every kind.
    Demo,
    /// People without anything special: for counting requests.
    Plain,
    /// A data table, queues and users: no contact.
    Capacity,
}

/// `POST /_sim/seed`.
pub(crate) fn seed(world: &mut World, body: &Value, now: Timestamp) -> Result<Value, String> {
    if body["scenario"] == "contact_centre" {
        return contact_centre::seed(world, body, now);
    }
    let request: Request = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
    let contacts = request.contacts.unwrap_or(CONTACTS_DEFAULT);
    let mut maker = Maker::new(request.seed, now);
    let mut made = match request.scenario {
        Scenario::Demo if !(CONTACTS_MIN..=CONTACTS_MAX).contains(&contacts) => {
            return Err(format!("contacts must be {CONTACTS_MIN} to {CONTACTS_MAX}"));
        }
        Scenario::Demo if request.existing > 0 => return Err("existing belongs to the scenario plain".to_owned()),
        Scenario::Demo => kinds::demo(&mut maker, contacts),
        Scenario::Plain if request.existing > contacts || contacts > CONTACTS_MAX => {
            return Err(format!("existing must be at most contacts, and contacts at most {CONTACTS_MAX}"));
        }
        Scenario::Plain => kinds::plain(&mut maker, contacts, request.existing),
        Scenario::Capacity if request.contacts.is_some() || request.existing > 0 => {
            return Err("the scenario capacity has no contacts".to_owned());
        }
        Scenario::Capacity => return capacity::seed(world, now),
    };
    maker.chance.shuffle(&mut made);
    store(world, &mut maker, &made, now, request.scenario)?;
    Ok(summary(&made))
}

fn store(
    world: &mut World,
    maker: &mut Maker,
    made: &[Packed],
    now: Timestamp,
    scenario: Scenario,
) -> Result<(), String> {
    for person in made {
        world.salesforce.records.insert(Object::Contact, &person.open().salesforce, now)?;
    }
    let strangers = if scenario == Scenario::Demo { kinds::strangers(maker, made.len() / 50) } else { Vec::new() };
    let earlier = now.saturating_sub(SignedDuration::from_hours(24 * 90)).unwrap_or(now);
    for contact in made.iter().flat_map(|person| person.open().genesys).chain(strangers) {
        let rules = Rules::of(world, Kind::Contact);
        let fields = rules.normalized(&contact).and_then(|fields| rules.whole(fields));
        let fields = fields.map_err(|refusal| refusal.message)?;
        let id = world.new_uuid();
        world.genesys.contacts.insert(id, &fields, earlier);
    }
    Ok(())
}

fn summary(made: &[Packed]) -> Value {
    let (mut kinds, mut warnings) = (BTreeMap::new(), BTreeMap::new());
    let mut outcomes = [0_usize; 3];
    let mut genesys_before = 0;
    for person in made.iter().map(Packed::open) {
        genesys_before += person.genesys.len();
        *kinds.entry(person.kind).or_insert(0_usize) += 1;
        outcomes[person.outcome as usize] += 1;
        for warning in &person.warnings {
            *warnings.entry(*warning).or_insert(0_usize) += 1;
        }
    }
    let mut skipped = BTreeMap::new();
    if outcomes[Outcome::Review as usize] > 0 {
        skipped.insert("review", outcomes[Outcome::Review as usize]);
    }
    json!({
        "kinds": kinds,
        "expected": {
            "fetched": made.len(),
            "created": outcomes[Outcome::Created as usize],
            "updated": outcomes[Outcome::Updated as usize],
            "skipped": skipped,
            "warnings": warnings,
        },
        "genesys_before": genesys_before,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::kinds::Made;
    use super::*;
    use crate::genesys::contacts::Identifier;
    use crate::genesys::contacts::phone;

    fn packed(contacts: usize) -> Vec<Packed> {
        kinds::demo(&mut Maker::new(7, "2026-11-24T12:00:00Z".parse().unwrap()), contacts)
    }

    fn made(contacts: usize) -> Vec<Made> {
        packed(contacts).iter().map(Packed::open).collect()
    }

    fn number(person: &Made, text: &str) -> Option<String> {
        let record = &person.salesforce;
        let country = record["MailingCountry"].as_str().or(record["Account"]["BillingCountry"].as_str()).unwrap();
        let code = if matches!(country, "Brazil" | "BR" | "Brasil") { 55 } else { 1 };
        let parsed = phone::parse(text, code).filter(rlibphonenumber::PhoneNumber::is_valid)?;
        Some(parsed.format_as(rlibphonenumber::PhoneNumberFormat::E164).into_owned())
    }

    /// E-mail addresses and numbers of each person, as a matching client sees them.
    fn keys(person: &Made) -> Vec<String> {
        let field = |name: &str| person.salesforce[name].as_str();
        let email = field("Email").map(str::to_lowercase).filter(|text| text.contains('@') && text.contains(".com"));
        let phones = ["Phone", "MobilePhone"].into_iter().filter_map(field).filter_map(|text| number(person, text));
        email.into_iter().chain(phones).collect()
    }

    #[test]
    fn every_number_is_valid_unless_its_kind_says_otherwise() {
        for person in made(1_000) {
            for name in ["Phone", "MobilePhone"] {
                let Some(text) = person.salesforce[name].as_str() else { continue };
                let meant_bad = person.warnings.iter().any(|warning| warning.starts_with("phone_"));
                assert_eq!(number(&person, text).is_none(), meant_bad, "{} {text}", person.kind);
            }
        }
    }

    #[test]
    fn only_the_sharing_kinds_share() {
        let people = made(1_000);
        let mut owners: HashMap<String, Vec<&Made>> = HashMap::new();
        for person in &people {
            keys(person).into_iter().for_each(|key| owners.entry(key).or_default().push(person));
        }
        for person in &people {
            let shares = keys(person).iter().any(|key| owners[key].len() > 1);
            let meant = person.warnings.contains(&"shared_key") || person.kind == "two_fit_one_free_contact";
            assert_eq!(shares, meant, "{}", person.kind);
        }
        let existing: HashSet<_> = people.iter().flat_map(|person| &person.genesys).flat_map(genesys_keys).collect();
        for person in &people {
            let found = keys(person).iter().any(|key| existing.contains(key));
            assert_eq!(found, person.outcome != Outcome::Created, "{}", person.kind);
        }
    }

    fn genesys_keys(contact: &Value) -> Vec<String> {
        let mut fields = contact.as_object().unwrap().clone();
        for (name, value) in &mut fields {
            if name.ends_with("Phone") {
                *value = phone::normalized(name, value).unwrap();
            }
        }
        let text = |identifier| match identifier {
            Identifier::Email(text) | Identifier::Phone(text) => text,
            Identifier::ExternalId { value, .. } => value,
        };
        Identifier::of_fields(&fields).into_iter().map(text).collect()
    }

    #[test]
    fn the_counts_add_up_at_any_size() {
        for contacts in [100, 137, 1_000, 2_500] {
            let summary = summary(&packed(contacts));
            let kinds: u64 = summary["kinds"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
            let expected = &summary["expected"];
            let part = |name: &str| expected[name].as_u64().unwrap();
            assert_eq!(kinds, contacts as u64);
            let review = expected["skipped"]["review"].as_u64().unwrap();
            assert_eq!(part("created") + part("updated") + review, contacts as u64, "{summary}");
            assert_eq!(part("fetched"), contacts as u64);
        }
    }

    #[test]
    fn no_change_is_younger_than_a_quarter_of_an_hour() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for person in made(1_000) {
            let stamp: Timestamp = person.salesforce["SystemModstamp"].as_str().unwrap().parse().unwrap();
            assert!(now.duration_since(stamp) > SignedDuration::from_mins(15));
        }
    }
}
