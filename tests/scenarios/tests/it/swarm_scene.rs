//! One bad week of the swarm: forty people, what is done to them, and what has to hold.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fastrand::Rng;
use platform::report::{RunReport, Status};
use scenarios::door::{Harm, Kind, Point};
use scenarios::people::{in_genesys, person};
use scenarios::{Inside, Invocation, World};
use serde_json::{Map, Value, json};

use crate::swarm_agents::{Agents, Typed};
use crate::swarm_faults::{self, TIMEOUT_S};

const PEOPLE: usize = 40;
/// How long a run's lock lives without a sign of life.
const LEASE_S: u64 = 60;
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

/// The world of one seed, and who wrote what.
pub struct Scene {
    world: World,
    sync: Inside,
    chance: Rng,
    ids: Vec<String>,
    /// Everything that anybody ever wrote into a field of a person, by Salesforce id and Genesys field.
    written: BTreeMap<(String, &'static str), BTreeSet<String>>,
    agents: Agents,
    contacts: usize,
    busiest_minute: usize,
    /// The kind of request of which one answer comes too late.
    late: Option<Kind>,
    /// What each run came to, for whoever looks into a seed that failed.
    told: Vec<String>,
    pub tally: Tally,
}

impl Scene {
    pub async fn build(seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed);
        let scan_above = if chance.u8(..8) == 0 { 50 } else { 0 };
        let is_late = chance.u8(..4) == 0;
        let timeout = if is_late { TIMEOUT_S } else { 20 };
        let config = format!(
            "scan_above = {scan_above}\nscan_page_size = 20\nbulk_add_size = 20\nenrich_size = 10\n\
             lease_seconds = {LEASE_S}\nvendor_timeout_seconds = {timeout}"
        );
        let mut settings = json!({"salesforce": {"page_size": chance.usize(12..60)}, "journal": {"bodies": false}});
        // A wait for the next minute takes the machine's time.
        settings["genesys"] = json!({"minute_ms": MINUTE_MS, "rate_allowed": RATE_ALLOWED});
        settings["genesys"]["bulk_order"] = json!(chance.choice(["shuffled", "reversed", "as_sent"]).unwrap());
        settings["genesys"]["scan_end"] = json!(chance.choice(["no_cursor", "empty_page"]).unwrap());
        if chance.bool() {
            settings["genesys"]["token_lifetime_s"] = json!(chance.i64(400..4000));
        }
        // As in AWS: there is time to wait for the next of Genesys' minutes, which are 400 s long here.
        let limit = Duration::from_secs(900);
        let world = World::builder().seed(seed).config(&config).simulator(settings).time_limit(limit).start().await;
        let sync = world.inside();
        let mut scene = Self {
            sync,
            world,
            chance,
            ids: Vec::new(),
            written: BTreeMap::new(),
            agents: Agents::default(),
            contacts: 0,
            busiest_minute: 0,
            late: None,
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
        swarm_faults::lay(&scene.world, &mut scene.chance);
        if is_late {
            scene.late = Some(swarm_faults::lay_an_answer_beyond_the_timeout(&scene.world, &mut scene.chance));
        }
        scene
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
            0 => self.edit_in_genesys(&id),
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
        self.world.salesforce.update(id, &json!({ name: value }));
        self.salesforce_has(id, name, value);
    }

    /// The last change is Salesforce's.
    fn salesforce_has(&mut self, id: &str, name: &str, value: &str) {
        self.remember(id, name, &json!(value));
        self.agents.give_way(id, name);
    }

    fn edit_in_genesys(&mut self, id: &str) {
        if let Some(typed) = self.agents.work(&self.world, id, &mut self.chance, false) {
            self.take_in("edited by hand", typed);
        }
    }

    /// What an agent typed counts as written by somebody.
    fn take_in(&mut self, how: &str, typed: Typed) {
        self.count(how, 1);
        if let Some((_, field)) = FIELDS.into_iter().find(|(_, known)| *known == typed.field) {
            self.written.entry((typed.id, field)).or_default().insert(typed.value);
            self.count("edited by hand in a mapped field", 1);
        }
    }

    /// One run under faults, which may be killed, and during which somebody may edit.
    pub async fn round(&mut self) {
        self.world.forget();
        if self.chance.u8(..3) == 0 {
            let harm = self.chance.choice([Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer]).unwrap();
            self.world.door.harm(Point::Number(self.chance.usize(1..70)), harm);
        }
        let ended = self.run_and_meddle().await;
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

    /// A run, and in the middle of it perhaps people on either side, or answers that take so long that its lease ends.
    async fn run_and_meddle(&mut self) -> Invocation {
        let Self { sync, world, chance, agents, ids, .. } = self;
        let mut calls: Vec<usize> = (0..chance.usize(..4)).map(|_| chance.usize(1..60)).collect();
        calls.sort_unstable();
        let mut meddled = Vec::new();
        let meddle = async {
            for call in calls {
                world.door.reached(call).await;
                meddled.push(meddle(world, chance, agents, ids));
            }
            std::future::pending::<()>().await;
        };
        let ended = tokio::select! {
            ended = sync.invoke(json!({})) => ended,
            () = meddle => unreachable!("who meddles waits for the run's end"),
        };
        for what in meddled {
            match what {
                Meddled::InSalesforce(id, name) => {
                    self.remember(&id, "FirstName", &json!(name));
                    self.count("edited meanwhile", 1);
                }
                Meddled::InGenesys(Some(typed)) => self.take_in("edited by hand meanwhile", typed),
                Meddled::InGenesys(None) => {}
                Meddled::WithTime => self.count("lease ended meanwhile", 1),
            }
        }
        ended
    }

    /// Everything is compared with Salesforce: what agents changed gets Salesforce's value again where the map says so.
    pub async fn reconcile(&mut self) -> Result<(), String> {
        self.world.advance(Duration::from_secs(30 * 60));
        let ended = self.sync.invoke(json!({"mode": "full"})).await.result;
        self.agents.are_reconciled();
        match ended {
            Ok(report) if report.status == Status::Done && report.failed == 0 => Ok(()),
            other => Err(format!("a full reconcile without faults: {other:?}")),
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

    pub fn calm(&mut self) {
        let late = self.world.door.harmed().into_iter().filter(|call| Some(&call.kind) == self.late.as_ref()).count();
        self.count("answered beyond the time-out", late);
        swarm_faults::calm(&self.world);
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

    pub async fn another_run_does_nothing(&mut self) -> Result<(), String> {
        self.count("had an agent's value to the end", self.agents.have_the_last_word());
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
        self.agents.check(id, contact)
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
                let is_an_agents = self.agents.may_have_written(id, field, found.as_deref());
                if wanted != found && !is_an_agents && (wanted.is_some() || name == "Phone") {
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

/// What happened in the middle of a run.
enum Meddled {
    /// Somebody wrote a first name in Salesforce.
    InSalesforce(String, String),
    InGenesys(Option<Typed>),
    /// The vendor's answers took longer than the run's lease lives.
    WithTime,
}

fn meddle(world: &World, chance: &mut Rng, agents: &mut Agents, ids: &[String]) -> Meddled {
    let id = chance.choice(ids).unwrap().clone();
    match chance.u8(..5) {
        0 => {
            world.advance(Duration::from_secs(LEASE_S + chance.u64(1..30)));
            Meddled::WithTime
        }
        1 | 2 => Meddled::InGenesys(agents.work(world, &id, chance, true)),
        _ => {
            let name = format!("Durante{:06}", chance.usize(..1_000_000));
            world.salesforce.update(&id, &json!({ "FirstName": name }));
            agents.give_way(&id, "FirstName");
            Meddled::InSalesforce(id, name)
        }
    }
}

fn carries(contact: &Value, id: &str) -> bool {
    contact["externalIds"].as_array().into_iter().flatten().any(|entry| entry["value"] == id)
}

/// A value as both vendors mean it: of a number its international form.
pub fn text(value: &Value) -> Option<String> {
    let text = value.as_str().or(value["e164"].as_str()).or(value["display"].as_str())?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
