//! The two AWS services that a client needs, in this process.

use axum::Json;
use platform::clock::Clock;
use platform::secret::Secrets;
use platform::table::StateTable;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A Secrets Manager that answers every name with this secret.
pub(crate) async fn secrets(secret: &Value) -> Secrets {
    let answer = json!({ "ARN": "arn:x", "Name": "creds", "VersionId": "v", "SecretString": secret.to_string() });
    let router = axum::Router::new().fallback(move || std::future::ready(Json(answer.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version_latest()
        .region(aws_sdk_secretsmanager::config::Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(aws_sdk_secretsmanager::config::Credentials::new("key", "secret", None, None, "test"))
        .build();
    Secrets::new(aws_sdk_secretsmanager::Client::from_conf(config), "dev")
}

/// An empty state table.
pub(crate) async fn table(clock: &Clock) -> StateTable {
    let database = dynoxide::Database::memory().unwrap();
    let request = json!({
        "TableName": "state", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
    });
    database.create_table(serde_json::from_value(request).unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(
        async move { dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()).await },
    );
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(aws_sdk_dynamodb::config::Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(aws_sdk_dynamodb::config::Credentials::new("key", "secret", None, None, "test"))
        .build();
    StateTable::new(aws_sdk_dynamodb::Client::from_conf(config), "state", clock.clone())
}
