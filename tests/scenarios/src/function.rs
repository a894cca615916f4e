//! One function of a world: its process, the door it goes through, and what it takes to start it again.
//!
//! Each function has a door of its own. So a test counts what one function does, and harm at a call kills the one that
//! made it.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::door::Door;
use crate::environment::{Environment, Invocation, Setup};
use crate::process::Victim;
use crate::runtime_api::LambdaError;

const STATE_TABLE: &str = "STATE_TABLE";

/// A function, with at most one process that is used again for each event.
pub struct Function {
    /// The way between this function and everything else.
    pub door: Arc<Door>,
    setup: Setup,
    victim: Victim,
    log: PathBuf,
    running: tokio::sync::Mutex<Option<Environment>>,
}

impl Function {
    pub(crate) fn new(door: Arc<Door>, setup: Setup, victim: Victim, log: PathBuf) -> Self {
        Self { door, setup, victim, log, running: tokio::sync::Mutex::new(None) }
    }

    /// Gives the function this text as its event, in the environment that runs, or in a new one when none does; what it
    /// answers, and what it wrote meanwhile.
    pub async fn ask(&self, event: &str) -> (Result<Value, LambdaError>, String) {
        let mut running = self.running.lock().await;
        if !running.as_ref().is_some_and(Environment::is_alive) {
            *running = Some(Environment::start(&self.setup, self.log.clone(), self.victim.clone()).await);
        }
        running.as_ref().expect("it was started above").ask(event).await
    }

    /// The same with a function that answers with the result of a run.
    pub async fn invoke(&self, event: &Value) -> Invocation {
        self.invoke_text(&event.to_string()).await
    }

    pub(crate) async fn invoke_text(&self, event: &str) -> Invocation {
        let invocation = Invocation::of(self.ask(event).await);
        if let Ok(report) = &invocation.result {
            assert_eq!(report.invariant(), Ok(()), "{report:?}");
        }
        invocation
    }

    /// A second environment, which a door's harm does not kill. Its output is the log of that number.
    pub(crate) async fn another_environment(&self, number: u64) -> Environment {
        Environment::start(&self.setup, self.log.with_extension(number.to_string()), Victim::default()).await
    }

    /// The same through a door of its own: nobody counts its calls among the others'.
    pub(crate) async fn neighbour(&self, number: u64, state_table: &str) -> Environment {
        let door = self.door.another().await;
        let mut setup = self.setup.clone();
        for (name, value) in &mut setup.variables {
            *value =
                if name == STATE_TABLE { state_table.to_owned() } else { value.replace(&self.door.url(), &door.url()) };
        }
        Environment::start_at(door, &setup, self.log.with_extension(number.to_string())).await
    }

    /// Kills the process.
    pub async fn kill(&self) {
        self.victim.kill().await;
    }

    /// A new process for the next event: everything that a warm environment remembers is gone.
    pub async fn restart(&self) {
        self.kill().await;
        *self.running.lock().await = None;
    }

    /// What a process of this function is made of, and the one that a door's harm kills.
    pub(crate) fn to_be(&self) -> (&Setup, Victim) {
        (&self.setup, self.victim.clone())
    }

    /// The process ends with its world.
    pub(crate) fn end(&mut self) {
        *self.running.get_mut() = None;
    }
}
