//! The full reconcile: both sides walked from end to end, what differs found, counted and healed.
//!
//! ```text
//!  Genesys, by scan      each contact with our external id: link row? values as agreed? still in Salesforce?
//!        │ seen
//!        ▼
//!  Salesforce, by id     each contact: planned as always; linked ones that the scan did not show are asked for by id
//! ```
//!
//! What is found is not repaired by code of its own. It is put into the link rows *as read* ([`overlay`]): a field whose
//! value somebody changed is in doubt, a contact that is gone is unlinked. Then the ordinary plan does what it always
//! does with such rows, and a run that is killed finds the same again. The rows in the table change only by what is
//! done. Not visible is not deleted: such contacts are named as missing and left alone.

pub mod overlay;
pub mod seen;

/// What a slice of a reconcile found, beside what its plan says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Contacts in which a value differed from what was agreed, and Salesforce's goes back in.
    pub drift: u64,
    /// Contacts in which a value differed, and the map lets Genesys' stay.
    pub drift_left: u64,
    /// Links that were lost, or led to another contact, and are set right.
    pub relinked: u64,
    /// Linked contacts that somebody deleted in Genesys, and that are made again.
    pub remade: u64,
    /// Genesys contacts that carry an external id whose owner is linked to another one.
    pub doubled: u64,
    /// Salesforce ids that Genesys carries and Salesforce does not show.
    pub missing: Vec<String>,
}

impl Findings {
    /// Adds what another slice found.
    pub fn add(&mut self, other: Self) {
        self.drift += other.drift;
        self.drift_left += other.drift_left;
        self.relinked += other.relinked;
        self.remade += other.remade;
        self.doubled += other.doubled;
        self.missing.extend(other.missing);
    }
}
