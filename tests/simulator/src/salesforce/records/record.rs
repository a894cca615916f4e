//! One row of an object, with the three times the vendor keeps for each, and its end.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Value, json};

use super::row::Row;
use crate::salesforce::columns::{self, Kind, Object};
use crate::salesforce::ids::Id;
use crate::settings;

/// One contact or account.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: Id,
    pub(super) row: Row,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) stamp: Timestamp,
    /// Whether the user that reads may see it; sharing moves no time.
    pub(crate) visible: bool,
    pub(crate) grave: Option<Box<Grave>>,
}

/// How a record ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grave {
    pub(crate) at: Timestamp,
    /// The record it was merged into.
    pub(crate) master: Option<Id>,
    /// When it was taken out of the recycle bin for good.
    pub(crate) purged: Option<Timestamp>,
}

/// A column's value, ready to be compared.
#[derive(Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Flag(bool),
    Number(f64),
    Day(civil::Date),
    Moment(Timestamp),
    Id(&'a str),
    Text(Cow<'a, str>),
}

/// Which records a request can see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    /// Whether those in the recycle bin count, as for `queryAll`.
    pub(crate) deleted_too: bool,
    pub(crate) now: Timestamp,
    pub(crate) bin_days: i64,
    pub(crate) purged_readable_s: i64,
    /// Changes after this moment are not committed yet: their rows are not there.
    pub(crate) committed: Timestamp,
}

impl Sight {
    pub(crate) fn of(settings: &settings::Salesforce, now: Timestamp) -> Self {
        let (bin_days, purged_readable_s) = (settings.bin_days, settings.purged_readable_s);
        Self { deleted_too: false, now, bin_days, purged_readable_s, committed: Timestamp::MAX }
    }

    /// Without what changed within this time, where a fault says so.
    pub(crate) fn without_young(self, age: Option<std::time::Duration>) -> Self {
        let committed = age.map_or(self.committed, |age| self.now.saturating_sub(age).unwrap_or(Timestamp::MIN));
        Self { committed, ..self }
    }

    pub(crate) fn with_deleted(self) -> Self {
        Self { deleted_too: true, ..self }
    }

    pub(crate) fn sees(&self, record: &Record) -> bool {
        record.visible
            && record.stamp <= self.committed
            && (record.grave.is_none() || self.deleted_too && self.is_in_bin(record))
    }

    /// Whether a deleted record can still be read: its days are not over, and nobody has emptied the bin long ago.
    pub(crate) fn is_in_bin(&self, record: &Record) -> bool {
        let within = |from: Timestamp, seconds: i64| self.now.duration_since(from) < SignedDuration::from_secs(seconds);
        record.grave.as_deref().is_some_and(|grave| {
            within(grave.at, self.bin_days.saturating_mul(86_400))
                && grave.purged.is_none_or(|purged| within(purged, self.purged_readable_s))
        })
    }
}

/// A moment as this vendor prints it: whole seconds, and an offset without a colon.
pub(crate) fn printed(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

impl Record {
    /// The column at a place of the object's list, as the vendor returns it.
    pub(crate) fn value(&self, object: Object, place: usize) -> Value {
        if object.columns()[place].kind == Kind::Number {
            let number = self.row.get(place).and_then(|text| serde_json::from_str(text).ok());
            return number.unwrap_or(Value::Null);
        }
        match self.cell(object, place) {
            None => Value::Null,
            Some(Cell::Flag(flag)) => json!(flag),
            Some(Cell::Number(number)) => json!(number),
            Some(Cell::Day(day)) => json!(day.to_string()),
            Some(Cell::Moment(moment)) => json!(printed(moment)),
            Some(Cell::Id(id)) => json!(id),
            Some(Cell::Text(text)) => json!(text),
        }
    }

    /// The column at a place of the object's list; `None` for null.
    pub(crate) fn cell(&self, object: Object, place: usize) -> Option<Cell<'_>> {
        let column = &object.columns()[place];
        match column.name {
            "Id" => return Some(Cell::Id(self.id.as_str())),
            "IsDeleted" => return Some(Cell::Flag(self.grave.is_some())),
            "MasterRecordId" => return Some(Cell::Id(self.grave.as_deref()?.master.as_ref()?.as_str())),
            "CreatedDate" => return Some(Cell::Moment(self.created)),
            "LastModifiedDate" => return Some(Cell::Moment(self.modified)),
            "SystemModstamp" => return Some(Cell::Moment(self.stamp)),
            "Name" if object == Object::Contact => return Some(Cell::Text(self.full_name().into())),
            _ => {}
        }
        let text = self.row.get(place);
        match column.kind {
            Kind::Flag => Some(Cell::Flag(text == Some("true"))),
            Kind::Number => text?.parse().ok().map(Cell::Number),
            Kind::Day => text?.parse().ok().map(Cell::Day),
            Kind::Id => Some(Cell::Id(text?)),
            Kind::Text | Kind::Moment => Some(Cell::Text(text?.into())),
        }
    }

    /// The text of a column that is kept as it is.
    pub(crate) fn text(&self, object: Object, column: &str) -> Option<&str> {
        self.row.get(columns::find(object, column)?)
    }

    fn full_name(&self) -> String {
        let parts = ["FirstName", "LastName"].map(|name| self.text(Object::Contact, name));
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.grave.is_some()
    }
}
