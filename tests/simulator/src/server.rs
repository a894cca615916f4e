//! Starting and stopping a simulator.
//!
//! Each simulator runs on a thread of its own with its own runtime, so a test may block its thread, wait for a child
//! process or drop its runtime, and the vendors still answer. Dropping the [`Simulator`] ends thread, port and all
//! connections.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::clock::{Clock, Shift};
use crate::connection::{Cut, CuttableListener};
use crate::door::{self, Simulation};
use crate::world::{SharedWorld, World};
use crate::{control, faults, wire};

/// How a simulator is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// A file with two numbers, seconds ahead and speed, read at each use.
    pub clock_file: Option<PathBuf>,
    /// Decides ids, tokens and the order of bulk results.
    pub seed: u64,
    /// Faults from the start, each a file with JSON rules or a rule as `name:setting=value,…`. A reset forgets them.
    pub faults: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)), clock_file: None, seed: 1, faults: Vec::new() }
    }
}

/// A running simulator. Dropping it ends it.
pub struct Simulator {
    /// `http://127.0.0.1:PORT`: Genesys login, Genesys API, Salesforce and `/_sim/`.
    pub url: String,
    simulation: Arc<Simulation>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a simulator and returns when it accepts connections.
///
/// # Errors
/// When the address cannot be bound, or a fault does not exist.
pub async fn start(options: Options) -> std::io::Result<Simulator> {
    let mut world = World::new(options.seed);
    for fault in &options.faults {
        add_faults(&mut world, fault).map_err(|sentence| Error::new(ErrorKind::InvalidInput, sentence))?;
    }
    let socket = std::net::TcpListener::bind(options.listen)?;
    socket.set_nonblocking(true)?;
    let url = format!("http://{}", socket.local_addr()?);
    let simulation = Arc::new(Simulation {
        world: SharedWorld::new(world),
        clock: Clock::new(options.clock_file),
        base: url.clone(),
        started: std::time::Instant::now(),
    });
    let (stop, stopped) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = Arc::clone(&simulation);
    let thread = std::thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(move || runtime.block_on(serve(socket, served, stopped)))?;
    Ok(Simulator { url, simulation, stop: Some(stop), thread: Some(thread) })
}

fn add_faults(world: &mut World, argument: &str) -> Result<(), String> {
    for rule in faults::read_written(argument)? {
        world.faults.add(&rule)?;
    }
    Ok(())
}

/// Answers until the other end of `stopped` speaks or is gone.
async fn serve(socket: std::net::TcpListener, simulation: Arc<Simulation>, stopped: oneshot::Receiver<()>) {
    let Ok(listener) = TcpListener::from_std(socket) else {
        return;
    };
    let router = Router::new().fallback(door::answer).with_state(simulation);
    let service = router.into_make_service_with_connect_info::<Cut>();
    tokio::select! {
        _ = axum::serve(CuttableListener(listener), service) => {}
        _ = stopped => {}
    }
}

impl Simulator {
    /// Carries out one control request without HTTP: `control("POST", "/_sim/reset", json!({}))`.
    ///
    /// Returns the HTTP status and the body that the same request by HTTP would get.
    pub fn control(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query = wire::Pairs::parse(query);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = control::answer(&self.simulation, method, path, &query, &body);
        match answer.body {
            wire::Body::Json(body) => (answer.status, body),
            wire::Body::Text(text) => (answer.status, serde_json::from_str(&text).unwrap_or_default()),
            wire::Body::Html(_) => (answer.status, Value::Null),
        }
    }

    /// Moves the simulator's clock; from then on a clock file is no longer read.
    pub fn set_clock(&self, shift: Shift) {
        self.simulation.clock.set(Some(shift));
    }

    /// Ends the simulator and waits until its port is free.
    pub fn stop(mut self) {
        self.end();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // A panic in there was reported when it happened.
        }
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(()); // The thread may have ended already.
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.end();
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Simulator").field("url", &self.url).finish_non_exhaustive()
    }
}
