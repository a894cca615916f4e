//! Stands in for what sets capacity in AWS: DynamoDB's control plane, Application Auto Scaling and the throttle metrics.
//!
//! It refuses what AWS refuses (an unchanged number, a table on demand, one that is being updated, a decrease beyond
//! the quota) and keeps a journal of what was changed. Calls to the state table go on to a real one in this process.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What the desk knows of a table.
#[derive(Clone, Debug)]
pub struct TableDesk {
    pub read: i64,
    pub write: i64,
    pub is_updating: bool,
    /// After a change the table is being updated until a test says otherwise.
    pub updates_take_time: bool,
    pub is_on_demand: bool,
    pub decreases_today: i64,
}

/// The desk's drawers.
#[derive(Default)]
pub struct Drawers {
    pub tables: BTreeMap<String, TableDesk>,
    /// `(resource id, dimension)` → floor and ceiling; all of them are moved by a policy.
    pub targets: BTreeMap<(String, String), (i64, i64)>,
    pub is_throttled: bool,
    /// Answers of the next control-plane calls: an error code each.
    pub refusals: BTreeMap<String, VecDeque<String>>,
    /// Answers of the state table that are refused instead: an action and how often.
    pub state_refusals: BTreeMap<String, u32>,
    /// Every call by name; changes with what they set.
    pub journal: Vec<String>,
}

#[derive(Clone)]
pub struct ControlDesk {
    pub url: String,
    drawers: Arc<Mutex<Drawers>>,
    upstream: String,
    http: reqwest::Client,
}

impl ControlDesk {
    /// A desk whose state-table calls go on to `upstream`.
    pub async fn open(upstream: String) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Self { url, drawers: Arc::default(), upstream, http: reqwest::Client::new() };
        let routes = axum::Router::new().fallback(answer).with_state(desk.clone());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        desk
    }

    pub fn drawers(&self) -> MutexGuard<'_, Drawers> {
        self.drawers.lock().unwrap()
    }

    /// The changes since the last look.
    pub fn changes(&self) -> Vec<String> {
        let journal = std::mem::take(&mut self.drawers().journal);
        journal.into_iter().filter(|line| line.contains(' ')).collect()
    }
}

async fn answer(State(desk): State<ControlDesk>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    if uri.path().ends_with("/GetMetricData") {
        return metrics(&desk);
    }
    let target = headers["x-amz-target"].to_str().unwrap();
    let action = target.rsplit('.').next().unwrap().to_owned();
    let refused = desk.drawers().refusals.get_mut(&action).and_then(VecDeque::pop_front);
    if let Some(code) = refused {
        desk.drawers().journal.push(action);
        return refusal(&code);
    }
    let request = || serde_json::from_slice::<Value>(&body).unwrap();
    match action.as_str() {
        "DescribeTable" => desk.drawers().describe(&request()),
        "UpdateTable" => desk.drawers().update(&request()),
        "DescribeScalableTargets" => desk.drawers().targets(&request()),
        "DescribeScalingPolicies" => desk.drawers().policies(&request()),
        "RegisterScalableTarget" => desk.drawers().register(&request()),
        _ => pass_on(&desk, &action, &headers, body).await,
    }
}

impl Drawers {
    fn describe(&mut self, request: &Value) -> Response {
        self.journal.push("DescribeTable".to_owned());
        let name = request["TableName"].as_str().unwrap();
        let Some(table) = self.tables.get(name) else { return refusal("ResourceNotFoundException") };
        let mode = if table.is_on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
        ok(json!({"Table": {
            "TableName": name,
            "TableStatus": if table.is_updating { "UPDATING" } else { "ACTIVE" },
            "BillingModeSummary": {"BillingMode": mode},
            "ProvisionedThroughput": {
                "ReadCapacityUnits": table.read, "WriteCapacityUnits": table.write,
                "NumberOfDecreasesToday": table.decreases_today,
            },
        }}))
    }

    fn update(&mut self, request: &Value) -> Response {
        let units = &request["ProvisionedThroughput"];
        let (read, write) =
            (units["ReadCapacityUnits"].as_i64().unwrap(), units["WriteCapacityUnits"].as_i64().unwrap());
        self.journal.push(format!("UpdateTable {read}/{write}"));
        let Some(table) = self.tables.get_mut(request["TableName"].as_str().unwrap()) else {
            return refusal("ResourceNotFoundException");
        };
        let is_decrease = read < table.read || write < table.write;
        if table.is_updating {
            return refusal("ResourceInUseException");
        }
        if table.is_on_demand || (read, write) == (table.read, table.write) {
            return refusal("ValidationException");
        }
        if is_decrease && table.decreases_today >= 4 {
            return refusal("LimitExceededException");
        }
        table.decreases_today += i64::from(is_decrease);
        (table.read, table.write, table.is_updating) = (read, write, table.updates_take_time);
        ok(json!({"TableDescription": {}}))
    }

    fn targets(&mut self, request: &Value) -> Response {
        self.journal.push("DescribeScalableTargets".to_owned());
        let asked: Vec<&str> =
            request["ResourceIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let target = |((id, dimension), (min, max)): (&(String, String), &(i64, i64))| {
            json!({
                "ServiceNamespace": "dynamodb", "ResourceId": id, "ScalableDimension": dimension, "MinCapacity": min,
                "MaxCapacity": max, "RoleARN": "arn:aws:iam::123456789012:role/r", "CreationTime": 1.0,
            })
        };
        let found = self.targets.iter().filter(|((id, _), _)| asked.contains(&id.as_str())).map(target);
        ok(json!({"ScalableTargets": found.collect::<Vec<_>>()}))
    }

    fn policies(&mut self, request: &Value) -> Response {
        self.journal.push("DescribeScalingPolicies".to_owned());
        let policy = |(id, dimension): &(String, String)| {
            json!({
                "PolicyARN": "arn", "PolicyName": "p", "ServiceNamespace": "dynamodb", "ResourceId": id,
                "ScalableDimension": dimension, "PolicyType": "TargetTrackingScaling", "CreationTime": 1.0,
            })
        };
        let found = self.targets.keys().filter(|(id, _)| id == request["ResourceId"].as_str().unwrap()).map(policy);
        ok(json!({"ScalingPolicies": found.collect::<Vec<_>>()}))
    }

    fn register(&mut self, request: &Value) -> Response {
        let text = |name: &str| request[name].as_str().unwrap().to_owned();
        let floor = request["MinCapacity"].as_i64().unwrap();
        self.journal.push(format!("RegisterScalableTarget {} {floor}", text("ScalableDimension")));
        assert!(request.get("MaxCapacity").is_none(), "the ceiling is not ours to set");
        let Some(target) = self.targets.get_mut(&(text("ResourceId"), text("ScalableDimension"))) else {
            return refusal("ObjectNotFoundException");
        };
        target.0 = floor;
        ok(json!({"ScalableTargetARN": "arn"}))
    }
}

/// CloudWatch speaks CBOR: an empty map, or `{"MetricDataResults":[{"Values":[3.0]}]}`.
fn metrics(desk: &ControlDesk) -> Response {
    let mut drawers = desk.drawers();
    drawers.journal.push("GetMetricData".to_owned());
    let mut body = vec![0xa0];
    if drawers.is_throttled {
        body = [&[0xa1, 0x71], &b"MetricDataResults"[..], &[0x81, 0xa1, 0x66], b"Values", &[0x81, 0xfb]].concat();
        body.extend(3.0_f64.to_be_bytes());
    }
    ([("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], body).into_response()
}

async fn pass_on(desk: &ControlDesk, action: &str, headers: &HeaderMap, body: Bytes) -> Response {
    if let Some(left) = desk.drawers().state_refusals.get_mut(action).filter(|left| **left > 0) {
        *left -= 1;
        return refusal("ProvisionedThroughputExceededException");
    }
    let mut request = desk.http.post(&desk.upstream).body(body);
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        request = request.header(name, headers[name].as_bytes());
    }
    let answer = request.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    (status, [("content-type", "application/x-amz-json-1.0")], answer.bytes().await.unwrap()).into_response()
}

fn ok(body: Value) -> Response {
    ([("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}

fn refusal(code: &str) -> Response {
    let body = json!({"__type": format!("com.amazonaws#{code}"), "message": "refused"});
    (StatusCode::BAD_REQUEST, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}
