//! A simulator with a client: what every test here begins with.

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use simulator::{Options, Shift, Simulator, start};

/// One simulator, logged in to both vendors.
pub struct Desk {
    pub simulator: Simulator,
    client: Client,
    pub genesys_token: String,
    pub salesforce_token: String,
}

/// A status and a JSON body (`null` when it is not JSON).
pub struct Answered {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answered {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Desk {
    pub async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    pub async fn open_with(options: Options) -> Self {
        let simulator = start(options).await.unwrap();
        let client = Client::builder().retry(reqwest::retry::never()).build().unwrap();
        let mut desk = Self { simulator, client, genesys_token: String::new(), salesforce_token: String::new() };
        desk.log_in().await;
        desk
    }

    pub async fn log_in(&mut self) {
        let genesys = self.token("/oauth/token", "demo-genesys-client", "demo-genesys-secret").await;
        self.genesys_token = genesys.body["access_token"].as_str().unwrap().to_owned();
        let salesforce = self.token("/services/oauth2/token", "demo-salesforce-client", "demo-salesforce-secret").await;
        self.salesforce_token = salesforce.body["access_token"].as_str().unwrap().to_owned();
    }

    pub async fn token(&self, path: &str, id: &str, secret: &str) -> Answered {
        let request = self.client.post(format!("{}{path}", self.simulator.url)).basic_auth(id, Some(secret));
        read(request.form(&[("grant_type", "client_credentials")]).send().await.unwrap()).await
    }

    /// A Genesys request under `/api/v2`.
    pub async fn genesys(&self, method: &str, path: &str, body: Value) -> Answered {
        read(self.try_genesys(method, path, body).await.unwrap()).await
    }

    pub async fn try_genesys(&self, method: &str, path: &str, body: Value) -> reqwest::Result<Response> {
        let url = format!("{}/api/v2{path}", self.simulator.url);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.client.request(method, url).bearer_auth(&self.genesys_token);
        if body.is_null() { request.send().await } else { request.json(&body).send().await }
    }

    /// A Genesys PUT of a text that need not be JSON, with a precondition where one is given.
    pub async fn put_text(&self, path: &str, text: &str, if_match: Option<&str>) -> Answered {
        let url = format!("{}/api/v2{path}", self.simulator.url);
        let request = self.client.put(url).bearer_auth(&self.genesys_token).header("content-type", "application/json");
        let request = if_match.into_iter().fold(request, |request, tag| request.header("if-match", tag));
        read(request.body(text.to_owned()).send().await.unwrap()).await
    }

    /// A Salesforce GET under `/services/data`.
    pub async fn salesforce(&self, path: &str) -> Answered {
        let url = format!("{}{path}", self.simulator.url);
        read(self.client.get(url).bearer_auth(&self.salesforce_token).send().await.unwrap()).await
    }

    pub async fn soql(&self, query: &str) -> Answered {
        let url = format!("{}/services/data/v66.0/query", self.simulator.url);
        let request = self.client.get(url).query(&[("q", query)]).bearer_auth(&self.salesforce_token);
        read(request.send().await.unwrap()).await
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A control request that must succeed.
    pub fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.simulator.control(method, &format!("/_sim/{path}"), body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    pub fn settings(&self, change: &Value) {
        self.control("PUT", "settings", change);
    }

    pub fn fault(&self, rule: &Value) {
        self.control("POST", "faults", rule);
    }

    /// Moves the simulator's clock, from the machine's time.
    pub fn ahead(&self, seconds: f64) {
        self.simulator.set_clock(Shift { ahead: seconds, speed: 1.0 });
    }

    pub fn shift(&self) -> Value {
        self.control("GET", "clock", &Value::Null)
    }

    /// Moves the clock so that a rate window does not end within the test.
    pub fn midst_of_a_minute(&self) {
        let now = self.shift()["now"].as_str().unwrap().to_owned();
        let seconds: f64 = now[17..19].parse().unwrap();
        self.ahead(if !(5.0..=25.0).contains(&seconds) { 65.0 - seconds } else { 0.0 });
    }

    pub fn last_entry(&self) -> Value {
        self.control("GET", "journal", &Value::Null).as_array().unwrap().last().unwrap().clone()
    }

    /// The id of the external source "Salesforce".
    pub fn source(&self) -> String {
        self.control("POST", "genesys/sources", &json!({"name": "Salesforce"}))["id"].as_str().unwrap().to_owned()
    }

    pub async fn bulk_add(&self, entities: Value) -> Answered {
        self.genesys("POST", "/externalcontacts/bulk/contacts/add", json!({"entities": entities})).await
    }

    pub async fn lookup(&self, kind: &str, value: &str) -> Answered {
        let body = json!({"type": kind, "value": value, "externalSource": {"id": self.source()}});
        self.genesys("POST", "/externalcontacts/identifierlookup/contacts", body).await
    }

    pub fn contacts(&self) -> Vec<Value> {
        self.control("GET", "genesys/contacts", &Value::Null).as_array().unwrap().clone()
    }
}

pub async fn read(response: Response) -> Answered {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answered { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
}
