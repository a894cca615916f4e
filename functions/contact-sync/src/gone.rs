//! Contacts that Salesforce deleted or merged away, and what becomes of the Genesys contacts they were linked to.
//!
//! They have no values any more, so they go a way of their own: `read` ([`crate::read::gone`]) → [`plan`] → the brake →
//! [`apply`]. Only a contact that is linked, or set aside, leads to anything. Two things are kept apart: *deleted* is
//! what Salesforce says of a contact in its recycle bin; *not visible* may be a matter of sharing, and nothing follows
//! from it. What was done stays as a tombstone, which keeps a late row from bringing the contact back.

pub mod apply;
pub mod chain;
pub mod plan;

use std::collections::HashMap;

use platform::link::LinkRow;

use crate::candidates::GenesysId;

/// What happened to a contact that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Deleted, or merged into one that was deleted.
    Deleted,
    /// Merged: this contact lives on in its place.
    MergedInto(String),
    /// Merged into a contact that this user may not see, or gone from the bin before anybody could ask.
    Unclear,
}

/// One contact that is gone, and what is known about it.
#[derive(Clone, Debug)]
pub struct Departed {
    /// Salesforce id, 18 characters.
    pub id: String,
    /// `SystemModstamp` of its deletion, milliseconds since 1970.
    pub version: i64,
    /// What happened to it.
    pub fate: Fate,
    /// Its link row.
    pub link: Option<LinkRow>,
    /// The Genesys contact that it was, where there is one: of its link, or found by our external id.
    pub genesys_id: Option<GenesysId>,
    /// Whether another Salesforce contact is linked to that Genesys contact as well.
    pub is_shared: bool,
    /// Whether a reconcile found it by the external id that Genesys still carries. No mark leads back to it, so its
    /// tombstone is its intent.
    pub is_carried: bool,
}

/// Everything a plan about departed contacts is made from.
#[derive(Debug, Default)]
pub struct GoneRead {
    /// Oldest first, each once.
    pub departed: Vec<Departed>,
    /// The Genesys contacts of those into which some of them were merged, by Salesforce id.
    pub heirs: HashMap<String, GenesysId>,
}

impl Departed {
    /// Whether its link row says that everything was done already.
    pub fn is_buried(&self) -> bool {
        let gone = self.link.as_ref().and_then(|link| link.gone.as_ref());
        self.genesys_id.is_none() && gone.is_some_and(|gone| gone.version >= self.version)
    }
}
