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

    /// Somebody adds a row, or puts another one in its place.
    pub fn put_row(&self, table: &str, row: &Value) {
        let key = row["KEY"].as_str().expect("a row has a key");
        self.control("PUT", &row_path(table, key), row);
    }

    /// Somebody changes columns of a row by hand; `null` empties one.
    pub fn change_row(&self, table: &str, key: &str, change: &Value) {
        self.control("PATCH", &row_path(table, key), change);
    }

    /// Somebody removes a row.
    pub fn remove_row(&self, table: &str, key: &str) {
        self.control("DELETE", &row_path(table, key), &Value::Null);
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

    /// An agent who has the organisation's utilization.
    pub fn agent(&self, id: &str) {
        self.control("POST", "/_sim/genesys/utilization", &json!({"user": id}));
    }

    /// The utilization of an agent, or of `organization`.
    pub fn utilization(&self, of: &str) -> Value {
        self.control("GET", &format!("/_sim/genesys/utilization/{of}"), &Value::Null)
    }

    /// Somebody sets the utilization of an agent, or of `organization`, by hand.
    pub fn set_utilization(&self, of: &str, utilization: &Value) {
        self.control("PUT", &format!("/_sim/genesys/utilization/{of}"), utilization);
    }

    /// Pairs of writes to one object of which the second began before the first had ended.
    pub fn overlaps(&self) -> Vec<Value> {
        let pairs = self.control("GET", "/_sim/journal/overlaps", &Value::Null);
        pairs.as_array().expect("a list of pairs").clone()
    }
}

/// The path of a row, whatever its key is.
fn row_path(table: &str, key: &str) -> String {
    let encoded = key.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    format!("/_sim/genesys/tables/{table}/rows/{encoded}")
}
