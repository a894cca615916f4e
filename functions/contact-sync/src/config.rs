//! The settings of contact-sync: its table in `infra/config/<stage>.toml`.
//!
//! Every key has a default and an explanation in `infra/config/default.toml`; this file says their types and ranges.

use garde::Validate;
use identity::{Country, FieldMap, FieldRow};
use salesforce::Filter;
use serde::Deserialize;

/// The `[contact-sync]` table.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct Config {
    /// Where the very first run begins, RFC 3339.
    #[garde(skip)]
    pub start: jiff::Timestamp,
    /// How far before the watermark each run reads again, for rows that were committed late.
    #[garde(range(min = 1, max = 1440))]
    pub look_back_minutes: u32,
    /// How far behind Salesforce's clock a run ends, for rows that are being written.
    #[garde(range(min = 0, max = 3600))]
    pub lag_seconds: u32,
    /// Contacts in a Salesforce page; the vendor takes 200 to 2,000 and treats it as a hint.
    #[garde(range(min = 200, max = 2000))]
    pub page_size: u32,
    /// Contacts that are read, planned, written and recorded together.
    #[garde(range(min = 10, max = 10_000))]
    pub slice_contacts: usize,
    /// After so many slices an invocation hands over to the next one.
    #[garde(range(min = 1, max = 1000))]
    pub slices_per_invocation: usize,
    /// A SOQL condition; empty takes every contact.
    #[garde(length(max = 2000))]
    pub filter: String,
    /// Whether runs write.
    #[garde(skip)]
    pub mode: Effect,
    /// What becomes of the Genesys contact of a deleted Salesforce contact.
    #[garde(skip)]
    pub on_delete: OnDelete,
    /// More deletions in one run are braked.
    #[garde(range(min = 0, max = 1_000_000))]
    pub brake_deletes: u64,
    /// Share of linked contacts; more changes in one run are braked.
    #[garde(range(min = 0.0, max = 1.0))]
    pub brake_changed: f64,
    /// Share of linked contacts; a field emptied on more of them in one run is braked.
    #[garde(range(min = 0.0, max = 1.0))]
    pub brake_emptied: f64,
    /// What people are told.
    #[garde(skip)]
    pub notify: Notify,
    /// Who is told.
    #[garde(length(max = 50))]
    pub notify_to: Vec<String>,
    /// The sender; empty where nobody is told.
    #[garde(length(max = 320))]
    pub notify_from: String,
    /// When the daily mail goes out.
    #[garde(skip)]
    pub digest_at: jiff::civil::Time,
    /// The zone in which `digest_at` is meant.
    #[garde(length(min = 1, max = 100))]
    pub zone: String,
    /// Who takes the mail.
    #[garde(skip)]
    pub mail: MailBy,
    /// Whether changes told through the queue are read at once.
    #[garde(skip)]
    pub near_real_time: bool,
    /// The Salesforce REST API version, for example `66.0`.
    #[garde(custom(is_api_version))]
    pub salesforce_api_version: String,
    /// The name of the Genesys external source under which Salesforce ids are kept.
    #[garde(length(min = 1, max = 200))]
    pub external_source: String,
    /// Country of phone numbers that say none, ISO 3166 alpha-2.
    #[garde(length(min = 2, max = 2))]
    pub default_country: String,
    /// Above this many contacts without a link, Genesys is read once by scan and matched here.
    #[garde(range(min = 0, max = 1000))]
    pub scan_above: usize,
    /// Fewer new contacts are not worth an import.
    #[garde(range(min = 1, max = 1_000_000))]
    pub import_above: usize,
    /// Contacts in a scan page; the vendor takes 10 to 200.
    #[garde(range(min = 10, max = 200))]
    pub scan_page_size: u32,
    /// Contacts in one bulk add.
    #[garde(range(min = 1, max = 50))]
    pub bulk_add_size: usize,
    /// Contacts in one bulk enrich; the vendor refuses more than 10.
    #[garde(range(min = 1, max = 10))]
    pub enrich_size: usize,
    /// How long the lock is held without renewal. A crashed run blocks its successor for this long.
    #[garde(range(min = 60, max = 900))]
    pub lease_seconds: u32,
    /// Time-out of one vendor request.
    #[garde(range(min = 1, max = 60))]
    pub vendor_timeout_seconds: u32,
    /// After this many runs in a row a failing contact goes to quarantine and the watermark passes it.
    #[garde(range(min = 1, max = 1000))]
    pub give_up_after_ticks: u32,
    /// The link kept on the Genesys contact; `{id}` is the Salesforce id. Empty: the instance that answered.
    #[garde(length(max = 900))]
    pub record_url: String,
    /// Which Salesforce field becomes which Genesys field.
    #[garde(skip)]
    pub fields: Vec<FieldRow>,
}

/// Whether runs write.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// They do.
    Live,
    /// They write nothing to Genesys and mail what they would do.
    Shadow,
}

/// What becomes of the Genesys contact of a deleted Salesforce contact.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// It stays, without our external id and link.
    Unlink,
    /// It is deleted.
    Delete,
}

/// What people are told by mail.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Days on which something was written or went wrong.
    Changes,
    /// Every day.
    Always,
    /// Days on which something went wrong.
    Problems,
}

/// Who takes the mail.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum MailBy {
    /// Amazon SES.
    Ses,
    /// A mail server.
    Smtp,
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// Values outside their ranges, all of them.
    #[error("[contact-sync] {0}")]
    Range(String),
    /// A default country that is none.
    #[error("[contact-sync] default_country: {0:?} is not an ISO 3166 country code such as US or BR")]
    Country(String),
    /// A filter that is no condition.
    #[error("[contact-sync] filter: {0}")]
    Filter(#[from] salesforce::FilterError),
    /// A field map that cannot work.
    #[error("[contact-sync] fields: {0}")]
    Map(#[from] identity::MapFault),
    /// A lease that could not cover a vendor call. It is renewed when half of it is gone; the other half must cover one.
    #[error(
        "[contact-sync] lease_seconds: must be at least twice vendor_timeout_seconds + 5, so that a write fits into what is left"
    )]
    Lease,
}

impl Config {
    /// Checks the ranges and everything that spans several keys, and builds the field map.
    ///
    /// # Errors
    /// [`ConfigFault`], naming the key to change.
    pub fn field_map(&self) -> Result<FieldMap, ConfigFault> {
        self.validate().map_err(|report| {
            let lines: Vec<String> = report.iter().map(|(path, fault)| format!("{path}: {fault}")).collect();
            ConfigFault::Range(lines.join("; "))
        })?;
        if self.lease_seconds < 2 * (self.vendor_timeout_seconds + 5) {
            return Err(ConfigFault::Lease);
        }
        let country =
            Country::parse(&self.default_country).ok_or_else(|| ConfigFault::Country(self.default_country.clone()))?;
        Ok(FieldMap::new(self.fields.clone(), country)?)
    }
}

impl Config {
    /// The condition that contacts have to meet; `None` takes all of them.
    ///
    /// # Errors
    /// [`ConfigFault::Filter`], naming the place.
    pub fn filter(&self) -> Result<Option<Filter>, ConfigFault> {
        Ok(Filter::parse(&self.filter)?)
    }
}

fn is_api_version(version: &str, _: &()) -> garde::Result {
    let number = version.strip_suffix(".0").and_then(|number| number.parse::<u32>().ok());
    match number {
        Some(41..=200) => Ok(()),
        Some(_) => Err(garde::Error::new("Salesforce no longer answers versions before 41.0")),
        None => Err(garde::Error::new("is written like 66.0")),
    }
}
