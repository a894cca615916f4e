//! The queues of one organisation.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::READ_ONLY;
use crate::faults::another;
use crate::world::iso;

/// The member that the vendor's queue does not have and that was asked for.
pub(crate) const CAPACITY: &str = "capacity";

/// One queue, with every member that a GET answers.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) id: String,
    pub(crate) fields: Map<String, Value>,
    /// Grows with every change; the entity tag, where there is one.
    version: u64,
}

impl Queue {
    /// A queue with what the server computes; members given win.
    pub(crate) fn new(id: &str, given: Map<String, Value>, now: Timestamp) -> Self {
        let computed = json!({
            "id": id, "division": {"id": "00000000-0000-4000-8000-0000000000d1", "name": "Home"},
            "dateCreated": iso(now), "dateModified": iso(now), "modifiedBy": "administrator",
            "memberCount": 0, "userMemberCount": 0, "joinedMemberCount": 0,
            "selfUri": format!("/api/v2/routing/queues/{id}"),
        });
        let mut fields = computed.as_object().cloned().unwrap_or_default();
        fields.extend(given);
        fields.insert("id".to_owned(), json!(id));
        Self { id: id.to_owned(), fields, version: 1 }
    }

    pub(crate) fn name(&self) -> &str {
        self.fields.get("name").and_then(Value::as_str).unwrap_or("")
    }

    pub(crate) fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// Puts `taken` in place of everything but what the server computes and the division, which nobody loses.
    pub(crate) fn replace(&mut self, taken: Map<String, Value>, by: &str, now: Timestamp) {
        self.fields.retain(|name, _| READ_ONLY.contains(&name.as_str()) || name == "division");
        self.fields.extend(taken);
        self.touch(by, now);
    }

    /// Sets members as an administrator would; `null` removes one.
    pub(crate) fn change(&mut self, members: &Map<String, Value>, now: Timestamp) {
        for (name, value) in members {
            self.fields.insert(name.clone(), value.clone());
        }
        self.fields.retain(|_, value| !value.is_null());
        self.touch("administrator", now);
    }

    /// Somebody else changes a member: the named one, or the description.
    pub(crate) fn change_behind(&mut self, field: Option<&str>, value: Option<&Value>, now: Timestamp) {
        let name = field.unwrap_or("description");
        let old = self.fields.get(name).cloned().unwrap_or(Value::Null);
        let value = value.cloned().unwrap_or_else(|| another(&old));
        self.change(&Map::from_iter([(name.to_owned(), value)]), now);
    }

    fn touch(&mut self, by: &str, now: Timestamp) {
        self.version += 1;
        self.fields.insert("dateModified".to_owned(), json!(iso(now)));
        self.fields.insert("modifiedBy".to_owned(), json!(by));
    }
}

/// All queues, in the order of their making.
#[derive(Default)]
pub(crate) struct Queues(pub(crate) Vec<Queue>);

impl Queues {
    pub(crate) fn get(&self, id: &str) -> Option<&Queue> {
        self.0.iter().find(|queue| queue.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Queue> {
        self.0.iter_mut().find(|queue| queue.id == id)
    }

    /// Whether another queue than `id` has this name.
    pub(crate) fn has_name(&self, name: &str, id: &str) -> bool {
        self.0.iter().any(|queue| queue.id != id && queue.name().eq_ignore_ascii_case(name))
    }
}
