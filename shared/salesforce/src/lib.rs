#![doc = include_str!("../README.md")]

mod by_ids;
mod client;
mod credentials;
mod deletions;
mod jwt;
mod query;
mod record;
mod refusal;
pub mod soql;
mod time;
mod vendor;

pub use by_ids::IDS_MAX;
pub use client::{Instance, Salesforce, SalesforceOptions};
pub use credentials::Credentials;
pub use deletions::{Deletion, DeletionLog, Deletions};
pub use query::{NextPage, Page};
pub use record::Record;
pub use soql::{Filter, FilterError, MASTER_RECORD_ID, Soql, SoqlError};
pub use time::parse_datetime;
pub use vendor::SalesforceVendor;
