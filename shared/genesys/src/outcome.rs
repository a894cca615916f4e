//! What became of one contact of a batch.

use platform::vendor::Failure;

/// The outcome of one input of [`Genesys::add`](crate::Genesys::add) or [`Genesys::enrich`](crate::Genesys::enrich).
/// Outcome number i belongs to input number i, in whatever order Genesys answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Done, and Genesys named the contact.
    Done {
        /// The contact's id; after a merge, the id of the record that represents it.
        id: String,
        /// Whether it is new.
        created: bool,
    },
    /// Refused. What Genesys calls retryable is [`Failure::Busy`].
    Refused(Failure),
    /// The answer holds no result for this input: it may have been done, so it is read back or repeated by key.
    #[default]
    Missing,
}

impl From<Failure> for ItemOutcome {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}
