//! What the capacity of a queue can be kept in at Genesys: rows of data tables, queues, utilization.
//!
//! Everything is read and changed as a person does in the admin pages, so neither is in the vendor's record.

use serde_json::{Value, json};

use crate::vendors::Genesys;

impl Genesys {
    /// A data table with these rows.
    pub fn data_table(&self, id: &str, rows: &[Value]) {
        self.control("POST", "/_sim/genesys/tables", &json!({"id": id, "name": "Limits", "rows": rows}));
    }

    /// The row of a data table that has this key.
    pub fn row(&self, table: &str, key: &str) -> Option<Value> {
        let table = self.control("GET", &format!("/_sim/genesys/tables/{table}"), &Value::Null);
        table["rows"].as_array()?.iter().find(|row| row["KEY"] == key).cloned()
    }

    /// Somebody changes columns of a row by hand.
    pub fn change_row(&self, table: &str, key: &str, change: &Value) {
        self.control("PATCH", &format!("/_sim/genesys/tables/{table}/rows/{key}"), change);
    }

    /// Somebody removes a row.
    pub fn remove_row(&self, table: &str, key: &str) {
        self.control("DELETE", &format!("/_sim/genesys/tables/{table}/rows/{key}"), &Value::Null);
    }

    /// A routing queue with these members.
    pub fn queue(&self, id: &str, members: &Value) {
        let mut queue = members.clone();
        queue["id"] = id.into();
        self.control("POST", "/_sim/genesys/queues", &queue);
    }

    /// A routing queue, as stored.
    pub fn queue_of(&self, id: &str) -> Value {
        self.control("GET", &format!("/_sim/genesys/queues/{id}"), &Value::Null)
    }

    /// Somebody changes members of a routing queue by hand.
    pub fn change_queue(&self, id: &str, change: &Value) {
        self.control("PATCH", &format!("/_sim/genesys/queues/{id}"), change);
    }

    /// The utilization of a user, or of `organization`.
    pub fn utilization(&self, of: &str) -> Value {
        self.control("GET", &format!("/_sim/genesys/utilization/{of}"), &Value::Null)
    }

    /// Somebody sets the utilization of a user, or of `organization`, by hand.
    pub fn set_utilization(&self, of: &str, utilization: &Value) {
        self.control("PUT", &format!("/_sim/genesys/utilization/{of}"), utilization);
    }

    /// Pairs of writes to one object of which the second began before the first had ended.
    pub fn overlaps(&self) -> Vec<Value> {
        let answer = self.control("GET", "/_sim/journal/overlaps", &Value::Null);
        let pairs = answer.as_array().or_else(|| answer["overlaps"].as_array());
        pairs.expect("a list of pairs").clone()
    }
}
