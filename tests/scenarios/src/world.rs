//! A world: everything around the functions, and the functions.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use platform::clock::Clock;
use platform::report::{RunReport, Status};
use serde_json::{Value, json};

use crate::aws::{Desk, Secret};
use crate::builder::WorldBuilder;
use crate::clock_file::ClockFile;
use crate::door::Door;
use crate::environment::{Environment, Invocation};
use crate::function::Function;
use crate::invariants::Promise;
use crate::sides::Sides;
use crate::table::{self, Table};
use crate::vendors::{Entry, Genesys, Private, Salesforce};

/// The schedule of the function.
const TICK: Duration = Duration::from_secs(30 * 60);

/// More ticks than any job needs: only a job that never finishes gets here.
const TICKS_MAX: usize = 40;

/// Both vendors, a state table, an AWS account and one function or several. Without another word the first is meant.
pub struct World {
    /// Genesys Cloud.
    pub genesys: Genesys,
    /// Salesforce.
    pub salesforce: Salesforce,
    /// The way between the first function and everything else.
    pub door: Arc<Door>,
    /// Secrets, parameters, audit streams, alerts, queues, tables.
    pub desk: Arc<Desk>,
    table: Table,
    clock: ClockFile,
    first: &'static str,
    functions: BTreeMap<&'static str, Function>,
    others: AtomicU64,
    private: Arc<Private>,
    excused: Mutex<Vec<(Promise, &'static str)>>,
    folder: PathBuf,
}

impl World {
    /// An ordinary world: empty vendors, all secrets stored, default configuration.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A world that differs from an ordinary one.
    pub fn builder() -> WorldBuilder {
        WorldBuilder::new()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a world, put together in one place")]
    pub(crate) fn new(
        genesys: Genesys,
        salesforce: Salesforce,
        desk: Arc<Desk>,
        table: Table,
        clock: ClockFile,
        first: &'static str,
        functions: BTreeMap<&'static str, Function>,
        private: Arc<Private>,
        folder: PathBuf,
    ) -> Self {
        let door = functions[first].door.clone();
        let (others, excused) = (AtomicU64::new(0), Mutex::default());
        Self { genesys, salesforce, door, desk, table, clock, first, functions, others, private, excused, folder }
    }

    /// The function of this name.
    pub fn function(&self, name: &str) -> &Function {
        self.functions.get(name).unwrap_or_else(|| panic!("this world has no {name}"))
    }

    /// Gives the function this event, in the environment that runs, or in a new one when none does.
    pub async fn invoke(&self, event: Value) -> Invocation {
        self.invoke_text(&event.to_string()).await
    }

    /// The same with an event that need not be JSON.
    pub async fn invoke_text(&self, event: &str) -> Invocation {
        self.function(self.first).invoke_text(event).await
    }

    /// Half an hour passes, and the schedule fires.
    pub async fn tick(&self) -> Invocation {
        self.advance(TICK);
        self.invoke(json!({})).await
    }

    /// Ticks until nothing is left to do, which two results say: `done`, and nothing written any more.
    pub async fn ticks_until_idle(&self) -> Vec<RunReport> {
        let mut reports = Vec::new();
        for _ in 0..TICKS_MAX {
            let invocation = self.tick().await;
            let Ok(report) = invocation.result else { continue };
            let is_idle = report.status == Status::Done && report.created + report.updated == 0;
            reports.push(report);
            if is_idle {
                return reports;
            }
        }
        panic!("still work after {TICKS_MAX} ticks: {:?}\n{}", reports.last(), self.log());
    }

    /// A second environment of the same function, with a log of its own. A door's harm does not kill this one.
    pub async fn another_environment(&self) -> Environment {
        let number = self.others.fetch_add(1, Ordering::Relaxed) + 1;
        self.function(self.first).another_environment(number).await
    }

    /// A second environment whose calls nobody counts among the others'.
    pub async fn neighbour(&self) -> Environment {
        let number = self.others.fetch_add(1, Ordering::Relaxed) + 1;
        self.function(self.first).neighbour(number, table::NAME).await
    }

    /// The same with a state table of its own: it sees nobody's lock, and nobody sees its. What two writers do to each
    /// other without one.
    pub async fn stranger(&self) -> Environment {
        let number = self.others.fetch_add(1, Ordering::Relaxed) + 1;
        self.function(self.first).neighbour(number, table::STRANGERS).await
    }

    /// Kills the function.
    pub async fn kill(&self) {
        self.function(self.first).kill().await;
    }

    /// A new process: everything that a warm environment remembers is gone.
    pub async fn restart(&self) {
        self.function(self.first).restart().await;
    }

    /// Time passes.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// The time in this world.
    pub fn clock(&self) -> Clock {
        self.clock.clock()
    }

    /// Every row of the state table, sorted by key, in DynamoDB's typed JSON.
    pub fn state_rows(&self) -> Vec<Value> {
        self.table.rows()
    }

    /// Puts a row into the state table as it is.
    pub fn put_state_row(&self, row: &Value) {
        self.table.put(row);
    }

    /// Takes a row out of the state table, as if it had been lost.
    pub fn lose_state_row(&self, pk: &str, sk: &str) {
        self.table.delete(pk, sk);
    }

    /// What both vendors hold, without ids and times that differ from run to run.
    pub fn both_sides(&self) -> Sides {
        Sides::of(&self.genesys, &self.salesforce)
    }

    /// Puts `new` in place of `old` in a stored secret.
    pub fn replace_secret(&self, id: &str, old: &str, new: &str) {
        let mut drawers = self.desk.open();
        match drawers.secrets.get_mut(id) {
            Some(Secret::Text(text)) if text.contains(old) => *text = text.replace(old, new),
            other => panic!("{id} does not hold that: {other:?}"),
        }
    }

    /// The vendors' record of requests since the last [`Self::forget`].
    pub fn journal(&self) -> Vec<Entry> {
        self.genesys.journal_of_both()
    }

    /// Empties the records of the door and of the vendors.
    pub fn forget(&self) {
        self.door.forget();
        self.genesys.forget();
    }

    /// Everything that all processes wrote.
    pub fn log(&self) -> String {
        let mut logs: Vec<_> =
            std::fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        logs.retain(|path| path.file_stem().is_some_and(|stem| stem == "log"));
        logs.sort();
        logs.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()).collect()
    }

    /// A standing promise does not hold at the end of this test, because …
    pub fn excuse(&self, promise: Promise, because: &'static str) {
        self.excused().push((promise, because));
    }

    /// A value that must not be found in anything the function leaves behind.
    pub fn keep_private(&self, value: &str) {
        self.private.add(value);
    }

    /// Where each private value was found: the place and the value.
    pub fn leaks(&self) -> Vec<(String, String)> {
        crate::invariants::leaks(self, &self.private.values())
    }

    fn excused(&self) -> MutexGuard<'_, Vec<(Promise, &'static str)>> {
        self.excused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.functions.values_mut().for_each(Function::end); // The processes die before their folder goes.
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<_> = log.lines().rev().take(30).collect();
            eprintln!("the functions' last lines:\n{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
        let excused: Vec<_> = self.excused().iter().map(|(promise, _)| *promise).collect();
        let broken = if std::thread::panicking() { Vec::new() } else { crate::invariants::broken(self, &excused) };
        let _ = std::fs::remove_dir_all(&self.folder); // A folder left behind harms no test.
        assert!(broken.is_empty(), "standing promises broken:\n{}", broken.join("\n"));
    }
}
