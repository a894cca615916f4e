//! What a run plans for an account, by what is known of it.

use std::collections::{BTreeMap, HashMap};

use contact_sync::organizations::company::Company;
use contact_sync::organizations::plan::{OrganizationAction, OrganizationStep, plan};
use identity::{Account, OrganizationField, SalesforceId, Text, Value};
use platform::link::LinkState;
use platform::organization::{OrganizationRow, Refused};

use crate::desk::key;

const ID: &str = "0015e00000B4nDqAAJ";
const FIELDS: [OrganizationField; 2] = [OrganizationField::Name, OrganizationField::Industry];

fn company(name: Option<&str>, industry: Option<&str>) -> Company {
    let text = |text: &str| Value::Text(Text::fit(text, Text::CHARS_MAX).unwrap().0);
    let fields = FIELDS.into_iter().zip([name, industry]).filter_map(|(field, value)| Some((field, text(value?))));
    let account = Account {
        id: SalesforceId::parse(ID).unwrap(),
        fields: fields.collect(),
        dropped: Default::default(),
        warnings: Vec::new(),
        is_hidden: name.is_none(),
    };
    Company::of(&account, &FIELDS, &key())
}

/// The row after `company` was written, or while it is.
fn row(company: &Company, state: LinkState, genesys_id: Option<&str>) -> OrganizationRow {
    OrganizationRow {
        account_id: ID.to_owned(),
        genesys_id: genesys_id.map(str::to_owned),
        digests: company.digests.clone(),
        digest_key_id: key().id().to_owned(),
        state,
        map_version: "m".to_owned(),
        failed_ticks: 0,
        refused: None,
    }
}

fn planned(company: &Company, row: Option<OrganizationRow>, tries_again: bool) -> OrganizationStep {
    let rows: HashMap<_, _> = row.into_iter().map(|row| (ID.to_owned(), row)).collect();
    plan([company.clone()], rows, tries_again).remove(0)
}

#[test]
fn an_account_is_made_once_and_kept_while_it_stays_the_same() {
    let acme = company(Some("Acme"), Some("Tea"));
    let made = planned(&acme, None, false);
    assert_eq!((made.action.clone(), made.set.len()), (OrganizationAction::Create, 2));
    let kept = planned(&acme, Some(row(&acme, LinkState::Settled, Some("o-1"))), false);
    assert_eq!((kept.action.clone(), kept.names().len()), (OrganizationAction::Keep, 0));
}

#[test]
fn only_what_differs_is_written_and_what_is_empty_is_emptied() {
    let before = row(&company(Some("Acme"), Some("Tea")), LinkState::Settled, Some("o-1"));
    let renamed = planned(&company(Some("Acme Ltd"), Some("Tea")), Some(before.clone()), false);
    assert_eq!(
        (renamed.action.clone(), renamed.names()),
        (OrganizationAction::Update, vec!["externalOrganization.name".to_owned()])
    );
    let emptied = planned(&company(Some("Acme"), None), Some(before), false);
    assert_eq!(emptied.action, OrganizationAction::Patch { id: "o-1".to_owned() });
    assert_eq!((emptied.set.len(), emptied.clear.len()), (0, 1));
}

#[test]
fn what_was_on_its_way_is_driven_again_by_its_key() {
    let acme = company(Some("Acme"), None);
    for genesys_id in [None, Some("o-1")] {
        let step = planned(&acme, Some(row(&acme, LinkState::Sending, genesys_id)), false);
        assert_eq!(step.action, OrganizationAction::Redrive);
    }
}

#[test]
fn what_was_refused_waits_until_it_is_another_or_somebody_asks() {
    let acme = company(Some("Acme"), None);
    let refused = Some(Refused { hash: acme.hash.clone(), code: "validation.failed".to_owned() });
    let row = OrganizationRow { refused, digests: BTreeMap::new(), ..row(&acme, LinkState::Settled, None) };
    assert_eq!(planned(&acme, Some(row.clone()), false).action, OrganizationAction::Refused);
    assert_eq!(planned(&acme, Some(row.clone()), true).action, OrganizationAction::Redrive);
    assert_eq!(planned(&company(Some("Acme Ltd"), None), Some(row), false).action, OrganizationAction::Redrive);
}

#[test]
fn a_hidden_account_is_not_made_and_never_emptied() {
    let hidden = company(None, None);
    assert_eq!(planned(&hidden, None, false).action, OrganizationAction::Hidden);
    let before = row(&company(Some("Acme"), Some("Tea")), LinkState::Settled, Some("o-1"));
    for state in [LinkState::Settled, LinkState::Sending] {
        let step = planned(&hidden, Some(OrganizationRow { state, ..before.clone() }), false);
        assert_eq!((step.action.clone(), step.clear.len()), (OrganizationAction::Keep, 0), "{state:?}");
    }
}
