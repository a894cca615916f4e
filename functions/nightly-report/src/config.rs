//! The settings of nightly-report: its table in `infra/config/<stage>.toml`.
//!
//! Every key has a default and an explanation in `infra/config/default.toml`; this file says their types and ranges.
//! [`settings`](crate::settings) makes of it what the report needs, and checks what spans several keys.

use std::fmt;

use garde::Validate;
use jiff::civil::Time;
use report_pdf::{Colour, Paper};
use serde::{Deserialize, Serialize};

use crate::ledger::OnUnknown;
use crate::look;
use crate::words::Language;

/// The lease is renewed when half of it is gone, and must then outlive the handing over of a mail.
const LEASE_FOR_MAIL: u32 = 80;
/// And a request to Genesys.
const LEASE_BEYOND_TIMEOUT: u32 = 15;

/// The `[nightly-report]` table.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct Config {
    /// Whose report it is: heads the page and the subject.
    #[garde(length(chars, min = 1, max = 100), custom(one_line))]
    pub company: String,
    /// The zone in which days are counted.
    #[garde(skip)]
    pub zone: String,
    /// When the day before is read.
    #[garde(skip)]
    pub prepare_at: Time,
    /// When the report is mailed.
    #[garde(skip)]
    pub mail_at: Time,
    /// Who takes the mail.
    #[garde(skip)]
    pub mail: MailBy,
    /// What is done when nobody knows whether a mail was taken.
    #[garde(skip)]
    pub on_unknown: OnUnknown,
    /// What the report is written in.
    #[garde(skip)]
    pub language: Language,
    /// What its PDF is made for.
    #[garde(skip)]
    pub paper: Paper,
    /// Megabytes up to which the PDF is attached to the mail.
    #[garde(range(min = 0, max = 10))]
    pub attach_max_mb: u32,
    /// How long the link works that a mail has in place of a larger PDF: S3 signs for a week at most.
    #[garde(range(min = 1, max = 168))]
    pub link_hours: u32,
    /// How the PDF looks.
    #[garde(dive)]
    pub look: LookConfig,
    /// How long figures may still change.
    #[garde(range(min = 0, max = 336))]
    pub settle_hours: u32,
    /// Change of a figure, in percent, from which a day counts as restated.
    #[garde(range(min = 0.0, max = 100.0))]
    pub restate_percent: f64,
    /// Whether abandons that the organisation counts as short are left out.
    #[garde(skip)]
    pub exclude_short_abandons: bool,
    /// What queues are put together by.
    #[garde(skip)]
    pub group_by: GroupBy,
    /// Rules that say nothing.
    #[garde(length(max = 20))]
    pub silent_rules: Vec<String>,
    /// How long the lock is held without renewal.
    #[garde(range(min = LEASE_FOR_MAIL.max(self.vendor_timeout_seconds + LEASE_BEYOND_TIMEOUT), max = 900))]
    pub lease_seconds: u32,
    /// How long to wait for an answer of Genesys.
    #[garde(range(min = 1, max = 60))]
    pub vendor_timeout_seconds: u32,
    /// Share of Genesys' request limit.
    #[garde(range(min = 0.01, max = 1.0))]
    pub genesys_api_share: f64,
    /// What every queue should reach.
    #[garde(dive)]
    pub targets: TargetsConfig,
    /// What single queues should reach instead.
    #[garde(dive)]
    pub queue_targets: Vec<QueueTargetsConfig>,
    /// The sites or teams.
    #[garde(dive)]
    pub groups: Vec<GroupConfig>,
    /// Who gets the report.
    #[garde(dive)]
    pub lists: Vec<ListConfig>,
}

/// Who takes the mail.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum MailBy {
    /// Amazon SES.
    Ses,
    /// A mail server of the organisation.
    Smtp,
}

/// What queues are put together by.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// The division that each queue has in Genesys.
    Division,
    /// The rows of `groups`, called sites.
    Site,
    /// The rows of `groups`, called teams.
    Team,
}

/// How the PDF looks. Files are named as they lie in `infra/look/<stage>`; an empty name is none.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct LookConfig {
    /// Headings, rules and the title.
    #[garde(skip)]
    pub brand: Colour,
    /// What missed its target.
    #[garde(skip)]
    pub accent: Colour,
    /// Family of the company's font.
    #[garde(length(chars, max = 100), custom(one_line))]
    pub font: String,
    /// Its files.
    #[garde(length(max = look::FONTS_MAX), inner(custom(file(look::FONT_ENDS))))]
    pub fonts: Vec<String>,
    /// The logo.
    #[garde(custom(file_or_none(look::LOGO_ENDS)))]
    pub logo: String,
    /// The template in place of the built-in one.
    #[garde(custom(file_or_none(look::TEMPLATE_ENDS)))]
    pub template: String,
}

/// What every queue should reach.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct TargetsConfig {
    /// Least share of conversations answered in time.
    #[garde(range(min = 0.0, max = 1.0))]
    pub service_level: f64,
    /// Most seconds that a conversation is handled, on average.
    #[garde(range(min = 1, max = 86_400))]
    pub handle_seconds: u32,
    /// Most abandons among what was offered.
    #[garde(range(min = 0.0, max = 1.0))]
    pub abandon_rate: f64,
}

/// What one queue should reach. What is left out is as for every queue.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct QueueTargetsConfig {
    /// The queue's id.
    #[garde(length(min = 1, max = 64))]
    pub queue: String,
    /// As in [`TargetsConfig`].
    #[garde(inner(range(min = 0.0, max = 1.0)))]
    pub service_level: Option<f64>,
    /// As in [`TargetsConfig`].
    #[garde(inner(range(min = 1, max = 86_400)))]
    pub handle_seconds: Option<u32>,
    /// As in [`TargetsConfig`].
    #[garde(inner(range(min = 0.0, max = 1.0)))]
    pub abandon_rate: Option<f64>,
    /// `false` keeps the row as an example.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// A site or team.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct GroupConfig {
    /// Its name in the report.
    #[garde(length(chars, min = 1, max = 60), custom(one_line))]
    pub name: String,
    /// Ids of its queues.
    #[garde(length(max = 100), inner(length(min = 1, max = 64)))]
    #[serde(default)]
    pub queues: Vec<String>,
    /// How the names of its queues begin.
    #[garde(length(max = 20), inner(length(min = 1, max = 60)))]
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// `false` keeps the row as an example.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// A list of people who get the report in one mail.
#[derive(Clone, Debug, Deserialize, Validate)]
pub struct ListConfig {
    /// Its name in the ledger, in log lines and in the mail's key.
    #[garde(length(min = 1, max = 40), custom(plain_name))]
    pub name: String,
    /// The sender's address.
    #[garde(custom(address))]
    pub from: Address,
    /// The recipients' addresses.
    #[garde(length(min = 1, max = 50), inner(custom(address)))]
    pub to: Vec<Address>,
    /// What its mail is written in, in place of the general language.
    #[garde(skip)]
    pub language: Option<Language>,
    /// What its PDF is made for, in place of the general paper.
    #[garde(skip)]
    pub paper: Option<Paper>,
    /// `false` keeps the row as an example.
    #[garde(skip)]
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// An e-mail address, alone or as in `Reports <reports@example.com>`. Personal data: prints redacted.
#[derive(Clone, Deserialize, PartialEq, Eq, Hash)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// As it is written in the configuration.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a mail service can make something of it.
    fn is_usable(&self) -> bool {
        let bare = match self.0.split_once('<') {
            Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
            None => &self.0,
        };
        let parts = bare.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.'));
        let is_plain =
            |part: &str| !part.contains(|c: char| c.is_whitespace() || c.is_control() || "<>@,;\"".contains(c));
        parts.is_some_and(|(name, host)| is_plain(name) && is_plain(host)) && !self.0.contains(char::is_control)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as garde calls it")]
fn one_line(text: &str, (): &()) -> garde::Result {
    let is_printable = !text.contains(char::is_control);
    if is_printable { Ok(()) } else { Err(garde::Error::new("must be one line of text")) }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as garde calls it")]
fn plain_name(name: &str, (): &()) -> garde::Result {
    let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if is_plain { Ok(()) } else { Err(garde::Error::new("may have small letters, digits and hyphens")) }
}

/// A name with one of these ends, as of a file beside others: what is not plain could lead out of the folder.
fn file(ends: &'static [&'static str]) -> impl FnOnce(&String, &()) -> garde::Result {
    move |name, ()| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let fits = ends.iter().any(|end| name.len() > end.len() && name.ends_with(end));
        if fits && name.len() <= 100 && !name.starts_with('.') && name.chars().all(is_plain) {
            return Ok(());
        }
        let said = format!("must be the plain name of a file in infra/look/<stage> that ends in {}", ends.join(" or "));
        Err(garde::Error::new(said))
    }
}

fn file_or_none(ends: &'static [&'static str]) -> impl FnOnce(&String, &()) -> garde::Result {
    move |name, context| if name.is_empty() { Ok(()) } else { file(ends)(name, context) }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as garde calls it")]
fn address(address: &Address, (): &()) -> garde::Result {
    // The address itself is not repeated: the message goes to logs.
    if address.is_usable() { Ok(()) } else { Err(garde::Error::new("is no e-mail address")) }
}
