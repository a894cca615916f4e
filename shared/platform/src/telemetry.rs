//! What a function says while it works: log lines, one metric line a run, and panics without their text.
//!
//! A log line is one flat JSON object, or a line for people when `STAGE=dev` and stdout is a terminal. Our own crates
//! log what `RUST_LOG` asks for. Dependencies stay at warnings, and at most at `info` when named: below that, HTTP and
//! AWS libraries print headers and bodies, and with them tokens and people. Personal data never reaches a line of
//! ours, because it travels in types that do not print it.

mod filter;
mod line;
mod metrics;
mod unwind;

use std::io::{IsTerminal, Write};
use std::sync::OnceLock;

use lambda_runtime::tracing::subscriber::{Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};
use tracing::Span;

pub use unwind::{Panicked, caught, hide_panic_texts};

use crate::clock::Clock;
use crate::report::{RunReport, Status};
use crate::settings::{Settings, Stage};
use line::{Lines, Style};

/// What [`emit`] and [`say_why_it_cannot_start`] know of the process, once [`init`] was called.
static PROCESS: OnceLock<Process> = OnceLock::new();

struct Process {
    function: &'static str,
    stage: Stage,
    clock: Clock,
    style: Style,
}

/// Starts logging and replaces the panic hook. To be called once, right after the settings are read.
pub fn init(settings: &Settings) {
    let Settings { function, stage, clock, log, .. } = settings;
    let process =
        PROCESS.get_or_init(|| Process { function, stage: *stage, clock: clock.clone(), style: style(*stage) });
    let lines = Lines::new(function, *stage, clock.clone(), process.style, Box::new(std::io::stdout()));
    // An error means that somebody called this twice; the first subscriber keeps working.
    let _ = Registry::default().with(lines.with_filter(filter::filter(log, function))).try_init();
    hide_panic_texts();
}

/// The same onto any writer and for the current thread only, for tests that read what was logged.
///
/// Logging ends when the returned guard is dropped. The panic hook stays as it is.
pub fn init_onto(settings: &Settings, out: Box<dyn Write + Send>) -> tracing::subscriber::DefaultGuard {
    let lines = Lines::new(settings.function, settings.stage, settings.clock.clone(), Style::Json, out);
    Registry::default().with(lines.with_filter(filter::filter(&settings.log, settings.function))).set_default()
}

/// The span in which a run works: every line inside carries both ids.
pub fn run_span(run_id: &str, request_id: &str) -> Span {
    tracing::info_span!("run", run_id, request_id)
}

/// Logs a run's result as one line and writes its metrics. Call it once, when the report is closed.
///
/// A terminal gets no metric line, and neither does a process without [`init`].
pub fn emit(report: &RunReport) {
    let without_plan = RunReport { plan: None, ..report.clone() };
    // Serialising our own structs cannot fail: string keys only, no fallible Serialize.
    let result = serde_json::to_string(&without_plan).unwrap_or_default();
    match report.status {
        Status::Failed => tracing::error!(report = result, "run failed"),
        Status::Partial | Status::Braked => tracing::warn!(report = result, "run ended early or with failures"),
        Status::Done | Status::Continued | Status::Skipped => tracing::info!(report = result, "run ended"),
    }
    if let Some(process) = PROCESS.get().filter(|process| process.style == Style::Json) {
        write_line(&metrics::emf(process.function, process.stage, process.clock.now(), report));
    }
}

/// Says in one line why a function does not start, before or after [`init`].
pub fn say_why_it_cannot_start<E: std::fmt::Display + ?Sized>(error: &E) {
    let function = PROCESS.get().map_or("", |process| process.function);
    write_line(&line::start_failed(function, Clock::system().now(), &error.to_string()));
}

/// Whether `RUST_LOG` can be used.
///
/// # Errors
/// What is wrong with it, for the settings' error line.
pub(crate) fn check_filter(text: &str) -> Result<(), String> {
    filter::parse(text).map(drop)
}

fn style(stage: Stage) -> Style {
    if stage == Stage::Dev && std::io::stdout().is_terminal() { Style::Human } else { Style::Json }
}

/// One write per line: Lambda cuts stdout into events at line ends.
fn write_line(line: &[u8]) {
    let mut out = std::io::stdout().lock();
    // Without stdout there is nobody to tell.
    let _ = out.write_all(line).and_then(|()| out.flush());
}
