//! The table of everything the simulator can do in a vendor's name.
//!
//! One row per operation: its name in the journal, the request line, the permission, the topic of the reference it
//! follows, and the function that does it. What has no row is answered with 501 and a sentence. The README's coverage
//! table is compared with this one by a test.

use serde::{Deserialize, Serialize};

use crate::wire::{Call, Reply};
use crate::world::World;
use crate::{genesys, salesforce};

/// Whose operation it is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// Genesys Cloud, login and API.
    Genesys,
    /// Salesforce, login and API.
    Salesforce,
}

/// What an operation is to the data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Login,
    Read,
    Write,
}

/// One row of the table.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) vendor: Vendor,
    pub(crate) kind: Kind,
    pub(crate) method: &'static str,
    /// Segments in braces match anything.
    pub(crate) path: &'static str,
    /// Query parameters that exist; another one is refused.
    pub(crate) query: &'static [&'static str],
    /// The permission needed; empty for none beyond a token.
    pub(crate) permission: &'static str,
    /// The topic of the vendor's reference.
    pub(crate) topic: &'static str,
    pub(crate) run: fn(&mut World, &Call) -> Reply,
}

/// All rows of both vendors.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    genesys::OPERATIONS.iter().chain(genesys::EXTERNAL_CONTACTS).chain(salesforce::OPERATIONS)
}

/// Whose address this is; `None` for addresses of the simulator itself.
pub(crate) fn vendor_of(path: &str) -> Option<Vendor> {
    if ["/api/", "/oauth/", "/uploads/"].iter().any(|start| path.starts_with(start)) {
        Some(Vendor::Genesys)
    } else if path.starts_with("/services/") {
        Some(Vendor::Salesforce)
    } else {
        None
    }
}

/// The row for a request line, with what stood in its braces.
pub(crate) fn find(method: &str, path: &str) -> Option<(&'static Operation, Vec<String>)> {
    // Literal paths first: `contacts/enrich` is not the contact named "enrich".
    let mut rows: Vec<_> = all().filter(|row| row.method == method).collect();
    rows.sort_by_key(|row| row.path.matches('{').count());
    rows.into_iter().find_map(|row| Some((row, parameters(row.path, path)?)))
}

fn parameters(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut found, mut parts) = (Vec::new(), plain(path).split('/'));
    for expected in plain(pattern).split('/') {
        let part = parts.next()?;
        if expected.starts_with('{') && !part.is_empty() {
            found.push(part.to_owned());
        } else if expected != part {
            return None;
        }
    }
    parts.next().is_none().then_some(found)
}

/// Salesforce does not care for a slash at the end.
fn plain(path: &str) -> &str {
    if path.starts_with("/services/") { path.trim_end_matches('/') } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_path_wins_over_a_parameter() {
        let (row, found) = find("GET", "/api/v2/externalcontacts/contacts/abc").unwrap();
        assert_eq!((row.name, found), ("contact_get", vec!["abc".to_owned()]));
        assert_eq!(find("POST", "/api/v2/externalcontacts/contacts/enrich").unwrap().0.name, "contact_enrich");
        assert!(find("POST", "/api/v2/routing/queues").is_none());
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = all().map(|row| row.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
