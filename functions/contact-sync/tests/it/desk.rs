//! Builds what a run reads, in a line or two, and prints what it plans.

use contact_sync::candidates::Candidates;
use contact_sync::check::check;
use contact_sync::plan::{Action, Read, plan};
use contact_sync::source::Source;
use genesys::{ExternalContact, ExternalId, PhoneNumber};
use identity::{Conflict, Country, Direction, FieldMap, FieldRow};
use platform::digest::DigestKey;
use platform::link::{LinkRow, LinkState};
use secrecy::SecretString;
use serde_json::{Value, json};

pub const OUR_SOURCE: &str = "source-1";

pub fn map() -> FieldMap {
    let rows = [
        ("Id", "externalIds"),
        ("FirstName", "firstName"),
        ("LastName", "lastName"),
        ("Email", "workEmail"),
        ("Phone", "workPhone"),
        ("MobilePhone", "cellPhone"),
    ];
    let row = |(salesforce, genesys): (&str, &str)| FieldRow {
        salesforce: salesforce.to_owned(),
        genesys: genesys.to_owned(),
        direction: Direction::ToGenesys,
        conflict: Conflict::Salesforce,
        enabled: true,
    };
    FieldMap::new(rows.map(row).to_vec(), Country::parse("US").unwrap()).unwrap()
}

pub fn key() -> DigestKey {
    DigestKey::from_secret(&SecretString::from("a digest secret for tests".to_owned()))
}

/// The 18-character id of the nth contact.
pub fn id(n: u32) -> String {
    identity::SalesforceId::parse(&format!("003000000000{n:03}")).unwrap().as_str().to_owned()
}

/// The nth contact with these fields besides its last name.
pub fn source(n: u32, fields: Value) -> Source {
    let stamp = format!("2026-03-01T10:00:{n:02}.000+0000");
    let mut record = json!({
        "Id": id(n), "LastName": format!("Number {n}"), "SystemModstamp": stamp,
        "FirstName": null, "Email": null, "Phone": null, "MobilePhone": null,
    });
    record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Source::from_record(&record.as_object().unwrap().clone().into(), &map(), &key()).unwrap()
}

/// A Genesys contact.
pub fn genesys(id: &str, email: Option<&str>, phone: Option<&str>, external_id: Option<&str>) -> ExternalContact {
    ExternalContact {
        id: Some(id.to_owned()),
        work_email: email.map(str::to_owned),
        work_phone: phone.map(|number| PhoneNumber { e164: Some(number.to_owned()), ..PhoneNumber::new(number, None) }),
        external_ids: external_id
            .map(|value| ExternalId { source_id: OUR_SOURCE.to_owned(), value: value.to_owned() })
            .into_iter()
            .collect(),
        ..ExternalContact::default()
    }
}

pub fn candidates(contacts: &[ExternalContact]) -> Candidates {
    let mut candidates = Candidates::default();
    for contact in contacts {
        candidates.take_in(contact, Some(OUR_SOURCE), false);
    }
    candidates
}

/// The link row of `source` as a finished run leaves it.
pub fn settled(source: &Source, genesys_id: &str) -> LinkRow {
    LinkRow {
        salesforce_id: source.id.as_str().to_owned(),
        genesys_id: Some(genesys_id.to_owned()),
        digests: source.agreed_digests(None),
        digest_key_id: key().id().to_owned(),
        source_version: source.modified.as_millisecond(),
        state: LinkState::Settled,
        fence: 1,
        map_version: map().version(),
        failed_ticks: 0,
        gone: None,
    }
}

pub fn read(sources: Vec<Source>, links: Vec<LinkRow>, contacts: &[ExternalContact]) -> Read {
    let links = links.into_iter().map(|link| (link.salesforce_id.clone(), link)).collect();
    Read { sources, links, asides: Default::default(), candidates: candidates(contacts), claims: Default::default() }
}

/// One line per step: the plan that these readings lead to, after the check.
pub fn planned(read: &Read) -> Vec<String> {
    let steps = plan(read);
    check(&steps, read.sources.len(), Some(OUR_SOURCE)).unwrap();
    steps
        .iter()
        .map(|step| {
            let detail = match &step.action {
                Action::Link { id, by } => format!(" {id} by {by:?}"),
                Action::Update { id } | Action::Patch { id } => format!(" {id}"),
                Action::Review { candidates, .. } => format!(" {}", candidates.join(" ")),
                Action::Create { shares_key: true } => " (shared key)".to_owned(),
                _ => String::new(),
            };
            format!("{}{detail}", step.action.name())
        })
        .collect()
}
