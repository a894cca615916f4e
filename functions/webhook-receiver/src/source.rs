//! Who may send: a source with its scheme, limits and places in the body, and the paths that lead to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::scheme::{HeaderNames, Scheme};
use crate::stamp::Window;

/// The queues that events can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueName {
    /// Queue loads. FIFO: the events of one entity keep their order.
    Capacity,
    /// What happened to conversations, integrations and messages.
    Conversations,
    /// Contacts that changed in Salesforce: contact-sync reads them at once.
    ContactSync,
}

/// The type that stands for every other one in a source's `queues`.
pub const ANY_TYPE: &str = "*";

/// One source of webhooks.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name: in the path, in the webhook secret, in the event's `source`.
    pub name: String,
    /// How it proves who it is.
    pub scheme: Scheme,
    /// Where the proof stands.
    pub header_names: HeaderNames,
    /// How old, and how far ahead, the moment of its signature may be.
    pub window: Window,
    /// The most bytes of a body.
    pub body_bytes_max: usize,
    /// Where its parts stand in the body.
    pub parts: Parts,
    /// Which queue takes which type.
    pub queues: BTreeMap<String, QueueName>,
}

/// Where the parts of an event stand: JSON pointers (RFC 6901), and what holds where they find nothing.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Together they name the event, joined by `/`. Empty, or one of them not there: the digest of what was signed.
    pub id: Vec<String>,
    /// The first that is there is the type.
    pub event_type: Vec<String>,
    /// The first that is there is the time.
    pub time: Vec<String>,
    /// The first that is there is what the event is about.
    pub entity: Vec<String>,
    /// The type where neither body nor path says one.
    pub default_type: Option<String>,
    /// The entity where the body says none.
    pub default_entity: Option<String>,
}

/// A path that leads to a source.
#[derive(Clone, Debug)]
pub struct Route {
    /// The source.
    pub source: Arc<Source>,
    /// The type that the path stands for.
    pub event_type: Option<String>,
}

/// Every path that is answered.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// By name: `/webhooks/<name>`.
    pub sources: BTreeMap<String, Arc<Source>>,
    /// By whole path.
    pub aliases: BTreeMap<String, Route>,
}

impl Routes {
    /// What stands at `path`.
    pub fn find(&self, path: &str) -> Option<Route> {
        if let Some(route) = self.aliases.get(path) {
            return Some(route.clone());
        }
        let source = self.sources.get(path.strip_prefix("/webhooks/")?)?;
        Some(Route { source: source.clone(), event_type: None })
    }
}

impl Source {
    /// The queue for events of this type.
    pub fn queue(&self, event_type: &str) -> Option<QueueName> {
        self.queues.get(event_type).or_else(|| self.queues.get(ANY_TYPE)).copied()
    }
}
