//! One bad week of the swarm: forty people, what is done to them, and what has to hold.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fastrand::Rng;
use platform::report::{RunReport, Status};
use scenarios::door::{Harm, Point};
use scenarios::people::{in_genesys, person};
use scenarios::{Inside, World};
use serde_json::{Map, Value, json};

const PEOPLE: usize = 40;
/// Genesys' minute and how many requests it takes in one.
const MINUTE_MS: i64 = 400;
const RATE_ALLOWED: usize = 80;
/// The first of them are in Genesys before the sync is.
const TYPED_IN: usize = 12;

const FIELDS: [(&str, &str); 5] = [
    ("FirstName", "firstName"),
    ("LastName", "lastName"),
    ("Email", "workEmail"),
    ("Phone", "workPhone"),
    ("MobilePhone", "cellPhone"),
];

/// What happened how often.
pub type Tally = BTreeMap<String, u64>;

/// Every kind of fault that a week may have.
const FAULTS: [&str; 18] = [
    "answer_lost",
    "bad_gateway_502",
    "busy",
    "connection_closed_midway",
    "duplicate_row_on_page",
    "empty_200",
    "expired_token",
    "gateway_timeout_504",
    "html_gateway",
    "partial_failure",
    "proxy_retry",
    "query_locator_gone",
    "reset_before",
    "slow",
    "throttle",
    "throttle_without_retry_after",
    "token_revoked",
    "truncated_body",
];

/// The world of one seed, and who wrote what.
pub struct Scene {
    world: World,
    sync: Inside,
    chance: Rng,
    ids: Vec<String>,
    /// Everything that anybody ever wrote into a field of a person, by Salesforce id and Genesys field.
    written: BTreeMap<(String, &'static str), BTreeSet<String>>,
    /// Titles that agents wrote into Genesys contacts: a field that the sync does not know.
    titles: BTreeMap<String, String>,
    contacts: usize,
    busiest_minute: usize,
    /// What each run came to, for whoever looks into a seed that failed.
    told: Vec<String>,
    pub tally: Tally,
}

impl Scene {
    pub async fn build(seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed);
        let scan_above = if chance.u8(..8) == 0 { 50 } else { 0 };
        let config = format!(
            "scan_above = {scan_above}\nscan_page_size = 20\nbulk_add_size = 20\nenrich_size = 10\nlease_seconds = 60"
        );
        let mut settings = json!({"salesforce": {"page_size": chance.usize(12..60)}, "journal": {"bodies": false}});
        // A wait for the next minute takes the machine's time.
        settings["genesys"] = json!({"minute_ms": MINUTE_MS, "rate_allowed": RATE_ALLOWED});
        settings["genesys"]["bulk_order"] = json!(chance.choice(["shuffled", "reversed", "as_sent"]).unwrap());
        settings["genesys"]["scan_end"] = json!(chance.choice(["no_cursor", "empty_page"]).unwrap());
        if chance.bool() {
            settings["genesys"]["token_lifetime_s"] = json!(chance.i64(400..4000));
        }
        let world = World::builder().seed(seed).config(&config).simulator(settings).start().await;
        let sync = world.inside();
        let mut scene = Self {
            sync,
            world,
            chance,
            ids: Vec::new(),
            written: BTreeMap::new(),
            titles: BTreeMap::new(),
            contacts: 0,
            busiest_minute: 0,
            told: Vec::new(),
            tally: Tally::new(),
        };
        let typed_in: Vec<_> = (0..TYPED_IN).map(in_genesys).collect();
        scene.world.genesys.insert(&typed_in);
        scene.contacts = TYPED_IN;
        for (number, card) in (0..PEOPLE).map(|number| (number, typed_in.get(number))) {
            scene.enter(number, person(number));
            let id = scene.ids[number].clone();
            for (name, field) in card.into_iter().flatten().filter_map(|(name, value)| Some((name, text(value)?))) {
                let (_, known) = FIELDS.into_iter().find(|(_, known)| known == name).unwrap();
                scene.written.entry((id.clone(), known)).or_default().insert(field);
            }
        }
        scene.lay_faults();
        scene
    }

    fn lay_faults(&mut self) {
        let mut kinds = FAULTS.to_vec();
        self.chance.shuffle(&mut kinds);
        for kind in kinds.into_iter().take(self.chance.usize(2..6)) {
            let mut fault = json!({"fault": kind, "probability": self.chance.f64() * 0.2, "seed": self.chance.u32(..)});
            match kind {
                "busy" => fault["status"] = json!(self.chance.choice([500, 502, 503, 504]).unwrap()),
                "throttle" => fault["retry_after"] = json!(self.chance.u32(1..30)),
                "slow" => fault["ms"] = json!(self.chance.u32(1..8)),
                "partial_failure" => fault["retryable"] = json!(true),
                "bad_gateway_502" | "gateway_timeout_504" => fault["done"] = json!(self.chance.bool()),
                _ => {}
            }
            self.world.genesys.fault(&fault);
        }
    }

    fn count(&mut self, what: &str, times: usize) {
        *self.tally.entry(what.to_owned()).or_default() += times as u64;
    }

    fn enter(&mut self, number: usize, mut record: Map<String, Value>) {
        if number > 0 && self.chance.u8(..10) == 0 {
            // Within the look-back, as a row that was committed late.
            let stamp = self.world.clock().now() - jiff::SignedDuration::from_mins(6);
            record.insert("SystemModstamp".to_owned(), json!(stamp.to_string()));
        }
        let id = self.world.salesforce.insert(&[record.clone()]).remove(0);
        self.ids.push(id.clone());
        for (name, value) in &record {
            self.remember(&id, name, value);
        }
    }

    fn remember(&mut self, id: &str, name: &str, value: &Value) {
        if let (Some((_, field)), Some(value)) = (FIELDS.into_iter().find(|(known, _)| *known == name), text(value)) {
            self.written.entry((id.to_owned(), field)).or_default().insert(value);
        }
    }

    /// Between two runs people change things on both sides, and time passes.
    pub fn people_work(&mut self) {
        for _ in 0..self.chance.usize(..5) {
            self.edit();
        }
        if self.chance.u8(..3) == 0 {
            self.count("new", 1);
            let number = self.ids.len();
            self.enter(number, person(number));
        }
        let hours = if self.chance.u8(..8) == 0 { 30 } else { self.chance.u64(..3) };
        self.world.advance(Duration::from_secs(hours * 3600 + self.chance.u64(600..3600)));
    }

    fn edit(&mut self) {
        let id = self.chance.choice(&self.ids).unwrap().clone();
        let number = self.chance.usize(..1_000_000);
        match self.chance.u8(..5) {
            0 => self.edit_in_genesys(&id, number),
            // Not of those in Genesys from the start: they are recognised by it.
            1 if self.ids.iter().position(|known| *known == id) >= Some(TYPED_IN) => {
                self.count("emptied", 1);
                self.world.salesforce.update(&id, &json!({"Phone": null}));
            }
            2 => self.edit_in_salesforce(&id, "MobilePhone", &format!("+1512{}", 6_100_000 + number)),
            _ => self.edit_in_salesforce(&id, "FirstName", &format!("Renomeada{number:06}")),
        }
    }

    fn edit_in_salesforce(&mut self, id: &str, name: &str, value: &str) {
        self.remember(id, name, &json!(value));
        self.world.salesforce.update(id, &json!({ name: value }));
    }

    /// An agent writes a field that the sync does not know: it has to stay.
    fn edit_in_genesys(&mut self, id: &str, number: usize) {
        let Some(contact) = self.world.genesys.contact_of(id) else { return };
        let title = format!("Cliente {number:06}");
        self.world.genesys.update(contact["id"].as_str().unwrap(), &json!({ "title": title }));
        self.titles.insert(id.to_owned(), title);
        self.count("edited by hand", 1);
    }

    /// One run under faults, which may be killed, and during which somebody may edit.
    pub async fn round(&mut self) {
        self.world.forget();
        if self.chance.u8(..3) == 0 {
            let harm = self.chance.choice([Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer]).unwrap();
            self.world.door.harm(Point::Number(self.chance.usize(1..70)), harm);
        }
        let meanwhile = (self.chance.u8(..2) == 0).then(|| self.chance.usize(1..60));
        let ended = match meanwhile {
            None => self.sync.invoke(json!({})).await,
            Some(call) => {
                let (ended, edited) = run_and_edit(&self.sync, &self.world, call, &self.ids, &mut self.chance).await;
                if let Some((id, name)) = edited {
                    self.remember(&id, "FirstName", &json!(name));
                    self.count("edited meanwhile", 1);
                }
                ended
            }
        };
        self.told.push(format!("{} {:?}", self.world.clock().now(), ended.result));
        match &ended.result {
            Ok(report) => self.count(&format!("{:?}", report.status), 1),
            Err(error) if error.is_exit() => self.count("killed", 1),
            Err(_) => self.count("Failed", 1),
        }
        self.count_minutes();
        for entry in self.world.journal() {
            match entry.outcome.as_str() {
                "answered" if entry.status < 400 => {}
                "answered" => self.count(&format!("answered {}", entry.status), 1),
                cut => self.count(cut, 1),
            }
        }
    }

    /// The most requests to Genesys in one of its minutes.
    fn count_minutes(&mut self) {
        let mut minutes: BTreeMap<i64, usize> = BTreeMap::new();
        for entry in self.world.journal().iter().filter(|entry| entry.vendor == "genesys" && entry.kind != "login") {
            *minutes.entry(entry.at.as_millisecond().div_euclid(MINUTE_MS)).or_default() += 1;
        }
        self.busiest_minute = self.busiest_minute.max(minutes.into_values().max().unwrap_or(0));
    }

    pub fn calm(&self) {
        self.world.genesys.calm();
        self.world.door.calm();
    }

    /// The schedule fires until a run is done and has written nothing.
    pub async fn ticks_until_idle(&mut self, most: usize) -> Result<RunReport, String> {
        let mut last = None;
        for _ in 0..most {
            self.world.advance(Duration::from_secs(30 * 60));
            self.world.forget();
            let ended = self.sync.invoke(json!({})).await.result;
            self.count_minutes();
            self.told.push(format!("{} {ended:?}", self.world.clock().now()));
            let refused = self.world.door.calls().iter().filter(|call| call.status == Some(429)).count();
            if refused > 1 {
                return Err(format!("{refused} requests beyond the limit in a run without faults"));
            }
            match ended {
                Ok(report) if report.status == Status::Done && report.created + report.updated == 0 => {
                    return Ok(report);
                }
                other => last = Some(other),
            }
        }
        Err(format!("still work after {most} ticks: {last:?}"))
    }

    pub async fn another_run_does_nothing(&self) -> Result<(), String> {
        self.world.forget();
        let report = self.sync.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
        let writes = self.world.journal().iter().filter(|entry| entry.is_genesys_write()).count();
        if (report.created, report.updated, report.failed, writes) != (0, 0, 0, 0) {
            return Err(format!("a run over everything did something: {writes} writes, {report:?}"));
        }
        Ok(())
    }

    /// What has to hold at any moment.
    pub fn nothing_is_wrong(&mut self) -> Result<(), String> {
        if self.busiest_minute > RATE_ALLOWED {
            return Err(format!(
                "{} requests in one of Genesys' minutes, which takes {RATE_ALLOWED}",
                self.busiest_minute
            ));
        }
        let doubled = self.world.both_sides().doubled();
        if !doubled.is_empty() {
            return Err(format!("doubled: {doubled:?}"));
        }
        let contacts = self.world.genesys.contacts();
        if contacts.len() < self.contacts {
            return Err(format!("{} contacts, and there were {}", contacts.len(), self.contacts));
        }
        self.contacts = contacts.len();
        for contact in &contacts {
            for id in self.ids.iter().filter(|id| carries(contact, id)) {
                self.is_as_written(id, contact)?;
            }
        }
        Ok(())
    }

    /// Each value was written by somebody, and what an agent wrote is still there.
    fn is_as_written(&self, id: &str, contact: &Value) -> Result<(), String> {
        for (_, field) in FIELDS {
            let Some(value) = text(&contact[field]) else { continue };
            let known = self.written.get(&(id.to_owned(), field));
            if !known.is_some_and(|known| known.contains(&value)) {
                return Err(format!("{id} has a {field} that nobody wrote: {contact}"));
            }
        }
        match self.titles.get(id) {
            Some(title) if contact["title"] != json!(title) => Err(format!("{id} has lost its title: {contact}")),
            _ => Ok(()),
        }
    }

    /// What the state table says about one contact.
    fn rows_about(&self, id: &str) -> Vec<String> {
        self.world.state_rows().iter().map(Value::to_string).filter(|row| row.contains(id)).collect()
    }

    /// What has to hold once the faults are over.
    pub fn everything_has_arrived(&self) -> Result<(), String> {
        let contacts = self.world.genesys.contacts();
        for record in self.world.salesforce.contacts() {
            let id = record["Id"].as_str().unwrap_or_default();
            let Some(contact) = contacts.iter().find(|contact| carries(contact, id)) else {
                return Err(format!("{id} has not arrived: {record}; {:?}; {:#?}", self.rows_about(id), self.told));
            };
            for (name, field) in FIELDS {
                let (wanted, found) = (text(&record[name]), text(&contact[field]));
                if wanted != found && (wanted.is_some() || name == "Phone") {
                    return Err(format!("{id}: {name} is {wanted:?} and {field} is {found:?}"));
                }
            }
        }
        if contacts.len() != self.ids.len() {
            return Err(format!("{} contacts for {} people", contacts.len(), self.ids.len()));
        }
        Ok(())
    }
}

/// A run, and an edit in Salesforce in the middle of it: whose, and to which name.
async fn run_and_edit(
    sync: &Inside,
    world: &World,
    call: usize,
    ids: &[String],
    chance: &mut Rng,
) -> (scenarios::Invocation, Option<(String, String)>) {
    let mut edited = None;
    let edit = async {
        world.door.reached(call).await;
        let (id, name) = (chance.choice(ids).unwrap().clone(), format!("Durante{:06}", chance.usize(..1_000_000)));
        world.salesforce.update(&id, &json!({ "FirstName": name }));
        edited = Some((id, name));
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = sync.invoke(json!({})) => ended,
        () = edit => unreachable!("an edit waits for the run's end"),
    };
    (ended, edited)
}

fn carries(contact: &Value, id: &str) -> bool {
    contact["externalIds"].as_array().into_iter().flatten().any(|entry| entry["value"] == id)
}

/// A value as both vendors mean it: of a number its international form.
fn text(value: &Value) -> Option<String> {
    let text = value.as_str().or(value["e164"].as_str()).or(value["display"].as_str())?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
