//! Both vendors as a test sees them: put contacts there, look at what is there, bring faults about.
//!
//! Everything goes through the simulator's control requests, in process. What a draft is given is remembered as
//! private, so that every test also checks that none of it was left behind.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use simulator::Simulator;

/// One request in the vendors' record.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// `genesys` or `salesforce`.
    pub vendor: String,
    /// When, by the simulator's clock.
    pub at: jiff::Timestamp,
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// The operation's name: `contacts_bulk_add`, `query`, …
    pub operation: String,
    /// `login`, `read` or `write`.
    pub kind: String,
    /// HTTP status.
    pub status: u16,
    /// `answered`, `cut_before` or `cut_after`.
    pub outcome: String,
    /// When it arrived, in microseconds since the simulator's start.
    pub began_us: u64,
    /// When its answer was ready.
    pub ended_us: u64,
    /// How many contacts it was about.
    pub items: usize,
    /// Request body.
    pub request: Value,
    /// Response body.
    pub response: Value,
}

impl Entry {
    /// Whether it changed contacts of Genesys.
    pub fn is_genesys_write(&self) -> bool {
        self.vendor == "genesys" && self.kind == "write"
    }
}

/// Values that must not be left behind.
#[derive(Default)]
pub(crate) struct Private(Mutex<BTreeSet<String>>);

impl Private {
    pub(crate) fn add(&self, value: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(value.to_owned());
    }

    pub(crate) fn values(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Remembers the texts of a record that are long enough to mean a person and not a word.
    fn add_record(&self, record: &Map<String, Value>) {
        const NOT_PRIVATE: [&str; 6] =
            ["Id", "AccountId", "SystemModstamp", "CreatedDate", "LastModifiedDate", "MailingCountry"];
        for (_, value) in record.iter().filter(|(name, _)| !NOT_PRIVATE.contains(&name.as_str())) {
            let text = value.as_str().or_else(|| value["display"].as_str()).unwrap_or_default().trim();
            if text.chars().count() >= 6 {
                self.add(text);
            }
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= 8 && text.chars().all(|c| !c.is_alphabetic()) {
                self.add(&digits);
            }
        }
    }
}

/// Carries out a control request that must succeed.
fn control(simulator: &Simulator, method: &str, path: &str, body: &Value) -> Value {
    let (status, answer) = simulator.control(method, path, body);
    assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
    answer
}

/// Salesforce.
pub struct Salesforce {
    simulator: Arc<Simulator>,
    private: Arc<Private>,
}

impl Salesforce {
    pub(crate) fn new(simulator: Arc<Simulator>, private: Arc<Private>) -> Self {
        Self { simulator, private }
    }

    /// A contact to be, with this first name and a last name that is its own.
    pub fn contact(&self, first_name: &str) -> ContactDraft<'_> {
        let draft = ContactDraft { place: Place::Salesforce(self), record: Map::new() };
        draft.field("FirstName", first_name).field("LastName", format!("{first_name}-Sobrenome"))
    }

    /// Puts records in and returns their ids.
    pub fn insert(&self, records: &[Map<String, Value>]) -> Vec<String> {
        records.iter().for_each(|record| self.private.add_record(record));
        let answer = control(&self.simulator, "POST", "/_sim/salesforce/contacts", &json!(records));
        ids(&answer)
    }

    /// Changes fields of one contact; `null` clears one.
    pub fn update(&self, id: &str, change: &Value) {
        if let Value::Object(fields) = change {
            self.private.add_record(fields);
        }
        control(&self.simulator, "PATCH", &format!("/_sim/salesforce/contacts/{id}"), change);
    }

    /// Puts one contact into the recycle bin.
    pub fn delete(&self, id: &str) {
        control(&self.simulator, "DELETE", &format!("/_sim/salesforce/contacts/{id}"), &Value::Null);
    }

    /// Takes one contact out of the recycle bin again.
    pub fn undelete(&self, id: &str) {
        control(&self.simulator, "POST", &format!("/_sim/salesforce/contacts/{id}/undelete"), &Value::Null);
    }

    /// Merges contacts into another one, which may get other values by it.
    pub fn merge(&self, master: &str, losers: &[&str], fields: &Value) {
        let merge = json!({"master": master, "losers": losers, "fields": fields});
        control(&self.simulator, "POST", "/_sim/salesforce/contacts/merge", &merge);
    }

    /// Whether the user of the sync may see one contact.
    pub fn share(&self, id: &str, visible: bool) {
        let sharing = json!({"visible": visible});
        control(&self.simulator, "PUT", &format!("/_sim/salesforce/contacts/{id}/sharing"), &sharing);
    }

    /// Empties the recycle bin.
    pub fn empty_bin(&self) {
        control(&self.simulator, "DELETE", "/_sim/salesforce/bin", &Value::Null);
    }

    /// So many of the day's calls are used.
    pub fn use_up(&self, calls: u64) {
        control(&self.simulator, "POST", "/_sim/salesforce/usage", &json!({"used": calls}));
    }

    /// Every contact, as stored.
    pub fn contacts(&self) -> Vec<Value> {
        list(&control(&self.simulator, "GET", "/_sim/salesforce/contacts", &Value::Null))
    }

    /// Every account, as stored.
    pub fn accounts(&self) -> Vec<Value> {
        list(&control(&self.simulator, "GET", "/_sim/salesforce/accounts", &Value::Null))
    }

    /// Puts accounts in and returns their ids.
    pub fn insert_accounts(&self, records: &[Map<String, Value>]) -> Vec<String> {
        records.iter().for_each(|record| self.private.add_record(record));
        ids(&control(&self.simulator, "POST", "/_sim/salesforce/accounts", &json!(records)))
    }

    /// Changes fields of one account; `null` clears one. Its contacts do not count as changed by that.
    pub fn update_account(&self, id: &str, change: &Value) {
        if let Value::Object(fields) = change {
            self.private.add_record(fields);
        }
        control(&self.simulator, "PATCH", &format!("/_sim/salesforce/accounts/{id}"), change);
    }
}

/// Genesys Cloud.
pub struct Genesys {
    simulator: Arc<Simulator>,
    private: Arc<Private>,
}

impl Genesys {
    pub(crate) fn new(simulator: Arc<Simulator>, private: Arc<Private>) -> Self {
        Self { simulator, private }
    }

    /// A contact to be, with this first name.
    pub fn contact(&self, first_name: &str) -> ContactDraft<'_> {
        let draft = ContactDraft { place: Place::Genesys(self), record: Map::new() };
        draft.field("firstName", first_name)
    }

    /// Puts records in and returns their ids.
    pub fn insert(&self, records: &[Map<String, Value>]) -> Vec<String> {
        records.iter().for_each(|record| self.private.add_record(record));
        let answer = control(&self.simulator, "POST", "/_sim/genesys/contacts", &json!(records));
        ids(&answer)
    }

    /// Every contact, as stored.
    pub fn contacts(&self) -> Vec<Value> {
        list(&control(&self.simulator, "GET", "/_sim/genesys/contacts", &Value::Null))
    }

    /// Changes fields of one contact, as an agent would; `null` clears one.
    pub fn update(&self, id: &str, change: &Value) {
        if let Value::Object(fields) = change {
            self.private.add_record(fields);
        }
        control(&self.simulator, "PATCH", &format!("/_sim/genesys/contacts/{id}"), change);
    }

    /// Deletes one contact, as an agent would.
    pub fn delete(&self, id: &str) {
        control(&self.simulator, "DELETE", &format!("/_sim/genesys/contacts/{id}"), &Value::Null);
    }

    /// Every external organization, as stored.
    pub fn organizations(&self) -> Vec<Value> {
        list(&control(&self.simulator, "GET", "/_sim/genesys/organizations", &Value::Null))
    }

    /// The organization that carries the id of this Salesforce account.
    pub fn organization_of(&self, account_id: &str) -> Option<Value> {
        let carries = |organization: &Value| external_values(organization).any(|value| value == account_id);
        self.organizations().into_iter().find(|organization| carries(organization))
    }

    /// Deletes one organization, as an agent would.
    pub fn delete_organization(&self, id: &str) {
        control(&self.simulator, "DELETE", &format!("/_sim/genesys/organizations/{id}"), &Value::Null);
    }

    /// Merges contacts into a new one, as an agent would; its id.
    pub fn merge(&self, ids: &[&str]) -> String {
        let merged = control(&self.simulator, "POST", "/_sim/genesys/contacts/merge", &json!({"contactIds": ids}));
        merged["id"].as_str().expect("the id of the merged contact").to_owned()
    }

    /// The contact that carries this Salesforce id.
    pub fn contact_of(&self, salesforce_id: &str) -> Option<Value> {
        let carries = |contact: &Value| external_values(contact).any(|value| value == salesforce_id);
        self.contacts().into_iter().find(|contact| carries(contact))
    }

    /// Lays a fault on requests of either vendor, as `POST /_sim/faults` takes it.
    pub fn fault(&self, rule: &Value) {
        control(&self.simulator, "POST", "/_sim/faults", rule);
    }

    /// No more faults.
    pub fn calm(&self) {
        control(&self.simulator, "DELETE", "/_sim/faults", &Value::Null);
    }

    /// The tokens of both vendors that are alive, as they are: to look for what must not be left anywhere.
    pub fn live_tokens(&self) -> Vec<String> {
        let tokens = list(&control(&self.simulator, "GET", "/_sim/tokens", &Value::Null));
        tokens.iter().filter_map(|token| token["token"].as_str().map(str::to_owned)).collect()
    }

    /// Every token that this vendor has given out dies.
    pub fn revoke_tokens(&self, vendor: &str) {
        control(&self.simulator, "POST", "/_sim/tokens/revoke", &json!({ "vendor": vendor }));
    }

    /// Settings of either vendor, as `PUT /_sim/settings` takes them.
    pub fn settings(&self, change: &Value) {
        control(&self.simulator, "PUT", "/_sim/settings", change);
    }

    /// Carries out a control request that must succeed.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        control(&self.simulator, method, path, body)
    }

    pub(crate) fn journal_of_both(&self) -> Vec<Entry> {
        let entries = list(&control(&self.simulator, "GET", "/_sim/journal", &Value::Null));
        entries.into_iter().map(|entry| serde_json::from_value(entry).expect("an entry of the journal")).collect()
    }

    /// Where the simulator failed as one since its start, also in what was forgotten since: a line each.
    pub(crate) fn failings(&self) -> Vec<String> {
        let counts = control(&self.simulator, "GET", "/_sim/journal/counts", &Value::Null);
        let line = |failing: &Value| format!("request {}: {}", failing["number"], failing["what"]);
        counts["failings"].as_array().expect("a list").iter().map(line).collect()
    }

    pub(crate) fn forget(&self) {
        control(&self.simulator, "DELETE", "/_sim/journal", &Value::Null);
    }
}

/// Values of a Genesys contact's external ids.
pub(crate) fn external_values(contact: &Value) -> impl Iterator<Item = &str> {
    contact["externalIds"].as_array().into_iter().flatten().filter_map(|id| id["value"].as_str())
}

/// The list in an answer that may wrap it.
fn list(answer: &Value) -> Vec<Value> {
    let wrapped = answer.as_object().and_then(|object| object.values().find(|value| value.is_array()));
    wrapped.unwrap_or(answer).as_array().cloned().unwrap_or_default()
}

fn ids(answer: &Value) -> Vec<String> {
    let id = |item: &Value| item.as_str().or(item["id"].as_str()).or(item["Id"].as_str()).map(str::to_owned);
    list(answer).iter().filter_map(id).collect()
}

enum Place<'a> {
    Salesforce(&'a Salesforce),
    Genesys(&'a Genesys),
}

/// A contact that is not there yet.
pub struct ContactDraft<'a> {
    place: Place<'a>,
    record: Map<String, Value>,
}

impl ContactDraft<'_> {
    /// Any field, by the vendor's name.
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.record.insert(name.to_owned(), value.into());
        self
    }

    /// The last name.
    pub fn last_name(self, name: &str) -> Self {
        let field = if matches!(self.place, Place::Salesforce(_)) { "LastName" } else { "lastName" };
        self.field(field, name)
    }

    /// The work number.
    pub fn phone(self, number: &str) -> Self {
        match self.place {
            Place::Salesforce(_) => self.field("Phone", number),
            Place::Genesys(_) => self.field("workPhone", json!({ "display": number })),
        }
    }

    /// The mobile number.
    pub fn mobile(self, number: &str) -> Self {
        match self.place {
            Place::Salesforce(_) => self.field("MobilePhone", number),
            Place::Genesys(_) => self.field("cellPhone", json!({ "display": number })),
        }
    }

    /// The e-mail address.
    pub fn email(self, address: &str) -> Self {
        match self.place {
            Place::Salesforce(_) => self.field("Email", address),
            Place::Genesys(_) => self.field("workEmail", address),
        }
    }

    /// The contact's own country, as a two-letter code.
    pub fn country(self, code: &str) -> Self {
        self.field("MailingCountry", code)
    }

    /// Puts the contact in; its id.
    pub fn insert(self) -> String {
        let records = [self.record];
        let ids = match self.place {
            Place::Salesforce(salesforce) => salesforce.insert(&records),
            Place::Genesys(genesys) => genesys.insert(&records),
        };
        ids.into_iter().next().expect("the id of the new contact")
    }
}
