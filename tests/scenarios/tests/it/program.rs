//! Random programs, compared with the reference model after every operation.
//!
//! A program is what happens to two systems over some days: people are entered, changed and emptied in Salesforce, some
//! of them under an older time; somebody types a contact into Genesys, changes one there or deletes it; the sync runs, and
//! is killed at some call and run again. After each operation Genesys holds exactly what [`Model`] says. A program that
//! fails is shrunk, printed, and becomes a test with a name at the end of this file.
//!
//! `SEED=7 PROGRAMS=1000 cargo test -p scenarios random_programs` plays others.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use platform::report::Status;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scenarios::door::{Harm, Point};
use scenarios::{Inside, Promise, World};
use serde_json::{Map, Value, json};

use crate::program_model::{Card, Done, Field, Model, OTHER_IDS_MAX, Person};

const PROGRAMS: u32 = 150;
const SEED: u64 = 1;
/// Unoptimised, the futures of a whole job are large.
const STACK: usize = 16 << 20;
/// Ticks until a run that was killed has certainly been finished.
const TICKS_MAX: usize = 6;

const FIELDS: [(Field, &str, &str); 5] = [
    (Field::First, "FirstName", "firstName"),
    (Field::Last, "LastName", "lastName"),
    (Field::Email, "Email", "workEmail"),
    (Field::Phone, "Phone", "workPhone"),
    (Field::Mobile, "MobilePhone", "cellPhone"),
];

/// Few values, so that people share them.
fn pool(field: Field) -> &'static [&'static str] {
    match field {
        Field::First => &["Antonieta", "Bernadete", "Cristiano"],
        Field::Last => &["Sobrenome", "Nascimento", "Albuquerque"],
        Field::Email => &["um@northwind.example", "dois@northwind.example", "tres@northwind.example"],
        Field::Phone | Field::Mobile => &["+15125550142", "+14165550143", "+5511912345678"],
    }
}

/// One thing that happens. Whom it happens to is a number that is taken modulo those who are there.
#[derive(Clone, Debug)]
enum Operation {
    Enter { person: Person, is_late: bool },
    Change { who: usize, field: Field, value: Option<&'static str>, is_late: bool },
    TypeIn { person: Person, is_full: bool },
    ChangeByHand { card: usize, field: Field, value: Option<&'static str> },
    DeleteByHand { card: usize },
    Run,
    KilledRun { call: usize, harm: Harm },
    HoursPass(u64),
}

/// A value of the field's pool, or none; a name is always there.
fn value(field: Field) -> BoxedStrategy<Option<&'static str>> {
    let some = proptest::sample::select(pool(field)).prop_map(Some);
    match field {
        Field::First | Field::Last => some.boxed(),
        _ => prop_oneof![1 => Just(None), 2 => some].boxed(),
    }
}

fn person() -> impl Strategy<Value = Person> {
    let values =
        (value(Field::First), value(Field::Last), value(Field::Email), value(Field::Phone), value(Field::Mobile));
    values.prop_map(|(first, last, email, phone, mobile)| {
        let values = FIELDS.iter().map(|(field, ..)| *field).zip([first, last, email, phone, mobile]);
        values.filter_map(|(field, value)| Some((field, value?))).collect()
    })
}

fn change() -> impl Strategy<Value = (Field, Option<&'static str>)> {
    let field = proptest::sample::select(FIELDS.map(|(field, ..)| field).to_vec());
    field.prop_flat_map(|field| value(field).prop_map(move |value| (field, value)))
}

fn operation() -> impl Strategy<Value = Operation> {
    let who = 0..8_usize;
    let harm = proptest::sample::select(vec![Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer]);
    let late = proptest::bool::weighted(0.2);
    prop_oneof![
        5 => (person(), late).prop_map(|(person, is_late)| Operation::Enter { person, is_late }),
        4 => (who.clone(), change(), late)
            .prop_map(|(who, (field, value), is_late)| Operation::Change { who, field, value, is_late }),
        1 => (person(), proptest::bool::weighted(0.2))
            .prop_map(|(person, is_full)| Operation::TypeIn { person, is_full }),
        2 => (who.clone(), change()).prop_map(|(card, (field, value))| Operation::ChangeByHand { card, field, value }),
        1 => who.prop_map(|card| Operation::DeleteByHand { card }),
        4 => Just(Operation::Run),
        2 => (1..45_usize, harm).prop_map(|(call, harm)| Operation::KilledRun { call, harm }),
        1 => (1..4_u64).prop_map(Operation::HoursPass),
    ]
}

/// What the programs brought about, so that programs which bring nothing about are noticed.
type Tally = RefCell<BTreeMap<&'static str, u64>>;

/// A world, the model of it, and which names the two have for the same contact.
struct Stage<'a> {
    world: &'a World,
    sync: Inside,
    model: Model,
    salesforce_ids: Vec<String>,
    /// Genesys ids of cards that were typed in.
    typed_in: BTreeMap<usize, String>,
    tally: &'a Tally,
}

impl<'a> Stage<'a> {
    fn new(world: &'a World, tally: &'a Tally) -> Self {
        let (model, salesforce_ids, typed_in) = <(Model, Vec<String>, BTreeMap<usize, String>)>::default();
        Self { sync: world.inside(), world, model, salesforce_ids, typed_in, tally }
    }

    fn count(&self, what: &'static str, times: u64) {
        *self.tally.borrow_mut().entry(what).or_default() += times;
    }

    async fn carry_out(&mut self, operation: &Operation) -> Result<(), String> {
        match operation {
            Operation::Enter { person, is_late } => self.enter(person, *is_late),
            Operation::Change { who, field, value, is_late } => self.change(*who, *field, *value, *is_late),
            Operation::TypeIn { person, is_full } => self.type_in(person, *is_full),
            Operation::ChangeByHand { card, field, value } => self.change_by_hand(*card, *field, *value),
            Operation::DeleteByHand { card } => self.delete_by_hand(*card),
            Operation::Run => self.run().await?,
            Operation::KilledRun { call, harm } => self.killed_run(*call, harm.clone()).await?,
            Operation::HoursPass(hours) => self.world.advance(Duration::from_secs(hours * 3600)),
        }
        self.compare()
    }

    /// Within the look-back, and before the mark of a run that has just been.
    fn stamp(&self, is_late: bool) -> Option<String> {
        is_late.then(|| (self.world.clock().now() - jiff::SignedDuration::from_mins(5)).to_string())
    }

    fn enter(&mut self, person: &Person, is_late: bool) {
        let mut record: Map<_, _> = FIELDS
            .iter()
            .filter_map(|(field, name, _)| Some(((*name).to_owned(), json!(person.get(field)?))))
            .collect();
        record.extend(self.stamp(is_late).map(|stamp| ("SystemModstamp".to_owned(), json!(stamp))));
        self.salesforce_ids.extend(self.world.salesforce.insert(&[record]));
        self.model.salesforce.push(person.clone());
        self.count("late", u64::from(is_late));
    }

    fn change(&mut self, who: usize, field: Field, value: Option<&'static str>, is_late: bool) {
        let Some(who) = who.checked_rem(self.model.salesforce.len()) else { return };
        let name = FIELDS.iter().find(|(known, ..)| *known == field).unwrap().1;
        let mut change = json!({ name: value });
        if let Some(stamp) = self.stamp(is_late) {
            change["SystemModstamp"] = json!(stamp);
        }
        self.world.salesforce.update(&self.salesforce_ids[who], &change);
        put(&mut self.model.salesforce[who], field, value);
    }

    fn type_in(&mut self, person: &Person, is_full: bool) {
        let mut record = Map::new();
        for (field, _, name) in FIELDS {
            record.extend(person.get(&field).map(|value| (name.to_owned(), in_genesys(field, value))));
        }
        let other_ids = if is_full { OTHER_IDS_MAX } else { 0 };
        if is_full {
            let number = self.model.cards.len();
            let ids = (0..other_ids).map(|n| json!({"source": "Billing", "value": format!("B-{number}-{n}")}));
            record.insert("externalIds".to_owned(), ids.collect());
        }
        let id = self.world.genesys.insert(&[record]).remove(0);
        self.typed_in.insert(self.model.cards.len(), id);
        self.model.cards.push(Card { person: person.clone(), other_ids, ..Card::default() });
    }

    /// The card of this number among those that are there, with its id in Genesys.
    fn card(&self, number: usize) -> Option<(usize, String)> {
        let cards: Vec<_> = (0..self.model.cards.len()).filter(|card| !self.model.cards[*card].is_deleted).collect();
        let card = cards[number.checked_rem(cards.len())?];
        let id = self.typed_in.get(&card).cloned().or_else(|| {
            let of = &self.salesforce_ids[self.model.cards[card].of?];
            self.world.genesys.contact_of(of)?["id"].as_str().map(str::to_owned)
        })?;
        Some((card, id))
    }

    fn change_by_hand(&mut self, number: usize, field: Field, value: Option<&'static str>) {
        let Some((card, id)) = self.card(number) else { return };
        let name = FIELDS.iter().find(|(known, ..)| *known == field).unwrap().2;
        let new = value.map_or(Value::Null, |value| in_genesys(field, value));
        self.world.genesys.update(&id, &json!({ name: new }));
        put(&mut self.model.cards[card].person, field, value);
        self.count("changed by hand", 1);
    }

    fn delete_by_hand(&mut self, number: usize) {
        let Some((card, id)) = self.card(number) else { return };
        self.world.genesys.delete(&id);
        self.model.cards[card].is_deleted = true;
        self.count("deleted by hand", 1);
    }

    async fn run(&mut self) -> Result<(), String> {
        self.world.advance(Duration::from_secs(30 * 60));
        let report = self.sync.invoke(json!({})).await.result.map_err(|error| format!("{error:?}"))?;
        let expected = self.model.run();
        let done = Done { created: report.created, updated: report.updated };
        self.count("created", done.created);
        self.count("updated", done.updated);
        if done != expected || report.status != Status::Done {
            return Err(format!("expected {expected:?}, the run says {report:?}"));
        }
        Ok(())
    }

    async fn killed_run(&mut self, call: usize, harm: Harm) -> Result<(), String> {
        self.world.advance(Duration::from_secs(30 * 60));
        self.world.door.forget();
        self.world.door.harm(Point::Number(call), harm);
        let mut report = self.sync.invoke(json!({})).await.result;
        self.count("killed", u64::from(report.is_err()));
        self.world.door.calm();
        self.model.run();
        for _ in 0..TICKS_MAX {
            if report.as_ref().is_ok_and(|report| report.status == Status::Done) {
                return Ok(());
            }
            self.world.advance(Duration::from_secs(30 * 60));
            report = self.sync.invoke(json!({})).await.result;
        }
        Err(format!("not done after {TICKS_MAX} ticks: {report:?}"))
    }

    /// Genesys holds what the model says, and the same contacts are set aside.
    fn compare(&self) -> Result<(), String> {
        let mut expected: Vec<_> =
            self.model.cards.iter().filter(|card| !card.is_deleted).map(|card| self.line_of_model(card)).collect();
        let mut found: Vec<_> =
            self.world.genesys.contacts().iter().map(|contact| self.line_of_world(contact)).collect();
        expected.sort();
        found.sort();
        if expected != found {
            return Err(format!("expected in Genesys {expected:#?}\nfound {found:#?}"));
        }
        let (review, quarantine) = self.model.set_aside();
        self.count("in review", review.len() as u64);
        self.count("quarantined", quarantine.len() as u64);
        let rows = self.world.state_rows();
        for (family, ids) in [("review#", review), ("quarantine#", quarantine)] {
            let expected: BTreeSet<_> = ids.iter().map(|id| self.salesforce_ids[*id].as_str()).collect();
            let of_family = rows.iter().filter(|row| row["pk"]["S"].as_str().unwrap_or_default().starts_with(family));
            let found: BTreeSet<_> = of_family.filter_map(|row| row["sk"]["S"].as_str()).collect();
            if expected != found {
                return Err(format!("expected in {family} {expected:?}, found {found:?}"));
            }
        }
        Ok(())
    }

    fn line_of_model(&self, card: &Card) -> String {
        let of = card.of.map_or("", |id| self.salesforce_ids[id].as_str());
        format!("{:?} {of} {}", card.person, card.other_ids)
    }

    fn line_of_world(&self, contact: &Value) -> String {
        let value = |name: &str| contact[name].as_str().or_else(|| contact[name]["e164"].as_str());
        let person: BTreeMap<_, _> =
            FIELDS.iter().filter_map(|(field, _, name)| Some((*field, value(name)?))).collect();
        let ids = contact["externalIds"].as_array().into_iter().flatten();
        let ids: Vec<_> = ids.filter_map(|id| id["value"].as_str()).collect();
        let (ours, others): (Vec<_>, Vec<_>) =
            ids.into_iter().partition(|id| self.salesforce_ids.iter().any(|known| known == id));
        format!("{person:?} {} {}", ours.join("+"), others.len())
    }
}

fn put(person: &mut Person, field: Field, value: Option<&'static str>) {
    match value {
        Some(value) => person.insert(field, value),
        None => person.remove(&field),
    };
}

fn in_genesys(field: Field, value: &str) -> Value {
    if matches!(field, Field::Phone | Field::Mobile) { json!({ "display": value }) } else { json!(value) }
}

async fn play(program: &[Operation], tally: &Tally) -> Result<(), String> {
    let world = World::builder().config("scan_above = 0\nlease_seconds = 60").start().await;
    world.excuse(Promise::NothingPrivate, "the job runs in this process and has no log of its own");
    let mut stage = Stage::new(&world, tally);
    for (number, operation) in program.iter().chain([&Operation::Run, &Operation::Run]).enumerate() {
        let done = stage.carry_out(operation).await;
        done.map_err(|wrong| format!("operation {number}, {operation:?}: {wrong}"))?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a person plays other programs")]
fn from_env<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn block_on<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

/// Plays one program where its futures have room.
fn play_alone(program: Vec<Operation>) {
    let play = move || block_on(play(&program, &Tally::default()));
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(play).unwrap();
    assert_eq!(thread.join().unwrap(), Ok(()));
}

/// Found by a random program: a contact typed into Genesys has the number of somebody who is linked. Whoever comes with that
/// number is linked to the free one, and Genesys, asked by the number, would have written the other.
#[test]
fn a_link_by_a_key_that_two_people_share_is_not_written_to_the_other_one() {
    let person = |first, email: Option<&'static str>| {
        let values = [(Field::First, Some(first)), (Field::Last, Some("Sobrenome")), (Field::Email, email)];
        let number = (Field::Phone, Some("+15125550142"));
        values.into_iter().chain([number]).filter_map(|(field, value)| Some((field, value?))).collect::<Person>()
    };
    let enter = |person| Operation::Enter { person, is_late: false };
    play_alone(vec![
        enter(person("Antonieta", Some("um@northwind.example"))),
        Operation::Run,
        Operation::TypeIn { person: person("Bernadete", None), is_full: false },
        enter(person("Bernadete", None)),
        Operation::Run,
    ]);
}

/// Random programs of entries, changes, late commits, work by hand in Genesys, deletions there, runs and killed runs
/// end, after each operation, exactly as a model says that is small enough to be read in one go.
#[test]
fn random_programs_end_as_the_reference_model_says() {
    let (seed, programs) = (from_env("SEED", SEED), from_env("PROGRAMS", PROGRAMS));
    let play_half = |half: u8| {
        let config = Config {
            cases: programs.div_ceil(2),
            max_shrink_iters: 400,
            failure_persistence: None,
            ..Config::default()
        };
        let mut bytes = [half; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let tally = Tally::default();
        let programs = proptest::collection::vec(operation(), 6..18);
        let played = runner.run(&programs, |program| block_on(play(&program, &tally)).map_err(TestCaseError::fail));
        played.map(|()| tally.into_inner()).map_err(|error| error.to_string())
    };
    let halves = std::thread::scope(|scope| {
        let start = |half| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || play_half(half));
        let halves = [0, 1].map(|half| start(half).unwrap());
        halves.map(|half| half.join().unwrap())
    });
    let mut tally = BTreeMap::new();
    for half in halves {
        let half = half.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        half.into_iter().for_each(|(what, times)| *tally.entry(what).or_insert(0) += times);
    }
    println!("seed {seed}, {programs} programs: {tally:?}");
    for what in
        ["created", "updated", "late", "changed by hand", "deleted by hand", "killed", "in review", "quarantined"]
    {
        assert!(
            programs < PROGRAMS || tally.get(what).is_some_and(|times| *times >= 5),
            "too little of {what}: {tally:?}"
        );
    }
}
