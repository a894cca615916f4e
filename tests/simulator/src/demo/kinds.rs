//! The kinds of people, each with what a correct first run makes of it.

use serde_json::{Map, Value, json};

use super::people::{ACCENTED, Maker, Number, Site};

/// What a correct first run does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Created,
    Updated,
    Review,
}

/// One person, with the Genesys contacts that exist because of it.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) kind: &'static str,
    pub(super) salesforce: Value,
    pub(super) genesys: Vec<Value>,
    pub(super) outcome: Outcome,
    pub(super) warnings: Vec<&'static str>,
}

/// A person put away as text, until everybody is made and shuffled: as values they take ten times the room.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    kind: &'static str,
    outcome: Outcome,
    warnings: Vec<&'static str>,
    salesforce: Box<str>,
    genesys: Vec<Box<str>>,
}

impl Packed {
    fn of(made: Made) -> Self {
        let text = |value: &Value| value.to_string().into_boxed_str();
        let (salesforce, genesys) = (text(&made.salesforce), made.genesys.iter().map(text).collect());
        Self { kind: made.kind, outcome: made.outcome, warnings: made.warnings, salesforce, genesys }
    }

    pub(super) fn open(&self) -> Made {
        let value = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Made {
            kind: self.kind,
            salesforce: value(&self.salesforce),
            genesys: self.genesys.iter().map(|text| value(text)).collect(),
            outcome: self.outcome,
            warnings: self.warnings.clone(),
        }
    }
}

/// A kind: its name, how many in a thousand, how many make one group, and how a group is made.
struct Kind {
    name: &'static str,
    per_mille: usize,
    group: usize,
    make: fn(&mut Maker, &'static str) -> Vec<Made>,
}

const fn kind(
    name: &'static str,
    per_mille: usize,
    group: usize,
    make: fn(&mut Maker, &'static str) -> Vec<Made>,
) -> Kind {
    Kind { name, per_mille, group, make }
}

/// All kinds but `ordinary`, which fills the rest.
const KINDS: [Kind; 21] = [
    kind("accented_name", 80, 1, accented_name),
    kind("name_of_one_letter", 10, 1, name_of_one_letter),
    kind("sao_paulo_international", 20, 1, |maker, kind| sao_paulo(maker, kind, Number::international)),
    kind("sao_paulo_national", 20, 1, |maker, kind| sao_paulo(maker, kind, Number::national)),
    kind("sao_paulo_by_carrier", 20, 1, |maker, kind| sao_paulo(maker, kind, Number::by_carrier)),
    kind("country_from_account", 40, 1, country_from_account),
    kind("national_number", 60, 1, national_number),
    kind("number_with_extension", 20, 1, number_with_extension),
    kind("number_is_a_40_character_text", 5, 1, long_text),
    kind("number_withheld", 5, 1, withheld),
    kind("email_without_at", 8, 1, email_without_at),
    kind("email_without_dot", 4, 1, email_without_dot),
    kind("shared_switchboard", 40, 4, shared_switchboard),
    kind("same_email_in_other_case", 20, 2, same_email),
    kind("person_account", 30, 1, person_account),
    kind("without_account", 30, 1, without_account),
    kind("only_a_name", 10, 1, only_a_name),
    kind("in_genesys_by_email", 36, 1, in_genesys_by_email),
    kind("in_genesys_by_phone", 24, 1, in_genesys_by_phone),
    kind("two_fit_one_free_contact", 8, 2, two_fit_one),
    kind("one_fits_two_free_contacts", 2, 1, one_fits_two),
];

/// The demonstration: every kind in proportion, the rest ordinary.
pub(super) fn demo(maker: &mut Maker, contacts: usize) -> Vec<Packed> {
    let mut made = Vec::with_capacity(contacts);
    for kind in &KINDS {
        let groups = (contacts * kind.per_mille / 1_000).div_ceil(kind.group).max(1);
        for _ in 0..groups {
            made.extend((kind.make)(maker, kind.name).into_iter().map(Packed::of));
        }
    }
    while made.len() < contacts {
        made.push(Packed::of(ordinary(maker, "ordinary")));
    }
    made
}

/// Ordinary people, of whom some exist in Genesys.
pub(super) fn plain(maker: &mut Maker, contacts: usize, existing: usize) -> Vec<Packed> {
    let make = |number: usize| match number {
        number if number >= existing => vec![ordinary(maker, "ordinary")],
        number if number % 2 == 0 => in_genesys_by_email(maker, "in_genesys_by_email"),
        _ => in_genesys_by_phone(maker, "in_genesys_by_phone"),
    };
    (0..contacts).flat_map(make).map(Packed::of).collect()
}

/// Genesys contacts that nobody in Salesforce is.
pub(super) fn strangers(maker: &mut Maker, count: usize) -> Vec<Value> {
    let stranger = |_| {
        let site = maker.site();
        let person = maker.person(site);
        json!({"firstName": person["FirstName"], "lastName": person["LastName"], "workEmail": person["Email"]})
    };
    (0..count).map(stranger).collect()
}

fn created(kind: &'static str, record: Map<String, Value>) -> Made {
    Made {
        kind,
        salesforce: Value::Object(record),
        genesys: Vec::new(),
        outcome: Outcome::Created,
        warnings: Vec::new(),
    }
}

fn warned(kind: &'static str, record: Map<String, Value>, warning: &'static str) -> Made {
    Made { warnings: vec![warning], ..created(kind, record) }
}

fn ordinary(maker: &mut Maker, kind: &'static str) -> Made {
    let site = maker.site();
    created(kind, maker.person(site))
}

fn person_with(maker: &mut Maker, changes: &[(&str, Value)]) -> Map<String, Value> {
    let site = maker.site();
    let mut record = maker.person(site);
    for (name, value) in changes {
        record.insert((*name).to_owned(), value.clone());
    }
    record
}

fn accented_name(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let (site, (first, last)) = (maker.site(), maker.pick(&ACCENTED));
    vec![created(kind, maker.named(site, first, last))]
}

fn name_of_one_letter(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    vec![created(kind, maker.named(site, "Q", "O"))]
}

fn sao_paulo(maker: &mut Maker, kind: &'static str, spelled: fn(Number) -> String) -> Vec<Made> {
    let mut record = maker.person(Site::SaoPaulo);
    let number = maker.number(Site::SaoPaulo);
    record.insert("Phone".to_owned(), json!(spelled(number)));
    vec![created(kind, record)]
}

/// The contact says nothing about its country; its account does.
fn country_from_account(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let mut record = maker.person(site);
    let number = maker.number(site);
    record.insert("Phone".to_owned(), json!(number.national()));
    record.insert("MailingCountry".to_owned(), Value::Null);
    vec![created(kind, record)]
}

fn national_number(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let mut record = maker.person(site);
    let number = maker.number(site);
    record.insert("Phone".to_owned(), json!(number.national()));
    vec![created(kind, record)]
}

fn number_with_extension(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let mut record = maker.person(Site::Austin);
    let (number, extension) = (maker.number(Site::Austin), maker.chance.u32(10..9_999));
    record.insert("Phone".to_owned(), json!(format!("{} x{extension}", number.national())));
    vec![created(kind, record)]
}

/// As long as the Salesforce field allows, and no number.
const LONG_TEXT: &str = "call reception, then ask for the manager";

fn long_text(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    vec![warned(kind, without_mobile(person_with(maker, &[("Phone", json!(LONG_TEXT))])), "phone_unparsable")]
}

fn withheld(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    vec![warned(kind, without_mobile(person_with(maker, &[("Phone", json!("anonymous"))])), "phone_withheld")]
}

fn email_without_at(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    vec![warned(kind, person_with(maker, &[("Email", json!("maria.oliveira.example.com"))]), "email_no_at")]
}

fn email_without_dot(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    vec![warned(kind, person_with(maker, &[("Email", json!("front.desk@localhost"))]), "email_domain")]
}

/// Four people behind one number: four people.
fn shared_switchboard(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let switchboard = maker.number(site).international();
    let mut member = || {
        let mut record = maker.person(site);
        record.insert("Phone".to_owned(), json!(switchboard));
        warned(kind, record, "shared_key")
    };
    (0..4).map(|_| member()).collect()
}

fn same_email(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let first = maker.person(site);
    let mut second = maker.person(site);
    second.insert("Email".to_owned(), json!(first["Email"].as_str().unwrap_or_default().to_uppercase()));
    [first, second].into_iter().map(|record| warned(kind, record, "shared_key")).collect()
}

fn person_account(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let mut record = person_with(maker, &[("IsPersonAccount", json!(true))]);
    let name = format!("{} {}", text(&record, "FirstName"), text(&record, "LastName"));
    record.insert("Account".to_owned(), json!({"Name": name, "BillingCountry": record["MailingCountry"]}));
    vec![created(kind, record)]
}

fn without_account(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    vec![created(kind, person_with(maker, &[("Account", Value::Null)]))]
}

fn only_a_name(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let record = without_mobile(person_with(maker, &[("Phone", Value::Null), ("Email", Value::Null)]));
    vec![created(kind, record)]
}

/// Known to Genesys under the same address in another case, with no external id.
fn in_genesys_by_email(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let record = maker.person(site);
    let contact = json!({"lastName": record["LastName"], "workEmail": text(&record, "Email").to_uppercase()});
    vec![Made { genesys: vec![contact], outcome: Outcome::Updated, ..created(kind, record) }]
}

/// Known to Genesys under the same number, spelled in another way.
fn in_genesys_by_phone(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let (mut record, number) = (maker.person(site), maker.number(site));
    record.insert("Phone".to_owned(), json!(number.national()));
    let contact = json!({"firstName": record["FirstName"], "cellPhone": {"display": number.e164()}});
    vec![Made { genesys: vec![contact], outcome: Outcome::Updated, ..created(kind, record) }]
}

/// One free contact, two who may be it.
fn two_fit_one(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let number = maker.number(site);
    let contact = json!({"lastName": "Reception", "workPhone": {"display": number.e164()}});
    let mut member = |genesys: Vec<Value>| {
        let mut record = maker.person(site);
        record.insert("Phone".to_owned(), json!(number.international()));
        Made { genesys, outcome: Outcome::Review, ..created(kind, record) }
    };
    vec![member(vec![contact]), member(Vec::new())]
}

/// Two free contacts, and one who may be either.
fn one_fits_two(maker: &mut Maker, kind: &'static str) -> Vec<Made> {
    let site = maker.site();
    let (mut record, number) = (maker.person(site), maker.number(site));
    record.insert("Phone".to_owned(), json!(number.international()));
    let contact = |field: &str| json!({"lastName": record["LastName"], field: {"display": number.e164()}});
    let genesys = vec![contact("workPhone"), contact("homePhone")];
    vec![Made { genesys, outcome: Outcome::Review, ..created(kind, record) }]
}

fn text<'a>(record: &'a Map<String, Value>, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Kinds that are about the one number have no other.
fn without_mobile(mut record: Map<String, Value>) -> Map<String, Value> {
    record.remove("MobilePhone");
    record
}
