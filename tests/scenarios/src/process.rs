//! The function under test: always the real bootstrap, as a process of its own.
//!
//! Its environment is built from nothing, its output goes to files in the world's folder, and it dies with the world.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// The process as the rest of the harness knows it: something that can be killed, and that ends.
#[derive(Clone, Default)]
pub(crate) struct Victim(Arc<Mutex<Option<Alive>>>);

#[derive(Clone)]
struct Alive {
    kill: Arc<Notify>,
    ended: watch::Receiver<Option<String>>,
}

impl Victim {
    /// Kills the process and waits until it is gone. Nothing happens when none runs.
    pub(crate) async fn kill(&self) {
        let Some(alive) = self.now() else { return };
        alive.kill.notify_one();
        ended(alive).await;
    }

    /// Waits for the end of the process and says how it ended; for ever when none runs.
    pub(crate) async fn ended(&self) -> String {
        match self.now() {
            Some(alive) => ended(alive).await,
            None => std::future::pending().await,
        }
    }

    /// Whether a process runs.
    pub(crate) fn is_alive(&self) -> bool {
        self.now().is_some_and(|alive| alive.ended.borrow().is_none())
    }

    /// What runs in this process takes the other process's place until it is gone.
    pub(crate) fn stand_in(&self) -> StandIn {
        let (tell, told) = watch::channel(None);
        let kill = Arc::new(Notify::new());
        self.is_now(Alive { kill: kill.clone(), ended: told });
        StandIn { kill, tell }
    }

    fn now(&self) -> Option<Alive> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_now(&self, alive: Alive) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(alive);
    }
}

/// In a process's place: is told to die, and says when it is gone.
pub(crate) struct StandIn {
    kill: Arc<Notify>,
    tell: watch::Sender<Option<String>>,
}

impl StandIn {
    /// Waits until somebody kills it.
    pub(crate) async fn killed(&self) {
        self.kill.notified().await;
    }

    /// Nothing of it is left, or its work is done.
    pub(crate) fn end(self) {
        self.tell.send_replace(Some("signal: 9".to_owned()));
    }
}

async fn ended(mut alive: Alive) -> String {
    let status = alive.ended.wait_for(Option::is_some).await;
    status.ok().and_then(|status| status.clone()).unwrap_or_else(|| "ended with the world".to_owned())
}

/// A started process. Dropping it kills it.
pub(crate) struct Process {
    task: JoinHandle<()>,
    pub(crate) id: u32,
}

impl Process {
    /// Starts `binary` with exactly this environment; output is appended to `log`.
    pub(crate) fn start(binary: &Path, environment: &[(String, String)], log: &Path, victim: &Victim) -> Self {
        let output =
            std::fs::OpenOptions::new().create(true).append(true).open(log).expect("the world's folder is there");
        let mut child = tokio::process::Command::new(binary)
            .env_clear()
            .envs(environment.iter().cloned())
            .current_dir(log.parent().expect("a log file is in a folder"))
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle"))
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        let id = child.id().expect("a process that was just started");
        let (tell, told) = watch::channel(None);
        let kill = Arc::new(Notify::new());
        victim.is_now(Alive { kill: kill.clone(), ended: told });
        let task = tokio::spawn(async move {
            let status = tokio::select! {
                status = child.wait() => status,
                () = kill.notified() => {
                    let _ = child.start_kill(); // It may have ended by itself meanwhile.
                    child.wait().await
                }
            };
            tell.send_replace(Some(status.map_or_else(|error| error.to_string(), |status| status.to_string())));
        });
        Self { task, id }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.task.abort(); // Drops the child, which kills it.
    }
}

/// Where the bootstrap of `function` is: beside the folder of the test binary, in the same profile.
pub(crate) fn binary(function: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    let binary = profile.join(function);
    assert!(binary.exists(), "{} is missing: run `make test`, it builds the functions first", binary.display());
    binary
}
