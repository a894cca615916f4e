//! One execution environment: a process of the function, and the desk at which it fetches its events.

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use platform::report::RunReport;
use serde_json::Value;

use crate::door::Door;
use crate::process::{Process, Victim};
use crate::runtime_api::{LambdaError, RuntimeApi};

/// Longer than any scenario, unless it gives its function more time; only a function that hangs gets here.
const PATIENCE: Duration = Duration::from_secs(120);

/// What every environment of a world has in common.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) binary: PathBuf,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) time_limit: Duration,
}

/// A running function.
pub struct Environment {
    api: RuntimeApi,
    process: Process,
    victim: Victim,
    log: PathBuf,
    read: Mutex<u64>,
    time_limit: Duration,
    /// The door of this environment alone, if it does not go through its function's.
    _door: Option<Door>,
}

/// What an invocation brought.
#[derive(Debug)]
pub struct Invocation {
    /// The function's result, or the error it ended with.
    pub result: Result<RunReport, LambdaError>,
    /// What the function wrote since the invocation before.
    pub log: String,
}

impl Invocation {
    /// Reads an answer as the result of a run.
    pub(crate) fn of((answer, log): (Result<Value, LambdaError>, String)) -> Self {
        let result = answer.and_then(|result| {
            serde_json::from_value(result.clone()).map_err(|error| exit(&format!("not a result ({error}): {result}")))
        });
        Self { result, log }
    }

    /// The result of a run that must have one.
    pub fn report(self) -> RunReport {
        match self.result {
            Ok(report) => report,
            Err(error) => panic!("no result: {error:?}\n{}", self.log),
        }
    }

    /// The error of a run that must have failed.
    pub fn error(self) -> LambdaError {
        match self.result {
            Ok(report) => panic!("this should have failed: {report:?}\n{}", self.log),
            Err(error) => error,
        }
    }
}

impl Environment {
    pub(crate) async fn start(setup: &Setup, log: PathBuf, victim: Victim) -> Self {
        let api = RuntimeApi::open().await;
        let mut variables = setup.variables.clone();
        variables.push(("AWS_LAMBDA_RUNTIME_API".to_owned(), api.address()));
        let read = Mutex::new(std::fs::metadata(&log).map_or(0, |file| file.len()));
        let process = Process::start(&setup.binary, &variables, &log, &victim);
        Self { api, process, victim, log, read, time_limit: setup.time_limit, _door: None }
    }

    /// The same with a door of its own, of which `setup` already knows.
    pub(crate) async fn start_at(door: Door, setup: &Setup, log: PathBuf) -> Self {
        Self { _door: Some(door), ..Self::start(setup, log, Victim::default()).await }
    }

    /// Waits until the function asks for its first event. `Err` says how it ended instead.
    pub async fn ready(&self) -> Result<(), String> {
        tokio::select! {
            () = self.api.ready() => Ok(()),
            ended = self.victim.ended() => Err(ended),
        }
    }

    /// Gives the function one event and waits for what it makes of it.
    pub async fn invoke(&self, event: &Value) -> Invocation {
        Invocation::of(self.ask(&event.to_string()).await)
    }

    /// The same with an event that need not be JSON and any answer; with what the function wrote.
    pub(crate) async fn ask(&self, event: &str) -> (Result<Value, LambdaError>, String) {
        let answer = self.api.invoke(event, self.time_limit);
        let machine = platform::clock::Clock::system();
        let patience = PATIENCE.max(self.time_limit);
        let outcome = tokio::select! {
            biased;
            Ok(outcome) = answer => outcome,
            ended = self.victim.ended() => Err(exit(&ended)),
            () = machine.sleep(patience) => {
                self.victim.kill().await;
                Err(exit(&format!("no result within {patience:?}")))
            }
        };
        (outcome, self.new_log())
    }

    /// Kills the process and waits until it is gone.
    pub async fn kill(&self) {
        self.victim.kill().await;
    }

    /// Whether the process runs.
    pub fn is_alive(&self) -> bool {
        self.victim.is_alive()
    }

    /// The id of the process.
    pub fn process_id(&self) -> u32 {
        self.process.id
    }

    fn new_log(&self) -> String {
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut text = Vec::new();
        if let Ok(mut file) = std::fs::File::open(&self.log) {
            let ended = file.seek(SeekFrom::Start(*read)).and_then(|_| file.read_to_end(&mut text));
            ended.expect("the world's folder can be read");
        }
        *read += text.len() as u64;
        String::from_utf8_lossy(&text).into_owned()
    }
}

pub(crate) fn exit(message: &str) -> LambdaError {
    LambdaError { kind: "Runtime.ExitError".to_owned(), message: message.to_owned() }
}
