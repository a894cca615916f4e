#![doc = include_str!("../README.md")]

mod add;
mod bulk;
mod client;
mod contact;
mod credentials;
mod enrich;
mod external_source;
mod lenient;
mod lookup;
mod organization;
mod outcome;
mod patch;
mod refusal;
mod region;
mod scan;
mod vendor;

pub use add::ADD_MAX;
pub use client::{Genesys, GenesysOptions};
pub use contact::{Address, ExternalContact, ExternalId, PhoneNumber, Reference, SchemaVersion};
pub use credentials::Credentials;
pub use enrich::{ENRICH_MAX, Enrich, EnrichAction};
pub use external_source::ExternalSource;
pub use lookup::Identifier;
pub use organization::Organization;
pub use outcome::ItemOutcome;
pub use patch::Change;
pub use scan::{SCAN_PAGE_MAX, ScanPage};
pub use vendor::GenesysVendor;
