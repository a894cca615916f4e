//! The state table: a DynamoDB inside the test process, on a port of its own.
//!
//! Beside it is a second one, for a process that is to know nothing of the first one's locks.

use std::net::SocketAddr;

use dynoxide::Database;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The table's name, as the functions get it in `STATE_TABLE`.
pub(crate) const NAME: &str = "cx-bridge-state";

/// The other table's name: another installation's state.
pub(crate) const STRANGERS: &str = "another-state";

/// A running DynamoDB with both tables.
pub(crate) struct Table {
    database: Database,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Table {
    pub(crate) async fn open() -> Self {
        let database = Database::memory().expect("a database in memory");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        for name in [NAME, STRANGERS] {
            let request = json!({
                "TableName": name, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            });
            database.create_table(serde_json::from_value(request).expect("a table")).expect("a state table");
        }
        let served = database.clone();
        let task = tokio::spawn(async move {
            let _ = dynoxide::server::serve_with_shutdown(listener, served, std::future::pending()).await; // Ends with the world.
        });
        Self { database, address, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every row, sorted by key, in DynamoDB's typed JSON.
    pub(crate) fn rows(&self) -> Vec<Value> {
        let (mut rows, mut from) = (Vec::new(), Value::Null);
        loop {
            let mut request = json!({"TableName": NAME, "ConsistentRead": true});
            if !from.is_null() {
                request["ExclusiveStartKey"] = from;
            }
            let page = self.database.scan(serde_json::from_value(request).expect("a scan")).expect("rows");
            let page = serde_json::to_value(page).expect("rows are JSON");
            rows.extend(page["Items"].as_array().cloned().unwrap_or_default());
            from = page["LastEvaluatedKey"].clone();
            if from.is_null() {
                break;
            }
        }
        rows.sort_by_key(|row| (key(row, "pk"), key(row, "sk")));
        rows
    }

    /// Puts a row as it is, to bring about a state that takes long to reach.
    pub(crate) fn put(&self, row: &Value) {
        let request = json!({"TableName": NAME, "Item": row});
        self.database.put_item(serde_json::from_value(request).expect("a row")).expect("the row was put");
    }

    /// Takes a row away.
    pub(crate) fn delete(&self, pk: &str, sk: &str) {
        let request = json!({"TableName": NAME, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}});
        self.database.delete_item(serde_json::from_value(request).expect("a key")).expect("the row was deleted");
    }
}

fn key(row: &Value, name: &str) -> String {
    row[name]["S"].as_str().unwrap_or_default().to_owned()
}

impl Drop for Table {
    fn drop(&mut self) {
        self.task.abort();
    }
}
