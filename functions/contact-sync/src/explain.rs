//! Everything that was decided about one contact, as a short story for whoever asks why.
//!
//! Asked for by an id of either system, an e-mail address or a number. Reads and writes nothing: its link row, its audit lines,
//! what results of the last runs say of it, where it is set aside, and the plan that the next run would make for it. An address or number is looked up with
//! both vendors and leaves no trace here: no answer and no log line repeats it.

mod account;
mod outlook;
pub mod story;
pub mod subject;

use std::collections::BTreeSet;

use identity::{Country, E164, Field, SalesforceId};
use jiff::{SignedDuration, Timestamp};
use platform::deadline::Deadline;
use platform::report::RunReport;
use salesforce::Soql;
use serde_json::{Value, json};

use crate::NAME;
use crate::by_hand::refusal;
use crate::by_hand::waiting::Waiting;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::read::ReadError;
use crate::slices::Shift;
use crate::trigger::Asked;
use story::Known;
use subject::Subject;

/// Contacts that are told about at once: an address of a whole company belongs to many.
const CONTACTS_MAX: u32 = 5;
/// Contacts set aside that are read to find a number among them.
const ASIDES_MAX: usize = 1_000;
/// How far back results of runs are read: the last full reconcile is among them.
const HISTORY: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What a look-up found.
#[derive(Debug, Default)]
struct Found {
    salesforce_ids: BTreeSet<SalesforceId>,
    /// A Genesys contact that nobody of ours is linked with.
    unlinked: Option<String>,
    looked_in: Vec<&'static str>,
}

impl ContactSync {
    /// The story of whom `asked` names.
    ///
    /// # Errors
    /// [`JobError`]: a vendor or the state table did not answer.
    pub(crate) async fn explain(&self, asked: &Asked, deadline: Deadline) -> Result<Value, JobError> {
        let country = Country::parse(&self.config.default_country);
        let subject = match country
            .ok_or("default_country is no country")
            .and_then(|country| Subject::parse(asked.reveal(), country))
        {
            Ok(subject) => subject,
            Err(problem) => return Ok(refusal("not_understood", problem)),
        };
        if let Subject::Account(id) = &subject {
            return self.explain_account(id.as_str(), deadline).await;
        }
        let found = self.look_for(&subject, deadline).await?;
        let (mut text, mut contacts, mut is_known) = (Vec::new(), Vec::new(), false);
        for id in found.salesforce_ids.iter().take(CONTACTS_MAX as usize) {
            let known = self.known(id, deadline).await?;
            if known.is_nothing() {
                continue;
            }
            is_known = true;
            if !text.is_empty() {
                text.push(String::new());
            }
            text.extend(known.story(&self.map_version, self.platform.clock.now(), &self.zone));
            contacts.push(contact_json(&known));
        }
        if let Some(genesys_id) = &found.unlinked {
            is_known = true;
            text.push(format!(
                "{genesys_id} in Genesys is linked with nobody in Salesforce: this sync never wrote it."
            ));
        }
        if !is_known {
            let places = [&found.looked_in[..], &["links", "quarantine and review", "audit lines", "results of runs"]]
                .concat()
                .join(", ");
            text.push(format!("Nothing is known by this {}. Looked in: {places}.", subject.kind()));
        }
        Ok(json!({ "explain": subject.kind(), "known": is_known, "contacts": contacts, "text": text }))
    }

    async fn look_for(&self, subject: &Subject, deadline: Deadline) -> Result<Found, JobError> {
        match subject {
            Subject::Salesforce(id) => Ok(Found { salesforce_ids: [id.clone()].into(), ..Found::default() }),
            Subject::Account(_) => Ok(Found::default()),
            Subject::Genesys(id) => self.look_by_genesys_id(id, deadline).await,
            Subject::Email(_) | Subject::Phone(_) => self.look_by_key(subject, deadline).await,
        }
    }

    async fn look_by_genesys_id(&self, id: &str, deadline: Deadline) -> Result<Found, JobError> {
        let mut found = Found { looked_in: vec!["Genesys"], ..Found::default() };
        self.take_in_genesys(id, &mut found).await?;
        if found.salesforce_ids.is_empty() {
            let contact = self.genesys.contact(id, deadline).await?;
            found.unlinked = None;
            if let Some(current) = contact.as_ref().and_then(|contact| contact.current_id()) {
                self.take_in_genesys(current, &mut found).await?;
            }
        }
        Ok(found)
    }

    /// Both vendors are asked: one may know what the other does not yet.
    async fn look_by_key(&self, subject: &Subject, deadline: Deadline) -> Result<Found, JobError> {
        let mut found = Found { looked_in: vec!["Genesys", "Salesforce"], ..Found::default() };
        if let Some(identifier) = subject.identifier()
            && let Some(contact) = self.genesys.lookup(&identifier, deadline).await?
            && let Some(id) = contact.current_id()
        {
            self.take_in_genesys(id, &mut found).await?;
        }
        for (column, value) in self.columns_of(subject) {
            let soql = Soql::select("Contact", ["Id"]).and_then(|soql| soql.equal(&column, &value));
            let soql = soql.map_err(ReadError::from)?.limit(CONTACTS_MAX);
            let page = self.salesforce.query(&soql, deadline).await?;
            found.salesforce_ids.extend(page.records.iter().filter_map(|record| SalesforceId::parse(record.id()).ok()));
        }
        if let Subject::Phone(number) = subject {
            found.salesforce_ids.extend(self.set_aside_with(number, deadline).await?);
        }
        Ok(found)
    }

    /// Contacts that are set aside and have this number, in whatever spelling: Genesys does not know them by it, and
    /// Salesforce finds one spelling only.
    async fn set_aside_with(&self, number: &E164, deadline: Deadline) -> Result<Vec<SalesforceId>, JobError> {
        let run_id = RunReport::start(&self.platform.clock).run_id;
        let shift = Shift::begin(self, None, &run_id, deadline).await?;
        let ids: Vec<&str> = shift.read.asides.keys().take(ASIDES_MAX).map(String::as_str).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let slice = shift.reader().by_ids(&ids).await?;
        let is_theirs =
            |value: &identity::Value| matches!(value, identity::Value::Phone(phone) if phone.e164 == *number);
        let has_it = slice.sources.into_iter().filter(|source| source.contact.fields.values().any(is_theirs));
        Ok(has_it.map(|source| source.id).collect())
    }

    async fn take_in_genesys(&self, id: &str, found: &mut Found) -> Result<(), JobError> {
        let peers = self.links.peers(&[id.to_owned()]).await?;
        match peers.get(id).and_then(|linked| SalesforceId::parse(linked).ok()) {
            Some(linked) => {
                found.salesforce_ids.insert(linked);
            }
            None => found.unlinked = Some(id.to_owned()),
        }
        Ok(())
    }

    /// The mapped columns in which such a value stands, each with the value.
    fn columns_of(&self, subject: &Subject) -> Vec<(String, String)> {
        let (kind, value) = match subject {
            Subject::Email(email) => (identity::Kind::Email, email.as_written()),
            Subject::Phone(number) => (identity::Kind::Phone, number.as_str()),
            Subject::Salesforce(_) | Subject::Account(_) | Subject::Genesys(_) => return Vec::new(),
        };
        let is_of_kind = |name: &str| Field::parse(name).is_some_and(|field| field.kind() == kind);
        let rows = self.config.fields.iter().filter(|row| row.enabled && is_of_kind(&row.genesys));
        rows.map(|row| (row.salesforce.clone(), value.to_owned())).collect()
    }

    async fn known(&self, id: &SalesforceId, deadline: Deadline) -> Result<Known, JobError> {
        let salesforce_id = id.as_str().to_owned();
        let link = self.links.get(std::slice::from_ref(&salesforce_id)).await?.remove(&salesforce_id);
        let aside = self.asides.list().await?.remove(&salesforce_id);
        let mut known = Known { salesforce_id, link, ..Known::default() };
        if let Some(aside) = &aside {
            let candidates = crate::by_hand::candidates(aside);
            known.waiting = Some(Waiting::of(aside, &self.links.peers(candidates).await?));
        }
        match self.platform.audit.about(&known.salesforce_id, deadline).await {
            Ok(trail) => known.trail = trail,
            // The rest of the story is worth telling.
            Err(error) => known.gaps.push(format!("{error}")),
        }
        let from = self.platform.clock.now().saturating_sub(HISTORY).unwrap_or(Timestamp::MIN);
        known.add_decisions(&self.platform.history.since(NAME, from).await?);
        self.look_ahead(&mut known, aside.as_ref(), deadline).await?;
        Ok(known)
    }
}

fn contact_json(known: &Known) -> Value {
    json!({
        "salesforce_id": known.salesforce_id,
        "genesys_id": known.link.as_ref().and_then(|link| link.genesys_id.as_ref()),
        "set_aside": known.waiting.as_ref().map(|waiting| waiting.code.as_str()),
        "next": known.next,
    })
}
