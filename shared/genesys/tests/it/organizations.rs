//! Accounts become external organizations, each by its external id.

use genesys::{
    Change, EnrichAction, EnrichOrganization, ExternalContact, ExternalId, ExternalOrganization, Identifier,
    ItemOutcome, Reference,
};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::vendor::Failure;
use serde_json::{Value, json};

use crate::desk::{Desk, ORGANIZATION, client, lease, person};
use crate::stand_in::{Seen, StandIn};

const PATH: &str = "/api/v2/externalcontacts/";

fn account(value: &str) -> ExternalOrganization {
    ExternalOrganization {
        name: Some(format!("Acme {value}")),
        external_ids: vec![ExternalId { source_id: "s-1".to_owned(), value: value.to_owned() }],
        ..Default::default()
    }
}

/// What Genesys answers: `001B` is refused, every other one is made; the last one first.
fn answer(seen: &Seen) -> (u16, Value) {
    let body = seen.json();
    match seen.path.trim_start_matches(PATH) {
        "identifierlookup/organizations" if body["value"] == "001A" => (200, json!({ "id": "o-001A", "name": "Acme" })),
        "identifierlookup/organizations" => (404, json!({ "code": "not.found", "status": 404 })),
        "bulk/organizations/add" => (200, results(&body, Value::clone)),
        "bulk/organizations/enrich" => (200, results(&body, |entity| entity["externalOrganization"].clone())),
        _ => (500, Value::Null),
    }
}

fn results(body: &Value, organization: fn(&Value) -> Value) -> Value {
    let result = |entity: &Value| {
        let mut made = organization(entity);
        let value = made["externalIds"][0]["value"].as_str().unwrap().to_owned();
        if value == "001B" {
            let error = json!({ "code": "validation.failed", "status": 422, "retryable": false, "details": [{ "fieldName": "name" }], "entity": entity });
            return json!({ "id": entity["id"], "success": false, "status": 422, "error": error });
        }
        made["id"] = json!(format!("o-{value}"));
        let id = entity.get("id").cloned().unwrap_or_else(|| made["id"].clone());
        json!({ "id": id, "success": true, "status": 201, "entity": made })
    };
    json!({ "results": body["entities"].as_array().unwrap().iter().rev().map(result).collect::<Vec<_>>() })
}

fn expected(value: &str) -> ItemOutcome {
    if value == "001B" {
        let refused = Failure::Rejected { code: "validation.failed".to_owned(), field: Some("name".to_owned()) };
        return ItemOutcome::Refused(refused);
    }
    ItemOutcome::Done { id: format!("o-{value}"), created: true }
}

#[tokio::test]
async fn t12_each_outcome_belongs_to_its_organization_whatever_the_order() {
    let stand_in = StandIn::answering(|_, seen| answer(seen)).await;
    let clock = Clock::system();
    let genesys = client(&stand_in.url, ORGANIZATION, &clock).await;
    let deadline = Deadline::after(std::time::Duration::from_secs(60));
    let values: Vec<String> =
        ["001A", "001B"].into_iter().map(str::to_owned).chain((0..58).map(|n| format!("001x{n}"))).collect();
    let accounts: Vec<_> = values.iter().map(|value| account(value)).collect();
    let expected: Vec<_> = values.iter().map(|value| expected(value)).collect();

    let added = genesys.add_organizations(&accounts, &lease(&clock), deadline).await.unwrap();
    assert_eq!((added, stand_in.seen("organizations/add").len()), (expected.clone(), 2));

    let enrich = |organization: &ExternalOrganization| EnrichOrganization {
        external_id: organization.external_ids[0].clone(),
        action: EnrichAction::Upsert,
        organization: organization.clone(),
    };
    let inputs: Vec<_> = accounts.iter().map(enrich).collect();
    let enriched = genesys.enrich_organizations(&inputs, &lease(&clock), deadline).await.unwrap();
    assert_eq!((enriched, stand_in.seen("organizations/enrich").len()), (expected, 6));

    let find = |value: &str| ExternalId { source_id: "s-1".to_owned(), value: value.to_owned() };
    let found = genesys.find_organization(&find("001A"), deadline).await.unwrap().unwrap();
    assert_eq!(found.id.as_deref(), Some("o-001A"));
    assert_eq!(genesys.find_organization(&find("001Z"), deadline).await.unwrap(), None);
}

#[tokio::test]
async fn a_contact_belongs_to_the_organization_of_its_account() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    let external_id = ExternalId { source_id: source.clone(), value: "001000000000001AAA".to_owned() };
    let acme = |industry: &str| ExternalOrganization {
        name: Some("Acme".to_owned()),
        industry: Some(industry.to_owned()),
        external_ids: vec![external_id.clone()],
        ..Default::default()
    };
    let added = desk.genesys.add_organizations(&[acme("Mining")], &desk.lease(), desk.deadline()).await.unwrap();
    let [ItemOutcome::Done { id, created: true }] = &added[..] else { panic!("{added:?}") };
    let input = EnrichOrganization {
        external_id: external_id.clone(),
        action: EnrichAction::Upsert,
        organization: acme("Retail"),
    };
    let enriched = desk.genesys.enrich_organizations(&[input], &desk.lease(), desk.deadline()).await.unwrap();
    assert_eq!(enriched, [ItemOutcome::Done { id: id.clone(), created: false }]);
    let found = desk.genesys.find_organization(&external_id, desk.deadline()).await.unwrap().unwrap();
    assert_eq!((found.id.as_ref(), found.industry.as_deref()), (Some(id), Some("Retail")));

    let emptied = [Change::remove("industry")];
    let patched = desk.genesys.patch_organization(id, &emptied, &desk.lease(), desk.deadline()).await.unwrap();
    assert_eq!((patched.name.as_deref(), patched.industry), (Some("Acme"), None));

    let employee = ExternalContact { external_organization: Some(Reference::to(id.as_str())), ..person(&source, 1) };
    desk.genesys.add(&[employee], &desk.lease(), desk.deadline()).await.unwrap();
    let identifier = Identifier::external_id(&source, "0031");
    let employee = desk.genesys.lookup(&identifier, desk.deadline()).await.unwrap().unwrap();
    assert_eq!(employee.external_organization, Some(Reference::to(id.as_str())));
}
