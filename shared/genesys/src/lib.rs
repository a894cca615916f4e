#![doc = include_str!("../README.md")]

mod add;
mod bulk;
mod client;
mod contact;
mod credentials;
mod data_table;
mod document;
mod enrich;
mod external_source;
mod lenient;
mod lookup;
mod organization;
mod outcome;
mod patch;
mod path;
mod refusal;
mod region;
mod routing_queue;
mod scan;
mod utilization;
mod vendor;

pub use add::ADD_MAX;
pub use client::{Genesys, GenesysOptions};
pub use contact::{Address, ExternalContact, ExternalId, PhoneNumber, Reference, SchemaVersion};
pub use credentials::Credentials;
pub use document::Document;
pub use enrich::{ENRICH_MAX, Enrich, EnrichAction};
pub use external_source::ExternalSource;
pub use lookup::Identifier;
pub use organization::Organization;
pub use outcome::ItemOutcome;
pub use patch::Change;
pub use routing_queue::RoutingQueue;
pub use scan::{SCAN_PAGE_MAX, ScanPage};
pub use utilization::UtilizationOf;
pub use vendor::GenesysVendor;
