//! An account in Genesys' words. Pure.

use std::collections::BTreeSet;

use genesys::{Change, EnrichAction, EnrichOrganization, ExternalOrganization, PhoneNumber};
use identity::{OrganizationField, Phone, Value};
use serde_json::json;

use super::company::Company;
use super::plan::OrganizationStep;
use crate::wire::Marks;

/// The organization with `fields` of the account, its external id and its record link.
pub fn organization(company: &Company, fields: &BTreeSet<OrganizationField>, marks: &Marks) -> ExternalOrganization {
    let text = |field| match company.fields.get(&field).filter(|_| fields.contains(&field)) {
        Some(Value::Text(text)) => Some(text.reveal().to_owned()),
        _ => None,
    };
    let phone = |field| match company.fields.get(&field).filter(|_| fields.contains(&field)) {
        Some(Value::Phone(phone)) => Some(number(phone)),
        _ => None,
    };
    ExternalOrganization {
        name: text(OrganizationField::Name),
        company_type: text(OrganizationField::CompanyType),
        industry: text(OrganizationField::Industry),
        phone_number: phone(OrganizationField::PhoneNumber),
        fax_number: phone(OrganizationField::FaxNumber),
        websites: text(OrganizationField::Websites).into_iter().collect(),
        external_ids: vec![marks.external_id_of(&company.id)],
        external_system_url: Some(url(company, marks)),
        ..ExternalOrganization::default()
    }
}

/// An enrich by our external id: an upsert with everything, or an update with what differs.
pub fn enrich(step: &OrganizationStep, action: EnrichAction, marks: &Marks) -> EnrichOrganization {
    let company = &step.company;
    let all = company.fields.keys().copied().collect();
    let fields = if action == EnrichAction::Upsert { &all } else { &step.set };
    EnrichOrganization {
        external_id: marks.external_id_of(&company.id),
        action,
        organization: organization(company, fields, marks),
    }
}

/// The changes that write and empty what differs.
pub fn changes(step: &OrganizationStep) -> Vec<Change> {
    let update = |field: &OrganizationField| {
        let value = match (field, step.company.fields.get(field)?) {
            (OrganizationField::Websites, Value::Text(text)) => json!([text.reveal()]),
            (_, Value::Text(text)) => json!(text.reveal()),
            (_, Value::Phone(phone)) => json!(number(phone)),
            (_, Value::Email(_) | Value::Account(_)) => return None,
        };
        Some(Change::update(field.as_str(), value))
    };
    step.set.iter().filter_map(update).chain(removals(step)).collect()
}

/// The changes that empty what is empty in Salesforce.
pub fn removals(step: &OrganizationStep) -> Vec<Change> {
    step.clear.iter().map(|field| Change::remove(field.as_str())).collect()
}

fn number(phone: &Phone) -> PhoneNumber {
    PhoneNumber::new(phone.e164.as_str(), phone.extension)
}

/// The link to the Salesforce record. A template that was written for contacts names their kind of page.
fn url(company: &Company, marks: &Marks) -> String {
    marks.record_url.replace("/Contact/", "/Account/").replace("{id}", &company.id)
}
