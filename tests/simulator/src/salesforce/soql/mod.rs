//! SOQL: the part of the language that is understood, and the vendor's refusal of everything else.
//!
//! `grammar` turns text into a tree, `check` binds names to columns and refuses wrong types, `dates` says which days a
//! relative date means, `evaluate` finds the rows. What the grammar does not know is answered as the vendor answers a
//! malformed query.

mod check;
mod dates;
mod evaluate;
mod grammar;
mod tree;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::salesforce::columns::{Column, Object};
use crate::salesforce::ids::Id;
use crate::salesforce::records::record::Sight;
use crate::salesforce::records::state::Records;
use crate::settings;
use crate::wire::Refusal;

/// One column of the SELECT list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Selected {
    /// The object whose list it stands in.
    object: Object,
    /// Its place in that list.
    pub(crate) place: usize,
    /// Whether it is that of the row's account.
    pub(crate) parent: bool,
}

impl Selected {
    pub(crate) fn column(self) -> &'static Column {
        &self.object.columns()[self.place]
    }
}

/// What a query wants of the rows.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Columns(Vec<Selected>),
    Count,
}

/// A query whose names are known and whose types fit.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) object: Object,
    pub(crate) wanted: Wanted,
    condition: Option<check::Condition>,
    order: Vec<check::Order>,
    limit: Option<usize>,
}

/// Reads and checks a query.
///
/// # Errors
/// The vendor's 400: `MALFORMED_QUERY`, `INVALID_TYPE`, `INVALID_FIELD`, `INVALID_QUERY_FILTER_OPERATOR`.
pub(crate) fn prepare(text: &str, settings: &settings::Salesforce, now: Timestamp) -> Result<Query, Refusal> {
    let zone = TimeZone::get(&settings.user_time_zone).unwrap_or(TimeZone::UTC);
    check::bound(grammar::parse(text)?, &settings.hidden_fields, &now.to_zoned_datetime(zone))
}

/// Columns by their names, with those of the account as `Account.Name`.
///
/// # Errors
/// `INVALID_FIELD`, or `MALFORMED_QUERY` for a text that is no name.
pub(crate) fn columns_named(object: Object, names: &[String], hidden: &[String]) -> Result<Vec<Selected>, Refusal> {
    names.iter().map(|name| check::column(object, &grammar::path_alone(name)?, hidden)).collect()
}

impl Query {
    /// The ids of the rows found, in the order asked for.
    pub(crate) fn run(&self, records: &Records, sight: &Sight) -> Vec<Id> {
        evaluate::run(self, records, sight)
    }
}
