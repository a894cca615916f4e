#![doc = include_str!("../README.md")]

mod client;
mod credentials;
mod query;
mod record;
mod refusal;
pub mod soql;
mod time;
mod vendor;

pub use client::{Instance, Salesforce, SalesforceOptions};
pub use credentials::Credentials;
pub use query::{NextPage, Page};
pub use record::Record;
pub use soql::{Soql, SoqlError};
pub use time::parse_datetime;
pub use vendor::SalesforceVendor;
