//! Everything about the two vendors that a test may want to be different.
//!
//! `PUT /_sim/settings` takes a partial JSON object (RFC 7386 merge: `null` removes a map entry) and answers with
//! the whole. A name that does not exist is refused. Points that the vendor's documentation leaves open are
//! *switches*: tests should pass in each position.

use std::collections::BTreeMap;

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
}

fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

impl Client {
    pub(crate) fn may(&self, permission: &str) -> bool {
        self.permissions.iter().any(|have| have == "*" || have == permission)
    }
}

/// Genesys Cloud.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Genesys {
    pub(crate) organization_id: String,
    pub(crate) organization_name: String,
    pub(crate) clients: BTreeMap<String, Client>,
    /// `expires_in` of new tokens.
    pub(crate) token_lifetime_s: i64,
    /// Requests per token and minute.
    pub(crate) rate_allowed: u64,
    /// Length of a rate window, in the simulator's time.
    pub(crate) minute_ms: i64,
    pub(crate) request_bytes_max: usize,
    pub(crate) bulk_add_max: usize,
    pub(crate) enrich_max: usize,
    /// How old a contact must be before the keyword search finds it.
    pub(crate) search_lag_ms: i64,
    pub(crate) scan_cursor_lifetime_s: i64,
    /// Custom field schemas: id to field names.
    pub(crate) schemas: BTreeMap<String, Vec<String>>,
    /// HTTP status for refused credentials at the token endpoint: 400 or 401.
    pub(crate) token_error_status: u16,
    pub(crate) external_id_conflict: Conflict,
    pub(crate) shared_identifier: Conflict,
    pub(crate) bulk_order: BulkOrder,
    pub(crate) scan_end: ScanEnd,
    pub(crate) array_fill: ArrayFill,
    /// Whether a field that is absent from an enrich counts as provided empty under `AlwaysUseProvided`.
    pub(crate) absent_is_empty: bool,
    /// Whether an enrich that creates also keeps the external ids it was matched by.
    pub(crate) enrich_keeps_identifiers: bool,
    /// Whether a contact without a name and identifier is refused.
    pub(crate) refuse_nameless: bool,
    /// Whether `inin-ratelimit-*` stand on answers.
    pub(crate) rate_headers: bool,
    pub(crate) data_table_rows_max: usize,
    pub(crate) queue_capacity_field: QueueCapacityField,
    /// Whether queues carry an entity tag, and a PUT with another one in `If-Match` is refused with 412.
    pub(crate) queue_etags: bool,
    pub(crate) queue_read_only: QueueReadOnly,
    /// The longest interval of an aggregate query, in days of its zone.
    pub(crate) aggregate_days_max: i64,
    /// The most rows (groups × parts) of an aggregate answer; absent: any number.
    pub(crate) aggregate_rows_max: Option<usize>,
    /// Whether groups carry the medium although nobody asked for it.
    pub(crate) aggregate_media_always: bool,
    /// Whether an answer without groups has no `results` at all.
    pub(crate) aggregate_results_absent: bool,
    /// Whether sums are written with a decimal point.
    pub(crate) aggregate_decimals: bool,
    /// Whether intervals in an answer carry the zone's offset instead of `Z`.
    pub(crate) aggregate_local_times: bool,
    pub(crate) service_level_counts: ServiceLevelCounts,
}

/// What happens when an identifier already belongs to another contact.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Conflict {
    /// The write is refused.
    #[serde(rename = "409")]
    Refused,
    /// The write succeeds, the other contact keeps the identifier.
    #[serde(rename = "unclaimed")]
    Unclaimed,
}

/// In which order bulk results come back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkOrder {
    /// By the seed.
    Shuffled,
    /// Last first.
    Reversed,
    /// As in the request.
    AsSent,
}

/// How the last page of a scan looks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScanEnd {
    /// The last page has no `after` cursor.
    NoCursor,
    /// The last full page still has one; it leads to an empty page.
    EmptyPage,
}

/// What the array action `Fill` does when the field has entries.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArrayFill {
    /// Keeps them and ignores the provided ones.
    WhenEmpty,
    /// Adds provided ones while there is room.
    WhileRoom,
}

/// What a queue's PUT does with `capacity`, and with any other member that neither the vendor's model nor the queue has.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueCapacityField {
    /// Answers 200 and drops it: the vendor.
    Ignored,
    /// Keeps it: the server that was asked for.
    Kept,
}

/// What a queue's PUT does with a field that the server computes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueReadOnly {
    /// Ignores it.
    Ignored,
    /// Refuses the PUT with 400, naming the field.
    Refused,
}

/// What counts for a service level, beside the answers.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServiceLevelCounts {
    /// Every abandon, as not in time.
    AnsweredAndAbandoned,
    /// Abandons that are not short.
    WithoutShortAbandons,
    /// Nothing.
    Answered,
}

impl Default for Genesys {
    fn default() -> Self {
        Self {
            organization_id: "11111111-2222-4333-8444-555555555555".to_owned(),
            organization_name: "Northwind Care".to_owned(),
            clients: one_client("demo-genesys-client", "demo-genesys-secret"),
            token_lifetime_s: 86_400,
            rate_allowed: 300,
            minute_ms: 60_000,
            request_bytes_max: 512_000,
            bulk_add_max: 50,
            enrich_max: 10,
            search_lag_ms: 5_000,
            scan_cursor_lifetime_s: 86_400,
            schemas: BTreeMap::new(),
            token_error_status: 400,
            external_id_conflict: Conflict::Refused,
            shared_identifier: Conflict::Unclaimed,
            bulk_order: BulkOrder::Shuffled,
            scan_end: ScanEnd::NoCursor,
            array_fill: ArrayFill::WhenEmpty,
            absent_is_empty: true,
            enrich_keeps_identifiers: false,
            refuse_nameless: true,
            rate_headers: true,
            data_table_rows_max: 5_000,
            queue_capacity_field: QueueCapacityField::Ignored,
            queue_etags: false,
            queue_read_only: QueueReadOnly::Ignored,
            aggregate_days_max: 31,
            aggregate_rows_max: None,
            aggregate_media_always: true,
            aggregate_results_absent: true,
            aggregate_decimals: true,
            aggregate_local_times: false,
            service_level_counts: ServiceLevelCounts::AnsweredAndAbandoned,
        }
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
    let client = Client { secret: secret.to_owned(), permissions: everything(), certificate: None, users: Vec::new() };
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
