//! One record of a query's answer.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::time::parse_datetime;

/// A record: the selected columns by name, parents nested. Prints its id and its columns, no other value.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Record(Map<String, Value>);

impl Record {
    /// The record's id, 18 characters; empty when `Id` was not selected.
    pub fn id(&self) -> &str {
        self.text("Id").unwrap_or_default()
    }

    /// A column's value. A dot leads to a parent: `Account.BillingCountry`. `null` is `None`.
    pub fn get(&self, column: &str) -> Option<&Value> {
        let mut names = column.split('.');
        let mut value = self.own(names.next()?)?;
        for name in names {
            value = entry(value.as_object()?, name)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// A text column.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.get(column)?.as_str()
    }

    /// A datetime column.
    pub fn time(&self, column: &str) -> Option<Timestamp> {
        parse_datetime(self.text(column)?)
    }

    /// All columns as they came.
    pub fn columns(&self) -> &Map<String, Value> {
        &self.0
    }

    fn own(&self, name: &str) -> Option<&Value> {
        entry(&self.0, name)
    }
}

/// Salesforce answers in the schema's spelling, whatever the query's was.
fn entry<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

impl From<Map<String, Value>> for Record {
    fn from(columns: Map<String, Value>) -> Self {
        Self(columns)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&String> = self.0.keys().collect();
        f.debug_struct("Record").field("id", &self.id()).field("columns", &columns).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let text = r#"{
            "attributes": { "type": "Contact", "url": "/services/data/v66.0/sobjects/Contact/003000000000001AAA" },
            "Id": "003000000000001AAA", "LastName": "Lima", "Email": null, "SystemModstamp": "2026-11-22T04:00:00.000+0000",
            "Account": { "attributes": {}, "BillingCountry": "Brazil" }, "ReportsTo": null
        }"#;
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn columns_are_read_by_path() {
        let record = record();
        assert_eq!(record.id(), "003000000000001AAA");
        assert_eq!(record.text("Account.BillingCountry"), Some("Brazil"));
        assert_eq!(record.text("lastname"), Some("Lima"));
        assert_eq!(record.time("SystemModstamp").map(Timestamp::as_second), Some(1_795_320_000));
        for absent in ["Email", "Phone", "ReportsTo.Email", "LastName.X", ""] {
            assert_eq!(record.get(absent), None, "{absent}");
        }
    }

    #[test]
    fn printing_a_record_does_not_print_its_values() {
        let printed = format!("{:?}", record());
        assert!(printed.contains("LastName") && !printed.contains("Lima") && !printed.contains("Brazil"), "{printed}");
    }
}
