//! What the reader of a mail has to know before the report: where its PDF is, and what could not be made.

/// A sentence, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// The sentence.
    pub text: String,
    /// An address that it leads to; empty for none.
    pub link: String,
    /// What the link is called where it is not written out.
    pub link_title: String,
}

impl Note {
    /// A sentence that leads nowhere.
    pub fn of(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}
