//! The field map: which maps are refused and how, and what becomes of a record.

use identity::{
    Country, Field, FieldMap, FieldRow, MapFault, Mapped, MatchKey, OrganizationField, SalesforceId, Value,
};
use serde_json::{Value as Json, json};

/// The default map, as it stands in the documented configuration.
const DEFAULT_ROWS: [(&str, &str); 9] = [
    ("Id", "externalIds"),
    ("FirstName", "firstName"),
    ("LastName", "lastName"),
    ("Email", "workEmail"),
    ("Phone", "workPhone"),
    ("MobilePhone", "cellPhone"),
    ("AccountId", "externalOrganization"),
    ("Lead_Score__c", "customFields.Lead_Score__c"),
    ("Tags__c", "customFields.Tags__c"),
];

fn row(salesforce: &str, genesys: &str) -> FieldRow {
    let enabled = !genesys.starts_with("customFields.");
    serde_json::from_value(json!({"salesforce": salesforce, "genesys": genesys, "enabled": enabled})).expect("a row")
}

fn rows(pairs: &[(&str, &str)]) -> Vec<FieldRow> {
    pairs.iter().map(|(salesforce, genesys)| row(salesforce, genesys)).collect()
}

fn country(code: &str) -> Country {
    Country::parse(code).expect("a country")
}

fn default_map() -> FieldMap {
    FieldMap::new(rows(&DEFAULT_ROWS), country("US")).expect("a map")
}

fn apply(map: &FieldMap, record: &Json) -> Mapped {
    let id = SalesforceId::parse("0035e00000B4nDq").expect("an id");
    map.apply(id, record.as_object().expect("an object"))
}

/// A record as Salesforce sends it, with `changes` laid over it.
fn record(changes: Json) -> Json {
    let mut record = json!({
        "attributes": {"type": "Contact", "url": "/services/data/v66.0/sobjects/Contact/0035e00000B4nDqAAJ"},
        "Id": "0035e00000B4nDqAAJ", "FirstName": "Ana", "LastName": "Souza", "Email": null, "Phone": null,
        "MobilePhone": null, "MailingCountry": null, "AccountId": null, "Account": null,
    });
    let (Some(fields), Json::Object(changes)) = (record.as_object_mut(), changes) else { panic!("objects") };
    fields.extend(changes);
    record
}

fn canonical(mapped: &Mapped, field: &Field) -> Option<String> {
    mapped.contact.fields.get(field).map(Value::canonical)
}

fn codes(mapped: &Mapped) -> Vec<(&str, &str)> {
    mapped.warnings.iter().map(|warning| (warning.field.as_str(), warning.code)).collect()
}

fn fault(pairs: &[(&str, &str)]) -> String {
    FieldMap::new(rows(pairs), country("US")).expect_err("a fault").to_string()
}

#[test]
fn the_default_map_asks_for_its_columns_and_the_country() {
    let map = default_map();
    let columns = [
        "FirstName",
        "LastName",
        "Email",
        "Phone",
        "MobilePhone",
        "AccountId",
        "Account.Name",
        "MailingCountry",
        "Account.BillingCountry",
    ];
    assert_eq!(map.salesforce_columns(), columns);
    let fields = [
        Field::FirstName,
        Field::LastName,
        Field::WorkPhone,
        Field::CellPhone,
        Field::WorkEmail,
        Field::ExternalOrganization,
    ];
    assert_eq!(map.fields(), fields);
    let names_only = FieldMap::new(rows(&[("LastName", "lastName")]), country("US")).expect("a map");
    assert_eq!(names_only.salesforce_columns(), ["LastName"]);
}

#[test]
fn a_record_becomes_a_contact() {
    let mapped = apply(
        &default_map(),
        &record(json!({
            "FirstName": " Ana ", "Email": "Ana@Example.com", "Phone": "(512) 555-0123 x45", "MobilePhone": "+5511912345678"
        })),
    );
    assert_eq!(mapped.warnings, []);
    assert_eq!(mapped.contact.id.as_str(), "0035e00000B4nDqAAJ");
    assert_eq!(canonical(&mapped, &Field::FirstName).as_deref(), Some("Ana"));
    assert_eq!(canonical(&mapped, &Field::WorkPhone).as_deref(), Some("+15125550123;ext=45"));
    assert_eq!(canonical(&mapped, &Field::WorkEmail).as_deref(), Some("ana@example.com"));
    assert_eq!(
        mapped.contact.match_keys(),
        [
            MatchKey::Email("ana@example.com".to_owned()),
            MatchKey::Phone("+15125550123".to_owned()),
            MatchKey::Phone("+5511912345678".to_owned()),
        ]
    );
}

#[test]
fn the_country_is_the_contacts_then_the_accounts_then_the_default() {
    let number = json!("(11) 91234-5678");
    let cases = [
        (json!({"MailingCountry": "Brasil", "Account": {"BillingCountry": "USA"}}), Some("+5511912345678")),
        (json!({"MailingCountry": null, "Account": {"BillingCountry": "BRA"}}), Some("+5511912345678")),
        (json!({"MailingCountry": "Atlantis", "Account": {"BillingCountry": "Brazil"}}), Some("+5511912345678")),
        (json!({"MailingCountry": null, "Account": {"BillingCountry": null}}), None),
        (json!({"MailingCountry": null, "Account": null}), None),
    ];
    for (mut place, expected) in cases {
        place["Phone"] = number.clone();
        let mapped = apply(&default_map(), &record(place.clone()));
        assert_eq!(canonical(&mapped, &Field::WorkPhone).as_deref(), expected, "{place}");
    }
    let brazilian = FieldMap::new(rows(&DEFAULT_ROWS), country("BR")).expect("a map");
    let mapped = apply(&brazilian, &record(json!({"Phone": number})));
    assert_eq!(canonical(&mapped, &Field::WorkPhone).as_deref(), Some("+5511912345678"));
}

#[test]
fn a_bad_value_costs_its_field_and_a_warning_never_the_contact() {
    let mapped = apply(
        &default_map(),
        &record(json!({"Email": "ana at example", "Phone": "anonymous", "MobilePhone": "512-555-0123"})),
    );
    assert_eq!(codes(&mapped), [("Email", "email_no_at"), ("Phone", "phone_withheld")]);
    assert_eq!(mapped.dropped.iter().map(Field::as_str).collect::<Vec<_>>(), ["workPhone", "workEmail"]);
    assert_eq!(canonical(&mapped, &Field::LastName).as_deref(), Some("Souza"));
    assert_eq!(canonical(&mapped, &Field::CellPhone).as_deref(), Some("+15125550123"));
}

#[test]
fn empty_values_are_absent_and_strange_ones_are_named() {
    let mapped =
        apply(&default_map(), &record(json!({"FirstName": "  ", "LastName": {"a": 1}, "Phone": 5_125_550_123_u64})));
    assert_eq!(canonical(&mapped, &Field::FirstName), None);
    assert_eq!(canonical(&mapped, &Field::WorkPhone).as_deref(), Some("+15125550123"));
    assert_eq!(codes(&mapped), [("LastName", "not_text")]);
    let mapped = apply(&default_map(), &json!({"LastName": "Souza"}));
    assert!(codes(&mapped).contains(&("Phone", "column_missing")));
}

#[test]
fn columns_of_a_parent_and_long_texts_are_read() {
    let map =
        FieldMap::new(rows(&[("Account.Name", "title"), ("lastname", "lastName")]), country("US")).expect("a map");
    let mapped = apply(&map, &json!({"Account": {"Name": "A".repeat(1001)}, "LastName": "Souza"}));
    assert_eq!(canonical(&mapped, &Field::Title).map(|text| text.len()), Some(1000));
    assert_eq!(canonical(&mapped, &Field::LastName).as_deref(), Some("Souza"));
    assert_eq!(codes(&mapped), [("Account.Name", "text_cut")]);
    let mapped = apply(&map, &json!({"Account": null, "LastName": "Souza"}));
    assert_eq!(mapped.warnings, []);
}

#[test]
fn the_same_key_in_two_fields_counts_once() {
    let mapped = apply(&default_map(), &record(json!({"Phone": "512-555-0123 x1", "MobilePhone": "+15125550123"})));
    assert_eq!(mapped.contact.match_keys(), [MatchKey::Phone("+15125550123".to_owned())]);
}

#[test]
fn a_wrong_map_says_which_row_and_what_to_change() {
    assert!(fault(&[]).contains("add a row such as LastName"));
    assert!(fault(&[("Id", "externalIds")]).contains("add a row such as LastName"));
    let twice = fault(&[("Phone", "workPhone"), ("OtherPhone", "workPhone")]);
    assert!(twice.contains("row 2") && twice.contains("workPhone"), "{twice}");
    let unknown = fault(&[("LastName", "lastName"), ("Phone", "phoneNumbers[0]")]);
    assert!(unknown.contains("row 2") && unknown.contains("workPhone"), "{unknown}");
    for name in ["", "Phone, Id", "1st", "Account..Name", "Name'"] {
        assert!(fault(&[(name, "lastName")]).contains("API name"), "{name}");
    }
    assert!(fault(&[("Id", "lastName")]).contains("externalIds"));
    assert!(fault(&[("Phone", "externalIds")]).contains("Id goes to externalIds"));
    assert!(fault(&[("Phone", "externalOrganization")]).contains("AccountId only"));
}

#[test]
fn a_custom_field_needs_a_schema_unless_it_is_off() {
    let mut rows = rows(&[("LastName", "lastName"), ("Tags__c", "customFields.Tags__c")]);
    assert!(FieldMap::new(rows.clone(), country("US")).is_ok());
    rows[1].enabled = true;
    let fault = FieldMap::new(rows, country("US")).expect_err("a fault");
    assert!(matches!(fault, MapFault::NeedsSchema { row: 2, .. }));
    assert!(fault.to_string().contains("schema") && fault.to_string().contains("enabled = false"));
}

#[test]
fn rows_that_are_off_or_go_the_other_way_write_nothing_to_genesys() {
    let mut rows = rows(&[("LastName", "lastName"), ("FirstName", "firstName"), ("Title", "title")]);
    rows[1].enabled = false;
    rows[2] = serde_json::from_value(json!({"salesforce": "Title", "genesys": "title", "direction": "to_salesforce"}))
        .expect("a row");
    let map = FieldMap::new(rows, country("US")).expect("a map");
    assert_eq!(map.fields(), [Field::LastName]);
}

#[test]
fn the_version_follows_the_map_and_the_default_country() {
    let version = default_map().version();
    assert_eq!(version, default_map().version());
    assert_eq!(version.len(), 16);
    let brazilian = FieldMap::new(rows(&DEFAULT_ROWS), country("BR")).expect("a map");
    let shorter = FieldMap::new(rows(&DEFAULT_ROWS[..5]), country("US")).expect("a map");
    assert_ne!(brazilian.version(), version);
    assert_ne!(shorter.version(), version);
}

#[test]
fn rows_read_tolerantly_but_not_wrongly() {
    let read = |row: Json| serde_json::from_value::<FieldRow>(row);
    let future = json!({"salesforce": "Phone", "genesys": "workPhone", "since": 7});
    assert_eq!(read(future).expect("a row"), row("Phone", "workPhone"));
    assert!(read(json!({"salesforce": "Phone", "genesys": "workPhone", "direction": "up"})).is_err());
    assert!(read(json!({"salesforce": "Phone"})).is_err());
}

#[test]
fn a_contact_prints_without_its_values() {
    let mapped = apply(&default_map(), &record(json!({"Email": "secret@example.com", "Phone": "5208782491"})));
    let text = format!("{mapped:?} {:?}", mapped.contact.match_keys());
    for value in ["Ana", "Souza", "secret", "5208782491"] {
        assert!(!text.contains(value), "{text}");
    }
    assert!(text.contains("0035e00000B4nDqAAJ"));
}

const OF_COMPANIES: [(&str, &str); 5] = [
    ("LastName", "lastName"),
    ("AccountId", "externalOrganization"),
    ("Account.Phone", "externalOrganization.phoneNumber"),
    ("Account.Website", "externalOrganization.websites"),
    ("Account.Site", "externalOrganization.industry"),
];

#[test]
fn an_account_is_read_with_its_contact() {
    let map = FieldMap::new(rows(&OF_COMPANIES), country("US")).expect("a map");
    let columns = map.salesforce_columns();
    let wanted =
        ["AccountId", "Account.Phone", "Account.Website", "Account.Site", "Account.Name", "Account.BillingCountry"];
    assert!(wanted.iter().all(|column| columns.iter().any(|known| known == column)), "{columns:?}");
    let account = json!({
        "Name": " Açaí & Filhos ", "Phone": "(11) 98765-4321", "Website": null, "Site": {}, "BillingCountry": "Brazil"
    });
    let mapped = apply(&map, &record(json!({"AccountId": "0015e00000B4nDq", "Account": account})));
    assert_eq!(canonical(&mapped, &Field::ExternalOrganization).as_deref(), Some("0015e00000B4nDqAAJ"));
    let account = mapped.account.expect("an account");
    let value = |field| account.fields.get(&field).map(Value::canonical);
    assert_eq!(value(OrganizationField::Name).as_deref(), Some("Açaí & Filhos"));
    assert_eq!(
        value(OrganizationField::PhoneNumber).as_deref(),
        Some("+5511987654321"),
        "by the country of the account"
    );
    assert_eq!(value(OrganizationField::Websites), None);
    assert!(account.dropped.contains(&OrganizationField::Industry) && !account.is_hidden);
    assert_eq!((account.warnings[0].field.as_str(), account.warnings[0].code), ("Account.Site", "not_text"));
}

#[test]
fn an_account_that_is_not_shown_is_hidden_and_not_empty() {
    let map = FieldMap::new(rows(&OF_COMPANIES), country("US")).expect("a map");
    let hidden = apply(&map, &record(json!({"AccountId": "0015e00000B4nDqAAJ", "Account": null})));
    assert!(hidden.account.is_some_and(|account| account.is_hidden && account.fields.is_empty()));
    let none = apply(&map, &record(json!({"AccountId": null, "Account": null})));
    assert_eq!((none.account.is_none(), canonical(&none, &Field::ExternalOrganization)), (true, None));
    let wrong = apply(&map, &record(json!({"AccountId": "0015e00000B4nDqAAA", "Account": null})));
    assert_eq!((wrong.account.is_none(), codes(&wrong)), (true, vec![("AccountId", "not_an_id")]));
}

#[test]
fn without_the_account_row_nothing_is_read_of_accounts() {
    let of_companies = |wanted: fn(&&(&str, &str)) -> bool| {
        let pairs: Vec<_> = OF_COMPANIES.iter().filter(wanted).copied().collect();
        FieldMap::new(rows(&pairs), country("US")).expect("a map")
    };
    let without = of_companies(|(salesforce, _)| *salesforce != "AccountId");
    assert_eq!((without.salesforce_columns(), without.has_accounts()), (vec!["LastName".to_owned()], false));
    let only = of_companies(|(salesforce, _)| !salesforce.contains('.'));
    assert_eq!(only.organization_fields().collect::<Vec<_>>(), [OrganizationField::Name]);
    assert!(only.has_accounts() && only.version() != without.version());
}

#[test]
fn a_wrong_row_about_companies_says_what_to_change() {
    let unknown = fault(&[("LastName", "lastName"), ("Account.Phone", "externalOrganization.phone")]);
    assert!(unknown.contains("row 2") && unknown.contains("externalOrganization.phoneNumber"), "{unknown}");
    let column = fault(&[("Phone", "externalOrganization.phoneNumber")]);
    assert!(column.contains("row 1") && column.contains("Account.Phone"), "{column}");
    let twice = fault(&[
        ("Account.Phone", "externalOrganization.phoneNumber"),
        ("Account.Fax", "externalOrganization.phoneNumber"),
    ]);
    assert!(twice.contains("row 2") && twice.contains("already fills"), "{twice}");
}
