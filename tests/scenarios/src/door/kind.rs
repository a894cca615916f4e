//! What kind of call a request is: the service it is for, and what it asks.
//!
//! The name is what a test selects calls by, so it says enough to tell two purposes apart: a state-table call carries
//! the row family it touches (`UpdateItem lock`), a vendor call its path without ids.

use std::collections::BTreeSet;
use std::fmt;

use axum::http::request::Parts;
use serde_json::Value;

/// Which service a call is for, and what it asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// `genesys`, `salesforce`, or the AWS service as it stands in the request's signature: `dynamodb`, `ssm`, …
    pub service: String,
    /// `POST bulk/contacts/add`, `UpdateItem lock`, `PutObject report.json`, `GetSecretValue`, …
    pub operation: String,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service, self.operation)
    }
}

impl Kind {
    /// The kind of the request with this head and body.
    pub(crate) fn of(parts: &Parts, body: &[u8]) -> Self {
        let path = parts.uri.path();
        if path.starts_with("/services/") {
            return Self { service: "salesforce".to_owned(), operation: vendor_operation(parts, "/services/") };
        }
        if ["/api/v2/", "/oauth/", "/uploads/"].iter().any(|start| path.starts_with(start)) {
            return Self { service: "genesys".to_owned(), operation: vendor_operation(parts, "/api/v2/") };
        }
        let service = signed_service(parts).unwrap_or("unknown").to_owned();
        if service == "s3" {
            return Self { service, operation: object_operation(parts) };
        }
        let operation = aws_operation(parts, body);
        let families = if service == "dynamodb" { row_families(body) } else { String::new() };
        Self { operation: format!("{operation} {families}").trim_end().to_owned(), service }
    }

    /// Whether the call changes the state table. (`Query`, `GetItem` and `BatchGetItem` do not.)
    pub fn is_state_write(&self) -> bool {
        let writes = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"];
        self.service == "dynamodb" && writes.iter().any(|name| self.operation.starts_with(name))
    }

    /// Whether the call changes nothing anywhere.
    pub fn only_reads(&self) -> bool {
        let starts = |starts: &[&str]| starts.iter().any(|start| self.operation.starts_with(start));
        match self.service.as_str() {
            "dynamodb" => starts(&["GetItem", "BatchGetItem", "Query"]),
            "ssm" | "secretsmanager" | "s3" => starts(&["Get", "Head", "List"]),
            "genesys" | "salesforce" => starts(&["GET ", "POST analytics/"]),
            _ => false,
        }
    }
}

fn vendor_operation(parts: &Parts, prefix: &str) -> String {
    let path = parts.uri.path();
    let short = path.strip_prefix(prefix).unwrap_or(path).trim_start_matches("externalcontacts/");
    let mut named: Vec<_> = short.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect();
    if let [.., "rows", key] = named.as_mut_slice() {
        *key = "{id}"; // The key of a data table's row is whatever its author chose.
    }
    format!("{} {}", parts.method, named.join("/"))
}

/// Ids and query locators are long and hold digits; words of a path are neither.
fn is_id(part: &str) -> bool {
    part.len() >= 15 && part.bytes().any(|byte| byte.is_ascii_digit())
}

/// The service in the credential scope of an AWS signature: `Credential=key/date/region/service/aws4_request`.
fn signed_service(parts: &Parts) -> Option<&str> {
    let signature = parts.headers.get("authorization")?.to_str().ok()?;
    signature.split("Credential=").nth(1)?.split('/').nth(3)
}

/// `GetObject report.json`: what is done, and the last part of the object's key.
fn object_operation(parts: &Parts) -> String {
    let named = parts.uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("x-id=")));
    let file = parts.uri.path().rsplit('/').next().unwrap_or_default();
    format!("{} {file}", named.unwrap_or("unknown"))
}

/// From the path (SES, CBOR), `X-Amz-Target` (JSON protocols) or the form's `Action` (SNS).
fn aws_operation(parts: &Parts, body: &[u8]) -> String {
    if parts.uri.path() == "/v2/email/outbound-emails" {
        return "SendEmail".to_owned();
    }
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some((_, operation)) = target.and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    if let Some((_, operation)) = parts.uri.path().rsplit_once("/operation/") {
        return operation.to_owned();
    }
    let form = String::from_utf8_lossy(body);
    form.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or("unknown").to_owned()
}

/// `link`, `lock`, `link+peer`: what stands before the `#` in the partition keys of the call.
fn row_families(body: &[u8]) -> String {
    let mut families = BTreeSet::new();
    if let Ok(request) = serde_json::from_slice(body) {
        collect_families(&request, &mut families);
    }
    families.into_iter().collect::<Vec<_>>().join("+")
}

fn collect_families(value: &Value, families: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(text) = object.get("S").and_then(Value::as_str)
                && let Some((family, _)) = text.split_once('#')
                && FAMILIES.contains(&family)
            {
                families.insert(family.to_owned());
            }
            object.values().for_each(|inner| collect_families(inner, families));
        }
        Value::Array(array) => array.iter().for_each(|inner| collect_families(inner, families)),
        _ => {}
    }
}

/// The partition key prefixes of the state table.
const FAMILIES: [&str; 15] = [
    "token",
    "lock",
    "mark",
    "link",
    "peer",
    "org",
    "run",
    "quarantine",
    "review",
    "candidate",
    "seen",
    "order",
    "target",
    "report",
    "mail",
];

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn kind(request: axum::http::request::Builder, body: &str) -> String {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        Kind::of(&parts, body.as_bytes()).to_string()
    }

    #[test]
    fn a_vendor_call_is_named_by_its_path_without_ids() {
        let add = Request::post("http://door/api/v2/externalcontacts/bulk/contacts/add");
        assert_eq!(kind(add, ""), "genesys POST bulk/contacts/add");
        let patch = Request::patch("http://door/api/v2/externalcontacts/contacts/0b7de3c4-1111-4222-8333-944444444444");
        assert_eq!(kind(patch, ""), "genesys PATCH contacts/{id}");
        let row = Request::put("http://door/api/v2/flows/datatables/0b7de3c4-1111-4222-8333-944444444444/rows/Support");
        assert_eq!(kind(row, ""), "genesys PUT flows/datatables/{id}/rows/{id}");
        let query = Request::get("http://door/services/data/v66.0/query?q=SELECT");
        assert_eq!(kind(query, ""), "salesforce GET data/v66.0/query");
    }

    #[test]
    fn an_object_is_named_by_its_file_and_a_mail_by_its_path() {
        let signed = |request: axum::http::request::Builder, service: &str| {
            let scope = format!("AWS4-HMAC-SHA256 Credential=A/20261124/us-east-1/{service}/aws4_request, x");
            kind(request.header("authorization", scope), "")
        };
        let put = Request::put("http://door/bucket/reports/2026/11/27/report.json?x-id=PutObject");
        assert_eq!(signed(put, "s3"), "s3 PutObject report.json");
        assert_eq!(signed(Request::post("http://door/v2/email/outbound-emails"), "ses"), "ses SendEmail");
    }

    #[test]
    fn a_state_call_is_named_by_the_rows_it_touches() {
        let signed = || {
            Request::post("http://door/")
                .header("authorization", "AWS4-HMAC-SHA256 Credential=A/20261124/us-east-1/dynamodb/aws4_request, x")
        };
        let update = signed().header("x-amz-target", "DynamoDB_20120810.UpdateItem");
        assert_eq!(kind(update, r#"{"Key":{"pk":{"S":"lock#contact-sync"}}}"#), "dynamodb UpdateItem lock");
        let write = signed().header("x-amz-target", "DynamoDB_20120810.TransactWriteItems");
        let body = r#"[{"Put":{"Item":{"pk":{"S":"link#1"}}}},{"Put":{"Item":{"pk":{"S":"peer#2"}}}}]"#;
        assert_eq!(kind(write, body), "dynamodb TransactWriteItems link+peer");
    }
}
