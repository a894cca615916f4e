//! One execution environment: a process of the function, and the desk at which it fetches its events.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use platform::report::RunReport;
use serde_json::Value;

use crate::process::{Process, Victim};
use crate::runtime_api::{LambdaError, RuntimeApi};

/// Longer than any scenario; only a function that hangs gets here.
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
        Self { api, process, victim, log, read, time_limit: setup.time_limit }
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
        self.invoke_text(&event.to_string()).await
    }

    /// The same with an event that need not be JSON.
    pub async fn invoke_text(&self, event: &str) -> Invocation {
        let answer = self.api.invoke(event, self.time_limit);
        let machine = platform::clock::Clock::system();
        let outcome = tokio::select! {
            biased;
            Ok(outcome) = answer => outcome,
            ended = self.victim.ended() => Err(exit(&ended)),
            () = machine.sleep(PATIENCE) => {
                self.victim.kill().await;
                Err(exit(&format!("no result within {PATIENCE:?}")))
            }
        };
        let result = outcome.and_then(|result| {
            serde_json::from_value(result.clone()).map_err(|error| exit(&format!("not a result ({error}): {result}")))
        });
        Invocation { result, log: self.new_log() }
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
        let text = std::fs::read(&self.log).unwrap_or_default();
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let from = usize::try_from(*read).unwrap_or(0).min(text.len());
        *read = text.len() as u64;
        String::from_utf8_lossy(&text[from..]).into_owned()
    }
}

fn exit(message: &str) -> LambdaError {
    LambdaError { kind: "Runtime.ExitError".to_owned(), message: message.to_owned() }
}
