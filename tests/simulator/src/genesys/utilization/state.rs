//! The organisation's utilization and the agents'.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::faults::another;

/// Members by name.
pub(crate) type Members = Map<String, Value>;

/// Whose utilization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Owner<'a> {
    Organization,
    User(&'a str),
}

/// The media, and how many of each an agent may have when nobody said otherwise. The vendor's defaults are assumed.
pub(crate) const MEDIA: [(&str, u64); 5] = [("call", 1), ("callback", 1), ("chat", 4), ("email", 1), ("message", 4)];

/// A medium that is left out of a PUT.
pub(crate) fn default_of(medium: &str) -> Value {
    let capacity = MEDIA.iter().find(|(name, _)| *name == medium).map_or(1, |(_, capacity)| *capacity);
    json!({"maximumCapacity": capacity, "interruptableMediaTypes": [], "includeNonAcd": false})
}

/// All utilizations of one organisation.
pub(crate) struct Utilizations {
    organization: Members,
    /// Every user there is; `None` for one without a utilization of their own.
    users: BTreeMap<String, Option<Members>>,
}

impl Default for Utilizations {
    fn default() -> Self {
        Self { organization: completed(Members::new()), users: BTreeMap::new() }
    }
}

impl Utilizations {
    /// What holds for `owner`, and at which level it is set; `None` for a user who does not exist.
    pub(crate) fn of(&self, owner: Owner<'_>) -> Option<(&Members, &'static str)> {
        match owner {
            Owner::Organization => Some((&self.organization, "Organization")),
            Owner::User(id) => match self.users.get(id)? {
                Some(own) => Some((own, "Agent")),
                None => Some((&self.organization, "Organization")),
            },
        }
    }

    pub(crate) fn set(&mut self, owner: Owner<'_>, members: Members) {
        match owner {
            Owner::Organization => self.organization = completed(members),
            Owner::User(id) => {
                self.users.insert(id.to_owned(), Some(completed(members)));
            }
        }
    }

    /// Makes a user who follows the organisation.
    pub(crate) fn add_user(&mut self, id: &str) {
        self.users.entry(id.to_owned()).or_insert(None);
    }

    /// Removes a user; false when there is none.
    pub(crate) fn remove_user(&mut self, id: &str) -> bool {
        self.users.remove(id).is_some()
    }

    /// Somebody else changes a member: the named one, or the number of calls that may come in at once.
    pub(crate) fn change_behind(&mut self, owner: Owner<'_>, field: Option<&str>, value: Option<&Value>) {
        let name = field.unwrap_or("maxInboundCalls");
        let Some((members, _)) = self.of(owner) else { return };
        let mut members = members.clone();
        let old = members.get(name).cloned().unwrap_or_else(|| json!(0));
        members.insert(name.to_owned(), value.cloned().unwrap_or_else(|| another(&old)));
        self.set(owner, members);
    }

    /// What a GET answers.
    pub(crate) fn render(&self, owner: Owner<'_>) -> Option<Value> {
        let (members, level) = self.of(owner)?;
        let mut body = members.clone();
        body.insert("level".to_owned(), json!(level));
        Some(Value::Object(body))
    }

    /// All of it, for a test to look at.
    pub(crate) fn dump(&self) -> Value {
        let users: BTreeMap<_, _> = self.users.keys().map(|id| (id, self.render(Owner::User(id)))).collect();
        json!({"organization": self.render(Owner::Organization), "users": users})
    }
}

/// The members with a default for each medium that is left out.
fn completed(mut members: Members) -> Members {
    let mut media = members.get("utilization").and_then(Value::as_object).cloned().unwrap_or_default();
    for (medium, _) in MEDIA {
        media.entry(medium).or_insert_with(|| default_of(medium));
    }
    members.insert("utilization".to_owned(), Value::Object(media));
    members.entry("labelUtilizations").or_insert_with(|| json!({}));
    members
}
