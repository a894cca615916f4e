//! The levers: the kinds of number in Genesys that a group can set.
//!
//! Genesys Cloud has no capacity of a queue. What it has is a data table that the inbound flow reads before it lets a
//! contact into a queue, and the utilization of agents; the member of the queue object that was asked for is here for
//! servers that have it. All three are objects that can only be replaced as a whole, so each lever reads its object,
//! changes one number in the text that it got, and sends everything else back as it was.

mod data_table_row;
mod queue_field;
mod utilization;

use genesys::{Document, Genesys};
use platform::deadline::Deadline;
use platform::digest::fingerprint;
use platform::lease::LeaseGuard;
use platform::vendor::CallError;

use crate::config::LeverName;

pub use data_table_row::DataTableRow;
pub use queue_field::QueueField;
pub use utilization::{Utilization, Whose};

/// One object in Genesys, and how it is read and written.
#[derive(Clone, Debug)]
pub enum Lever {
    /// A row of an Architect data table.
    DataTableRow(DataTableRow),
    /// A queue.
    QueueField(QueueField),
    /// An agent's utilization, or the organisation's.
    Utilization(Utilization),
}

/// An object as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// All of it.
    pub document: Document,
    /// Its entity tag, where the server gave one.
    pub etag: Option<String>,
}

/// What stands where a number belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A whole number.
    Is(i64),
    /// Nothing, or `null`.
    Absent,
    /// Something that is no whole number.
    Other,
}

/// A number to be set: its place and its value.
pub type Set<'a> = (Vec<&'a str>, i64);

impl Lever {
    /// Its name in the configuration.
    pub fn name(&self) -> LeverName {
        match self {
            Self::DataTableRow(_) => LeverName::DataTableRow,
            Self::QueueField(_) => LeverName::QueueField,
            Self::Utilization(_) => LeverName::Utilization,
        }
    }

    /// The object's id: two levers with the same one write the same object.
    pub fn object_id(&self) -> String {
        match self {
            Self::DataTableRow(lever) => lever.object_id(),
            Self::QueueField(lever) => lever.object_id(),
            Self::Utilization(lever) => lever.object_id(),
        }
    }

    /// What the number at `path` is called in this object.
    pub fn number_name(&self, path: &[String]) -> String {
        let place = match self {
            Self::DataTableRow(_) | Self::QueueField(_) => 0,
            Self::Utilization(_) => utilization::MEDIA_IN_PATH,
        };
        path.get(place).map(|name| part(name)).unwrap_or_default()
    }

    /// Takes over what another lever of the same object adds.
    pub fn join(&mut self, other: &Self) {
        if let (Self::QueueField(lever), Self::QueueField(other)) = (self, other) {
            lever.strip.extend(other.strip.iter().cloned());
        }
    }

    /// Reads the object. One request.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn read(&self, genesys: &Genesys, deadline: Deadline) -> Result<Found, CallError> {
        match self {
            Self::DataTableRow(lever) => lever.read(genesys, deadline).await,
            Self::QueueField(lever) => lever.read(genesys, deadline).await,
            Self::Utilization(lever) => lever.read(genesys, deadline).await,
        }
    }

    /// What is sent to have these numbers in the object that was found. Pure.
    pub fn plan(&self, wanted: &[Set<'_>], found: &Found) -> Document {
        match self {
            Self::DataTableRow(_) => data_table_row::plan(wanted, found),
            Self::QueueField(lever) => lever.plan(wanted, found),
            Self::Utilization(_) => utilization::plan(wanted, found),
        }
    }

    /// Sends it, once. One request.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn apply(
        &self,
        body: &Document,
        found: &Found,
        genesys: &Genesys,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        match self {
            Self::DataTableRow(lever) => lever.apply(body, genesys, lease, deadline).await,
            Self::QueueField(lever) => lever.apply(body, found, genesys, lease, deadline).await,
            Self::Utilization(lever) => lever.apply(body, genesys, lease, deadline).await,
        }
    }

    /// Whether a server may not know the number, and take it all the same.
    pub fn may_be_unsupported(&self) -> bool {
        matches!(self, Self::QueueField(_))
    }

    /// A fingerprint of everything in the object but the numbers at these paths and what the server computes itself.
    pub fn rest(&self, found: &Found, paths: &[Vec<&str>]) -> String {
        let steady = match self {
            Self::DataTableRow(_) => found.document.clone(),
            Self::QueueField(lever) => lever.without_computed(&found.document),
            Self::Utilization(_) => found.document.without(&utilization::COMPUTED),
        };
        let text = paths.iter().fold(steady, |steady, path| steady.with(path, 0)).text();
        // Sorted by name: a server that sends the same members in another order has changed nothing.
        let sorted = serde_json::from_str::<serde_json::Value>(&text).map(|value| value.to_string());
        fingerprint(&sorted.unwrap_or(text))
    }
}

impl Found {
    /// What stands at `path`.
    pub fn number(&self, path: &[&str]) -> Number {
        match (self.document.number_at(path), self.document.at(path)) {
            (Some(number), _) => Number::Is(number),
            (None, None | Some("null")) => Number::Absent,
            (None, Some(_)) => Number::Other,
        }
    }
}

/// A name as a part of an id, so that no two objects have one id.
fn part(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F")
}

/// `document` with these numbers in it.
fn with_all(document: &Document, wanted: &[Set<'_>]) -> Document {
    wanted.iter().fold(document.clone(), |document, (path, number)| document.with(path, *number))
}
