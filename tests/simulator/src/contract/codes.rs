//! The error codes that the vendors document for the operations here.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operations::Vendor;

/// One code with the status it comes with.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Code {
    pub(crate) vendor: Vendor,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// The topic of the vendor's documentation.
    pub(crate) section: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    group: Vec<Group>,
}

/// Codes with one status from one place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    vendor: Vendor,
    status: u16,
    section: String,
    codes: Vec<String>,
}

static FILE: LazyLock<File> = LazyLock::new(|| read().unwrap_or_default());

/// Reads the file.
///
/// # Errors
/// The parser's sentence.
pub(super) fn read() -> Result<File, String> {
    toml::from_str(include_str!("../../contract/codes.toml")).map_err(|error| error.to_string())
}

/// All of them.
pub(crate) fn codes() -> impl Iterator<Item = Code> {
    let of_group = |group: &'static Group| {
        let Group { vendor, status, section, codes } = group;
        codes.iter().map(move |code| Code { vendor: *vendor, status: *status, code, section })
    };
    FILE.group.iter().flat_map(of_group)
}

/// Whether a refusal has a code that its vendor documents with this status.
pub(super) fn knows(vendor: Vendor, status: u16, body: &Value) -> bool {
    let found = match vendor {
        Vendor::Genesys => &body["code"],
        Vendor::Salesforce => &body[0]["errorCode"],
    };
    codes().any(|known| known.vendor == vendor && known.status == status && *found == known.code)
}
