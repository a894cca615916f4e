//! Everything about the two vendors that a test may want to be different.
//!
//! `PUT /_sim/settings` takes a partial JSON object (RFC 7386 merge: `null` removes a map entry) and answers with
//! the whole. A name that does not exist is refused. Points that the vendor's documentation leaves open are
//! *switches*: tests should pass in each position.

mod genesys;

use std::collections::BTreeMap;

pub(crate) use genesys::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All settings, by vendor.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    pub(crate) genesys: Genesys,
    pub(crate) salesforce: Salesforce,
    pub(crate) journal: Journal,
}

/// One OAuth client.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub(crate) secret: String,
    /// Permission names, or `*`. Salesforce looks only at whether the list is empty.
    #[serde(default = "everything")]
    pub(crate) permissions: Vec<String>,
    /// Salesforce: the certificate or public key, as PEM, that signed assertions are checked with.
    #[serde(default)]
    pub(crate) certificate: Option<String>,
    /// Salesforce: the names of users that assertions may speak for.
    #[serde(default)]
    pub(crate) users: Vec<String>,
    /// Salesforce: users that are refused, and how.
    #[serde(default)]
    pub(crate) refused_users: BTreeMap<String, LoginRefusal>,
}

/// Why an assertion that is good opens no session.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoginRefusal {
    /// The user is not admitted to the app.
    InvalidAppAccess,
    /// The app lacks the scope that this flow needs.
    InvalidRequest,
}

fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

impl Client {
    pub(crate) fn may(&self, permission: &str) -> bool {
        self.permissions.iter().any(|have| have == "*" || have == permission)
    }
}

/// Salesforce.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Salesforce {
    pub(crate) organization_id: String,
    pub(crate) clients: BTreeMap<String, Client>,
    /// Session time-out without use.
    pub(crate) token_lifetime_s: i64,
    /// Rows per page at most; below the vendor's 200 only so that tests can page with few rows.
    pub(crate) page_size: Option<usize>,
    pub(crate) cursor_lifetime_s: i64,
    /// Daily calls allowed; beyond it every call is refused.
    pub(crate) api_allowed: u64,
    /// Columns that the run-as user cannot see.
    pub(crate) hidden_fields: Vec<String>,
    /// The zone in which `TODAY` begins for that user.
    pub(crate) user_time_zone: String,
    /// How long a deleted row lies in the recycle bin.
    pub(crate) bin_days: i64,
    /// How long a row that was taken out of the bin can still be read by `queryAll`.
    pub(crate) purged_readable_s: i64,
    /// How far the log of deletions reaches back.
    pub(crate) deleted_log_days: i64,
    pub(crate) deleted_ids_max: usize,
    /// Whether what was taken out of the bin is no longer in the log of deletions.
    pub(crate) deleted_forgets_purged: bool,
    /// How far behind the clock the log of deletions is complete.
    pub(crate) deleted_covered_lag_s: i64,
    pub(crate) deleted_row_error: DeletedRowError,
    /// Whether the read of many rows knows `Account.Name` and its like.
    pub(crate) collection_relationships: bool,
}

/// How a read of a deleted row is refused.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum DeletedRowError {
    /// As deleted.
    #[serde(rename = "ENTITY_IS_DELETED")]
    Deleted,
    /// As any row that does not exist.
    #[serde(rename = "NOT_FOUND")]
    NotFound,
}

impl DeletedRowError {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Deleted => "ENTITY_IS_DELETED",
            Self::NotFound => "NOT_FOUND",
        }
    }
}

impl Default for Salesforce {
    fn default() -> Self {
        Self {
            organization_id: "00D000000000001EAA".to_owned(),
            clients: one_client("demo-salesforce-client", "demo-salesforce-secret"),
            token_lifetime_s: 7_200,
            page_size: None,
            cursor_lifetime_s: 172_800,
            api_allowed: 100_000,
            hidden_fields: Vec::new(),
            user_time_zone: "UTC".to_owned(),
            bin_days: 15,
            purged_readable_s: 0,
            deleted_log_days: 15,
            deleted_ids_max: 600_000,
            deleted_forgets_purged: true,
            deleted_covered_lag_s: 0,
            deleted_row_error: DeletedRowError::Deleted,
            collection_relationships: true,
        }
    }
}

/// The record of requests.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Journal {
    /// Whether bodies are kept.
    pub(crate) bodies: bool,
}

impl Default for Journal {
    fn default() -> Self {
        Self { bodies: true }
    }
}

fn one_client(id: &str, secret: &str) -> BTreeMap<String, Client> {
    let client = Client {
        secret: secret.to_owned(),
        permissions: everything(),
        certificate: None,
        users: Vec::new(),
        refused_users: BTreeMap::new(),
    };
    BTreeMap::from([(id.to_owned(), client)])
}

impl Settings {
    /// These settings with a partial object laid over them.
    ///
    /// # Errors
    /// The sentence of the parser when a name or a value does not exist.
    pub(crate) fn merged(&self, change: &Value) -> Result<Self, String> {
        let mut whole = serde_json::to_value(self).map_err(|error| error.to_string())?;
        merge(&mut whole, change);
        serde_json::from_value(whole).map_err(|error| error.to_string())
    }
}

/// Lays `change` over `target` (RFC 7386).
pub(crate) fn merge(target: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in change {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_partial_object_changes_only_what_it_names() {
        let change =
            json!({"genesys": {"rate_allowed": 5, "clients": {"demo-genesys-client": null, "b": {"secret": "s"}}}});
        let settings = Settings::default().merged(&change).unwrap();
        assert_eq!(settings.genesys.rate_allowed, 5);
        assert_eq!(settings.genesys.minute_ms, 60_000);
        assert_eq!(settings.genesys.clients.keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let error = Settings::default().merged(&json!({"genesys": {"rate": 5}})).unwrap_err();
        assert!(error.contains("unknown field `rate`"), "{error}");
    }
}
