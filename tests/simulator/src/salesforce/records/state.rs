//! The rows, with the three times the vendor keeps for each.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::salesforce::columns::{self, Kind};
use crate::salesforce::ids;

/// One contact.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Text, flags and numbers by column name.
    pub(crate) fields: Map<String, Value>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) stamp: Timestamp,
    pub(crate) deleted: bool,
}

/// One account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: Value,
    pub(crate) billing_country: Value,
}

/// All rows of the organisation.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) contacts: BTreeMap<String, Record>,
    pub(crate) accounts: BTreeMap<String, Account>,
    last: u64,
}

/// A moment as this vendor prints it: whole seconds, and an offset without a colon.
pub(crate) fn printed(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

impl Record {
    /// A column of this contact alone; the account's columns are asked of the account.
    pub(crate) fn value(&self, column: &str) -> Value {
        match column {
            "Id" => json!(self.id),
            "IsDeleted" => json!(self.deleted),
            "CreatedDate" => json!(printed(self.created)),
            "LastModifiedDate" => json!(printed(self.modified)),
            "SystemModstamp" => json!(printed(self.stamp)),
            "Name" => {
                let parts = ["FirstName", "LastName"].map(|name| self.fields.get(name).and_then(Value::as_str));
                json!(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            "IsPersonAccount" => self.fields.get(column).cloned().unwrap_or(json!(false)),
            _ => self.fields.get(column).cloned().unwrap_or(Value::Null),
        }
    }

    pub(crate) fn moment(&self, column: &str) -> Option<Timestamp> {
        match column {
            "CreatedDate" => Some(self.created),
            "LastModifiedDate" => Some(self.modified),
            "SystemModstamp" => Some(self.stamp),
            _ => None,
        }
    }
}

impl Records {
    pub(crate) fn account_of(&self, record: &Record) -> Option<&Account> {
        self.accounts.get(record.fields.get("AccountId")?.as_str()?)
    }

    /// Puts a contact in, from a JSON object of columns. `Account` makes or finds the account; the three times may
    /// be given, so that a late commit can be staged.
    ///
    /// # Errors
    /// A sentence when a column does not exist, has the wrong type, or `LastName` is missing.
    pub(crate) fn insert(&mut self, sent: &Value, now: Timestamp) -> Result<String, String> {
        let sent = sent.as_object().ok_or("a contact is a JSON object of columns")?;
        let id = match sent.get("Id") {
            Some(id) => ids::of_value(id).ok_or_else(|| format!("Id {id} is not a record id"))?,
            None => self.next_id(ids::CONTACT),
        };
        if self.contacts.contains_key(&id) {
            return Err(format!("the contact {id} exists"));
        }
        let now = whole_seconds(now);
        let record =
            Record { id: id.clone(), fields: Map::new(), created: now, modified: now, stamp: now, deleted: false };
        let record = self.changed(record, sent)?;
        if record.fields.get("LastName").is_none_or(Value::is_null) {
            return Err("LastName is required".to_owned());
        }
        self.contacts.insert(id.clone(), record);
        Ok(id)
    }

    /// Changes columns of a contact; its two modification times move to `now` unless they are given.
    ///
    /// # Errors
    /// A sentence when there is no such contact or column.
    pub(crate) fn update(&mut self, id: &str, sent: &Value, now: Timestamp) -> Result<(), String> {
        let sent = sent.as_object().ok_or("a change is a JSON object of columns")?;
        let mut record = self.existing(id)?.clone();
        (record.modified, record.stamp) = (whole_seconds(now), whole_seconds(now));
        let record = self.changed(record, sent)?;
        self.contacts.insert(record.id.clone(), record);
        Ok(())
    }

    /// Puts a contact into the recycle bin: queries no longer see it.
    ///
    /// # Errors
    /// A sentence when there is no such contact.
    pub(crate) fn delete(&mut self, id: &str, now: Timestamp) -> Result<(), String> {
        let mut record = self.existing(id)?.clone();
        (record.deleted, record.stamp) = (true, whole_seconds(now));
        self.contacts.insert(record.id.clone(), record);
        Ok(())
    }

    fn existing(&self, id: &str) -> Result<&Record, String> {
        let long = ids::long(id).unwrap_or_default();
        self.contacts.get(&long).ok_or_else(|| format!("there is no contact {id}"))
    }

    fn changed(&mut self, mut record: Record, sent: &Map<String, Value>) -> Result<Record, String> {
        for (name, value) in sent {
            match name.as_str() {
                "Id" | "attributes" => {}
                "CreatedDate" => record.created = given(name, value)?,
                "LastModifiedDate" => record.modified = given(name, value)?,
                "SystemModstamp" => record.stamp = given(name, value)?,
                "Account" => {
                    let account = self.account(value)?;
                    record.fields.insert("AccountId".to_owned(), account);
                }
                _ => {
                    record.fields.insert(name.clone(), checked(name, value)?);
                }
            }
        }
        Ok(record)
    }

    /// The id of the account with this name and country, made if there is none; `null` for no account.
    fn account(&mut self, sent: &Value) -> Result<Value, String> {
        if sent.is_null() {
            return Ok(Value::Null);
        }
        let sent = sent.as_object().ok_or("Account is a JSON object")?;
        if let Some(unknown) = sent.keys().find(|name| columns::find(columns::ACCOUNT, name).is_none()) {
            return Err(format!("Account has no column {unknown}"));
        }
        let part = |name| sent.get(name).cloned().unwrap_or(Value::Null);
        let (name, billing_country) = (part("Name"), part("BillingCountry"));
        let same = |account: &&Account| account.name == name && account.billing_country == billing_country;
        if let Some(account) = self.accounts.values().find(same) {
            return Ok(json!(account.id));
        }
        let id = match sent.get("Id") {
            Some(id) => ids::of_value(id).ok_or_else(|| format!("Account.Id {id} is not a record id"))?,
            None => self.next_id(ids::ACCOUNT),
        };
        self.accounts.insert(id.clone(), Account { id: id.clone(), name, billing_country });
        Ok(json!(id))
    }

    fn next_id(&mut self, prefix: &str) -> String {
        loop {
            self.last += 1;
            let id = ids::numbered(prefix, self.last);
            if !self.contacts.contains_key(&id) && !self.accounts.contains_key(&id) {
                return id;
            }
        }
    }
}

fn checked(name: &str, value: &Value) -> Result<Value, String> {
    let column = columns::CONTACT.iter().find(|column| column.name == name && column.writable);
    let column = column.ok_or_else(|| format!("Contact has no column {name} that can be written"))?;
    let fits = match column.kind {
        Kind::Text => value.is_string(),
        Kind::Flag => value.is_boolean(),
        Kind::Number => value.is_number(),
        Kind::Id => {
            return if value.is_null() {
                Ok(Value::Null)
            } else {
                ids::of_value(value).map(|id| json!(id)).ok_or_else(|| format!("{name} {value} is not a record id"))
            };
        }
        Kind::Moment => false,
    };
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(text) if text.is_empty() => Ok(Value::Null), // The vendor stores the empty text as null.
        _ if fits => Ok(value.clone()),
        _ => Err(format!("{name} does not take {value}")),
    }
}

fn given(name: &str, value: &Value) -> Result<Timestamp, String> {
    let text = value.as_str().unwrap_or("");
    let strict = text.strip_suffix("+0000").map_or_else(|| text.to_owned(), |start| format!("{start}Z"));
    let moment: Timestamp =
        strict.parse().map_err(|_| format!("{name} {value} is not a moment such as 2026-11-22T04:00:00Z"))?;
    Ok(whole_seconds(moment))
}

fn whole_seconds(moment: Timestamp) -> Timestamp {
    let fraction = SignedDuration::from_nanos(i64::from(moment.subsec_nanosecond()));
    moment.saturating_sub(fraction).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_moves_both_times_to_the_second() {
        let mut records = Records::default();
        let first: Timestamp = "2026-11-22T04:00:00.9Z".parse().unwrap();
        let id = records.insert(&json!({"LastName": "Sá", "Title": ""}), first).unwrap();
        let later: Timestamp = "2026-11-22T05:00:00.5Z".parse().unwrap();
        records.update(&id[..15], &json!({"Title": "Dr"}), later).unwrap();
        let record = &records.contacts[&id];
        assert_eq!(record.value("SystemModstamp"), "2026-11-22T05:00:00.000+0000");
        assert_eq!(record.value("CreatedDate"), "2026-11-22T04:00:00.000+0000");
        assert_eq!(record.value("Title"), "Dr");
    }

    #[test]
    fn one_account_per_name_and_country() {
        let mut records = Records::default();
        let contact = |name: &str| json!({"LastName": name, "Account": {"Name": "Acme", "BillingCountry": "Brazil"}});
        records.insert(&contact("A"), Timestamp::UNIX_EPOCH).unwrap();
        records.insert(&contact("B"), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(records.accounts.len(), 1);
    }
}
