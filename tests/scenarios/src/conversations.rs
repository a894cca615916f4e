//! What happened in the contact centre: raw conversations, of which Genesys makes its aggregates.

use serde_json::{Value, json};

use crate::vendors::Genesys;

impl Genesys {
    /// A contact centre with a past, as `POST /_sim/seed` takes it; what there is to find in it.
    pub fn contact_centre(&self, wishes: &Value) -> Value {
        let mut request = json!({"scenario": "contact_centre"});
        for (name, value) in wishes.as_object().expect("wishes by name") {
            request[name] = value.clone();
        }
        self.control("POST", "/_sim/seed", &request)
    }

    /// These conversations happened.
    pub fn talk(&self, conversations: &[Value]) {
        self.control("POST", "/_sim/genesys/conversations", &json!(conversations));
    }

    /// Every conversation.
    pub fn conversations(&self) -> Vec<Value> {
        let all = self.control("GET", "/_sim/genesys/conversations", &Value::Null);
        all.as_array().expect("a list of conversations").clone()
    }
}
