//! Decides what becomes of the Genesys contact of each departed one. Pure: no clock, no network.

use std::collections::HashMap;

use super::{Departed, Fate, GoneRead};
use crate::candidates::GenesysId;
use crate::config::OnDelete;

/// What happens to one departed contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoneAction {
    /// The surviving contact takes over the Genesys contact.
    Relink {
        /// The Genesys contact.
        id: GenesysId,
        /// The Salesforce contact that lives on.
        heir: String,
    },
    /// The Genesys contact stays, without our external id and link.
    Unlink {
        /// The Genesys contact.
        id: GenesysId,
    },
    /// The Genesys contact is deleted.
    Remove {
        /// The Genesys contact.
        id: GenesysId,
    },
    /// There is no Genesys contact, or the heir has it already: only the tombstone is written.
    Bury,
}

/// One departed contact's action.
#[derive(Clone, Debug)]
pub struct GoneStep<'a> {
    /// The contact.
    pub departed: &'a Departed,
    /// What happens.
    pub action: GoneAction,
    /// Why, in a word, for the audit line.
    pub why: &'static str,
}

/// The plan: one step per departed contact, in the order read. Of several that were merged into one contact, the first
/// hands its Genesys contact over; the others' go the way of deleted ones.
pub fn plan(read: &GoneRead, on_delete: OnDelete) -> Vec<GoneStep<'_>> {
    let mut heirs: HashMap<&str, &GenesysId> = read.heirs.iter().map(|(id, contact)| (id.as_str(), contact)).collect();
    let mut step = |departed| decide(departed, on_delete, &mut heirs);
    read.departed.iter().map(&mut step).collect()
}

fn decide<'a>(
    departed: &'a Departed,
    on_delete: OnDelete,
    heirs: &mut HashMap<&'a str, &'a GenesysId>,
) -> GoneStep<'a> {
    let by_policy = |id: &GenesysId| match on_delete {
        OnDelete::Unlink => GoneAction::Unlink { id: id.clone() },
        OnDelete::Delete => GoneAction::Remove { id: id.clone() },
    };
    let (action, why) = match (&departed.genesys_id, &departed.fate) {
        (None, _) => (GoneAction::Bury, "not_in_genesys"),
        // Somebody else's as well, after a merge in Genesys: only our mark of this contact goes.
        (Some(id), Fate::Deleted | Fate::MergedInto(_)) if departed.is_shared => {
            (GoneAction::Unlink { id: id.clone() }, "shared_in_genesys")
        }
        (Some(id), Fate::Deleted) => (by_policy(id), "deleted_in_salesforce"),
        // Somebody may live on behind it: never removed.
        (Some(id), Fate::Unclear) => (GoneAction::Unlink { id: id.clone() }, "merged_into_unseen"),
        (Some(id), Fate::MergedInto(heir)) => match heirs.get(heir.as_str()) {
            None => {
                heirs.insert(heir, id);
                (GoneAction::Relink { id: id.clone(), heir: heir.clone() }, "merged")
            }
            Some(taken) if *taken == id => (GoneAction::Bury, "merged"),
            Some(_) => (by_policy(id), MERGED_TWIN),
        },
    };
    GoneStep { departed, action, why }
}

/// Why the Genesys contact of a merged one goes by the policy: the surviving one has its own.
pub const MERGED_TWIN: &str = "merged_twin";

impl GoneAction {
    /// The action's name in dry runs, audit lines and counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Relink { .. } => "relink",
            Self::Unlink { .. } => "unlink",
            Self::Remove { .. } => "remove",
            Self::Bury => "bury",
        }
    }

    /// The Genesys contact that it concerns.
    pub fn target(&self) -> Option<&GenesysId> {
        match self {
            Self::Relink { id, .. } | Self::Unlink { id } | Self::Remove { id } => Some(id),
            Self::Bury => None,
        }
    }

    /// Whether the brake counts it: something is taken away from Genesys.
    pub fn takes_away(&self) -> bool {
        matches!(self, Self::Unlink { .. } | Self::Remove { .. })
    }
}
