//! SOQL: the part of the language that is understood, and the vendor's refusal of everything else.
//!
//! `grammar` turns text into a tree, `check` binds names to columns and refuses wrong types, `evaluate` finds the
//! rows. What the grammar does not know is answered as the vendor answers a malformed query.

mod check;
mod evaluate;
mod grammar;
mod tree;

use serde_json::{Value, json};

use crate::salesforce::columns::Column;
use crate::salesforce::records::state::{Account, Records};
use crate::wire::Refusal;

/// One column of the SELECT list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Selected {
    pub(crate) column: &'static Column,
    /// Whether it is the account's.
    pub(crate) parent: bool,
}

/// A query whose names are known and whose types fit.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) select: Vec<Selected>,
    condition: Option<check::Condition>,
    order: Vec<check::Order>,
    limit: Option<usize>,
}

/// Reads and checks a query.
///
/// # Errors
/// The vendor's 400: `MALFORMED_QUERY`, `INVALID_TYPE`, `INVALID_FIELD`, `INVALID_QUERY_FILTER_OPERATOR`.
pub(crate) fn prepare(text: &str, hidden: &[String]) -> Result<Query, Refusal> {
    check::bound(grammar::parse(text)?, hidden)
}

impl Query {
    /// The ids of the rows found, in the order asked for.
    pub(crate) fn run(&self, records: &Records) -> Vec<String> {
        evaluate::run(self, records)
    }
}

/// A column of an account.
pub(crate) fn of_account(account: &Account, column: &str) -> Value {
    match column {
        "Id" => json!(account.id),
        "Name" => account.name.clone(),
        "BillingCountry" => account.billing_country.clone(),
        _ => Value::Null,
    }
}
