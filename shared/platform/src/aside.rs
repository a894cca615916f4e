//! Records that a job leaves alone: in quarantine until they change, in review until a person decides.
//!
//! A row remembers for which content the record was set aside (a keyed digest), so that unchanged content costs no
//! request and changed content gets a new chance. It holds codes, field names and ids; never a value, never a text of
//! the vendor's. A record is in at most one of the two lists.
//!
//! A person's answer is noted on the row and carried out by the job's next run; the row goes when the record is settled:
//!
//! ```text
//!  quarantine ──release──▶ released ──next run──▶ settled: the row goes · refused again: a new row
//!  review ──decide──▶ decided ──next run──▶ settled: the row goes · no longer possible: review, with the reason
//! ```

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::lock::Fence;
use crate::lock::fenced;
use crate::table::{StateError, StateTable, readable};

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Refused until the record changes.
    Quarantine,
    /// Waits for a person's decision.
    Review,
}

/// Why a record is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The vendor refuses it, or it has failed for too many ticks.
    Quarantine {
        /// A machine-readable code.
        code: String,
        /// The field, where it is known.
        field: Option<String>,
    },
    /// It could be several, or several could be it.
    Review {
        /// Ids of the Genesys contacts in question.
        candidates: Vec<String>,
        /// What is unclear, in a word.
        reason: String,
    },
}

/// One record that is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The record's id in its source.
    pub source_id: String,
    /// Keyed digest of the content for which it was set aside.
    pub hash: String,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// Why.
    pub why: Why,
    /// What a person has said about it, if anybody has. The job's next run takes it up.
    pub answer: Option<Answer>,
}

/// What a person says about a record that is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// In quarantine: it is to be tried again as it is.
    Release,
    /// In review: it is this one of the candidates.
    Candidate(String),
    /// In review: it is none of them.
    New,
}

/// How [`Answer::New`] stands in a row, where other decisions are a candidate's id.
const DECIDED_NEW: &str = "new";

/// What one job has set aside.
#[derive(Clone, Debug)]
pub struct Asides {
    table: StateTable,
    job: String,
}

/// The row of either list; which one it is, its key says.
#[derive(Default, Serialize, Deserialize)]
struct AsideRow {
    source_id: String,
    hash: String,
    since_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    released: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
}

impl Asides {
    /// The lists of `job`, written under its lock.
    pub fn new(table: StateTable, job: &str) -> Self {
        Self { table, job: job.to_owned() }
    }

    /// Everything that is set aside, by the record's id. Two queries, a page of 1 MB a request.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn list(&self) -> Result<HashMap<String, Aside>, StateError> {
        let mut asides = HashMap::new();
        for kind in [Kind::Quarantine, Kind::Review] {
            for item in self.table.partition(kind.key(&self.job, "")).await? {
                let aside = kind.aside(readable(item)?);
                asides.insert(aside.source_id.clone(), aside);
            }
        }
        Ok(asides)
    }

    /// Sets records aside, and takes them off the other list. 49 in a request. Of several for one record the last counts.
    ///
    /// # Errors
    /// [`StateError::Fenced`] when `fence` is no longer the newest of the job's lock; earlier requests stay written.
    pub async fn put(&self, asides: &[Aside], fence: Fence) -> Result<(), StateError> {
        let mut written = HashSet::new();
        let mut groups = Vec::with_capacity(asides.len());
        for aside in asides.iter().rev().filter(|aside| written.insert(&aside.source_id)) {
            let kind = aside.why.kind();
            groups.push(vec![
                fenced::put(kind.key(&self.job, &aside.source_id), &AsideRow::from(aside), fence)?,
                fenced::delete(kind.other().key(&self.job, &aside.source_id), fence),
            ]);
        }
        fenced::write_groups(&self.table, &self.job, fence, groups).await
    }

    /// Takes records off a list. 99 in a request; one that is not on it is fine.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn remove(&self, gone: &[(Kind, String)], fence: Fence) -> Result<(), StateError> {
        let distinct: HashSet<_> = gone.iter().map(|(kind, source_id)| kind.key(&self.job, source_id)).collect();
        let writes = distinct.into_iter().map(|key| Ok(fenced::delete(key, fence)));
        fenced::write_each(&self.table, &self.job, fence, writes).await
    }
}

impl Kind {
    fn key<'a>(self, job: &'a str, source_id: &'a str) -> Key<'a> {
        match self {
            Self::Quarantine => Key::Quarantine { job, source_id },
            Self::Review => Key::Review { job, source_id },
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Quarantine => Self::Review,
            Self::Review => Self::Quarantine,
        }
    }

    fn aside(self, row: AsideRow) -> Aside {
        let answer = match self {
            Self::Quarantine => row.released.then_some(Answer::Release),
            Self::Review => row.decision.map(Answer::decided),
        };
        let why = match self {
            Self::Quarantine => Why::Quarantine { code: row.code.unwrap_or_default(), field: row.field },
            Self::Review => Why::Review { candidates: row.candidates, reason: row.reason.unwrap_or_default() },
        };
        Aside { source_id: row.source_id, hash: row.hash, since: row.since_ms, why, answer }
    }
}

impl Why {
    /// The list that this reason belongs to.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Quarantine { .. } => Kind::Quarantine,
            Self::Review { .. } => Kind::Review,
        }
    }
}

impl Answer {
    /// The decision that a row or a person names: a candidate's id, or `new`.
    pub fn decided(decision: String) -> Self {
        if decision == DECIDED_NEW { Self::New } else { Self::Candidate(decision) }
    }

    fn decision(&self) -> Option<String> {
        match self {
            Self::Release => None,
            Self::Candidate(id) => Some(id.clone()),
            Self::New => Some(DECIDED_NEW.to_owned()),
        }
    }
}

impl From<&Aside> for AsideRow {
    fn from(aside: &Aside) -> Self {
        let row = Self {
            source_id: aside.source_id.clone(),
            hash: aside.hash.clone(),
            since_ms: aside.since,
            released: aside.answer == Some(Answer::Release),
            decision: aside.answer.as_ref().and_then(Answer::decision),
            ..Self::default()
        };
        match aside.why.clone() {
            Why::Quarantine { code, field } => Self { code: Some(code), field, ..row },
            Why::Review { candidates, reason } => Self { candidates, reason: Some(reason), ..row },
        }
    }
}
