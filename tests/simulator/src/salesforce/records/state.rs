//! All rows, and how control requests write them.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Map, Value};

pub(crate) use super::record::Record;
use super::row::{Row, TEXT_BYTES_MAX};
use crate::salesforce::columns::{Kind, Object};
use crate::salesforce::ids::{self, Id};

/// The rows of one object by id.
pub(crate) type Table = BTreeMap<Id, Record>;

/// All rows of the organisation.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) contacts: Table,
    pub(crate) accounts: Table,
    /// The account of a name and a country.
    accounts_by_name: HashMap<String, Id>,
    /// The log of deletions was shortened up to here.
    pub(super) log_begins: Option<Timestamp>,
    last: u64,
}

impl Records {
    pub(crate) fn table(&self, object: Object) -> &Table {
        match object {
            Object::Contact => &self.contacts,
            Object::Account => &self.accounts,
        }
    }

    pub(super) fn table_mut(&mut self, object: Object) -> &mut Table {
        match object {
            Object::Contact => &mut self.contacts,
            Object::Account => &mut self.accounts,
        }
    }

    pub(crate) fn account_of(&self, record: &Record) -> Option<&Record> {
        self.accounts.get(record.text(Object::Contact, "AccountId")?)
    }

    /// Puts a row in, from a JSON object of columns. A contact's `Account` makes or finds the account; the three times
    /// may be given, so that a late commit can be staged.
    ///
    /// # Errors
    /// A sentence when a column does not exist, has the wrong type, or the one required column is missing.
    pub(crate) fn insert(&mut self, object: Object, sent: &Value, now: Timestamp) -> Result<Id, String> {
        let sent = sent.as_object().ok_or("a record is a JSON object of columns")?;
        let id = match sent.get("Id") {
            Some(id) => ids::of_value(id).ok_or_else(|| format!("Id {id} is not a record id"))?,
            None => self.next_id(object),
        };
        if self.table(object).contains_key(&id) {
            return Err(format!("the {} {id} exists", object.name().to_lowercase()));
        }
        let now = whole_seconds(now);
        let (created, modified, stamp) = (now, now, now);
        let record = Record { id, row: Row::default(), created, modified, stamp, visible: true, grave: None };
        let record = self.changed(object, record, sent)?;
        let required = if object == Object::Contact { "LastName" } else { "Name" };
        if object == Object::Contact && record.text(object, required).is_none() {
            return Err(format!("{required} is required"));
        }
        self.store(object, record);
        Ok(id)
    }

    /// Changes columns of a row; its two modification times move to `now` unless they are given.
    ///
    /// # Errors
    /// A sentence when there is no such row or column, or it is deleted.
    pub(crate) fn update(&mut self, object: Object, id: &str, sent: &Value, now: Timestamp) -> Result<(), String> {
        let sent = sent.as_object().ok_or("a change is a JSON object of columns")?;
        let mut record = self.living(object, id)?.clone();
        (record.modified, record.stamp) = (whole_seconds(now), whole_seconds(now));
        let record = self.changed(object, record, sent)?;
        self.store(object, record);
        Ok(())
    }

    fn store(&mut self, object: Object, record: Record) {
        if object == Object::Account {
            if self.accounts.contains_key(&record.id) {
                self.accounts_by_name.retain(|_, id| *id != record.id);
            }
            self.accounts_by_name.entry(account_key(&record)).or_insert(record.id);
        }
        self.table_mut(object).insert(record.id, record);
    }

    /// A row by its id, deleted or not.
    pub(crate) fn existing(&self, object: Object, id: &str) -> Result<&Record, String> {
        let record = ids::long(id).and_then(|id| self.table(object).get(&id));
        record.ok_or_else(|| format!("there is no {} {id}", object.name().to_lowercase()))
    }

    pub(super) fn living(&self, object: Object, id: &str) -> Result<&Record, String> {
        let record = self.existing(object, id)?;
        if record.is_deleted() { Err(format!("the record {id} is deleted")) } else { Ok(record) }
    }

    fn changed(&mut self, object: Object, mut record: Record, sent: &Map<String, Value>) -> Result<Record, String> {
        let mut changes = Vec::new();
        for (name, value) in sent {
            match name.as_str() {
                "Id" | "attributes" => {}
                "Account" if object == Object::Contact => {} // Below, when the times are known.
                "CreatedDate" => record.created = given(name, value)?,
                "LastModifiedDate" => record.modified = given(name, value)?,
                "SystemModstamp" => record.stamp = given(name, value)?,
                _ => changes.push(checked(object, name, value)?),
            }
        }
        if let (Object::Contact, Some(account)) = (object, sent.get("Account")) {
            let account = self.account(account, record.created)?.map(|id| id.to_string());
            changes.push((place(object, "AccountId")?, account));
        }
        record.row = record.row.with(&changes);
        Ok(record)
    }

    /// The account with this id, or this name and country, made if there is none; `None` for no account.
    fn account(&mut self, sent: &Value, now: Timestamp) -> Result<Option<Id>, String> {
        if sent.is_null() {
            return Ok(None);
        }
        let fields = sent.as_object().ok_or("Account is a JSON object")?;
        let by_id = fields.get("Id").and_then(ids::of_value).filter(|id| self.accounts.contains_key(id));
        let part = |name| fields.get(name).and_then(Value::as_str).unwrap_or("");
        let by_name = self.accounts_by_name.get(&key_of(part("Name"), part("BillingCountry")));
        match by_id.or(by_name.copied()) {
            Some(id) => Ok(Some(id)),
            None => self.insert(Object::Account, sent, now).map(Some),
        }
    }

    fn next_id(&mut self, object: Object) -> Id {
        loop {
            self.last += 1;
            let id = ids::numbered(object.id_prefix(), self.last);
            if !self.table(object).contains_key(&id) {
                return id;
            }
        }
    }
}

fn account_key(account: &Record) -> String {
    let part = |name| account.text(Object::Account, name).unwrap_or("");
    key_of(part("Name"), part("BillingCountry"))
}

fn key_of(name: &str, country: &str) -> String {
    format!("{name}\u{1}{country}")
}

fn place(object: Object, name: &str) -> Result<usize, String> {
    let place = object.columns().iter().position(|column| column.name == name);
    place.ok_or_else(|| format!("{} has no column {name}", object.name()))
}

/// The place of a column, and the text that is kept for a value; the vendor stores the empty text as null.
fn checked(object: Object, name: &str, value: &Value) -> Result<(usize, Option<String>), String> {
    let place = place(object, name)?;
    let column = &object.columns()[place];
    if !column.writable {
        return Err(format!("{} has no column {name} that can be written", object.name()));
    }
    let text = match (column.kind, value) {
        (_, Value::Null) => None,
        (Kind::Text | Kind::Id, Value::String(text)) if text.is_empty() => None,
        (Kind::Text, Value::String(text)) if text.len() <= TEXT_BYTES_MAX => Some(text.clone()),
        (Kind::Flag, Value::Bool(flag)) => Some(flag.to_string()),
        (Kind::Number, Value::Number(number)) => Some(number.to_string()),
        (Kind::Day, Value::String(text)) if text.parse::<civil::Date>().is_ok() => Some(text.clone()),
        (Kind::Id, value) => {
            let id = ids::of_value(value).ok_or_else(|| format!("{name} {value} is not a record id"))?;
            Some(id.to_string())
        }
        _ => return Err(format!("{name} does not take {value}")),
    };
    Ok((place, text))
}

fn given(name: &str, value: &Value) -> Result<Timestamp, String> {
    let text = value.as_str().unwrap_or("");
    let strict = text.strip_suffix("+0000").map_or_else(|| text.to_owned(), |start| format!("{start}Z"));
    let moment: Timestamp =
        strict.parse().map_err(|_| format!("{name} {value} is not a moment such as 2026-11-22T04:00:00Z"))?;
    Ok(whole_seconds(moment))
}

pub(super) fn whole_seconds(moment: Timestamp) -> Timestamp {
    let fraction = SignedDuration::from_nanos(i64::from(moment.subsec_nanosecond()));
    moment.saturating_sub(fraction).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::salesforce::columns;
    use serde_json::json;

    #[test]
    fn an_edit_moves_both_times_to_the_second() {
        let mut records = Records::default();
        let first: Timestamp = "2026-11-22T04:00:00.9Z".parse().unwrap();
        let id = records.insert(Object::Contact, &json!({"LastName": "Sá", "Title": ""}), first).unwrap();
        let later: Timestamp = "2026-11-22T05:00:00.5Z".parse().unwrap();
        records.update(Object::Contact, &id.as_str()[..15], &json!({"Title": "Dr"}), later).unwrap();
        let record = &records.contacts[&id];
        let value = |name| record.value(Object::Contact, columns::find(Object::Contact, name).unwrap());
        assert_eq!(value("SystemModstamp"), "2026-11-22T05:00:00.000+0000");
        assert_eq!(value("CreatedDate"), "2026-11-22T04:00:00.000+0000");
        assert_eq!(value("Title"), "Dr");
    }

    #[test]
    fn one_account_per_name_and_country() {
        let mut records = Records::default();
        let contact = |name: &str| json!({"LastName": name, "Account": {"Name": "Acme", "BillingCountry": "Brazil"}});
        records.insert(Object::Contact, &contact("A"), Timestamp::UNIX_EPOCH).unwrap();
        records.insert(Object::Contact, &contact("B"), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(records.accounts.len(), 1);
    }
}
