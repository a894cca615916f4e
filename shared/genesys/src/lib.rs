#![doc = include_str!("../README.md")]

mod add;
mod analytics;
mod bulk;
mod client;
mod contact;
mod credentials;
mod data_table;
mod document;
mod enrich;
mod external_organization;
mod external_source;
mod fetch;
mod import;
mod lenient;
mod lookup;
mod organization;
mod outcome;
mod patch;
mod path;
mod queue_names;
mod refusal;
mod region;
mod remove;
mod resolve;
mod routing_queue;
mod scan;
mod utilization;
mod vendor;

pub use add::ADD_MAX;
pub use analytics::{AggregateQuery, AggregateRow, Counted, Dimension, Granularity, Level, Metric, Metrics};
pub use client::{Genesys, GenesysOptions};
pub use contact::{Address, ExternalContact, ExternalId, PhoneNumber, Reference, SchemaVersion};
pub use credentials::Credentials;
pub use document::Document;
pub use enrich::{ENRICH_MAX, Enrich, EnrichAction};
pub use external_organization::{EnrichOrganization, ExternalOrganization};
pub use external_source::ExternalSource;
pub use fetch::{FETCH_MAX, Fetched};
pub use import::{
    CSV_BYTES_MAX, Csv, CsvFull, ImportCounts, ImportJob, ImportSettings, ImportState, ImportedField, Matching, Upload,
    UploadCheck,
};
pub use lookup::Identifier;
pub use organization::Organization;
pub use outcome::ItemOutcome;
pub use patch::Change;
pub use path::{is_id, is_row_key};
pub use queue_names::{Division, QueueName};
pub use remove::{Removal, relinked, unlinked};
pub use routing_queue::RoutingQueue;
pub use scan::{SCAN_PAGE_MAX, ScanPage};
pub use utilization::UtilizationOf;
pub use vendor::GenesysVendor;
