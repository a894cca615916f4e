//! What may be different at Genesys.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Client, one_client};

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
    /// Items of a bulk fetch or removal.
    pub(crate) bulk_by_id_max: usize,
    pub(crate) removed_unknown: RemovedUnknown,
    pub(crate) merged_id_writes: MergedIdWrites,
    /// Whether a scan lists contacts that were merged into another.
    pub(crate) scan_shows_merged: bool,
    /// Whether a bulk update clears the fields that were not sent.
    pub(crate) update_clears_absent: bool,
    /// HTTP status for a contact whose organization does not exist: 422, 404 or 400.
    pub(crate) unknown_organization_status: u16,
    /// The largest file of an import.
    pub(crate) import_bytes_max: usize,
    /// How long a file can be put to its address.
    pub(crate) upload_lifetime_s: i64,
    /// How long the vendor takes to look at a file.
    pub(crate) upload_check_s: i64,
    /// How long each step of an import takes at least; 0 does everything at once.
    pub(crate) import_step_s: i64,
    /// Rows of an import in a second.
    pub(crate) import_rows_per_s: u64,
    /// Whether an import goes on by itself after it was validated.
    pub(crate) import_auto_continue: bool,
    /// Whether the report of an import names the contacts it made.
    pub(crate) import_report_ids: bool,
}

/// What a bulk removal says of an id that nobody has.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RemovedUnknown {
    /// The item fails with 404.
    NotFound,
    /// The item succeeds.
    Ok,
}

/// What a write to the old id of a merged contact does.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MergedIdWrites {
    /// It writes what became of it.
    Resolve,
    /// It is refused with 404.
    NotFound,
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
            bulk_by_id_max: 50,
            removed_unknown: RemovedUnknown::NotFound,
            merged_id_writes: MergedIdWrites::Resolve,
            scan_shows_merged: false,
            update_clears_absent: true,
            unknown_organization_status: 422,
            import_bytes_max: 50_000_000,
            upload_lifetime_s: 3_600,
            upload_check_s: 0,
            import_step_s: 5,
            import_rows_per_s: 1_000,
            import_auto_continue: false,
            import_report_ids: false,
        }
    }
}
