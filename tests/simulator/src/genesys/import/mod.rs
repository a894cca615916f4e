//! The import of contacts from a CSV file: a job that takes its time.
//!
//! A client describes what it imports (`settings`), uploads a file to an address of its own (`uploads`), and starts a job.
//! The job first *validates* every row without writing anything, then waits in `Validated` until it is told to go on,
//! then *imports*, so many rows in a second of the simulator's clock. Rows fail for the reasons for which a bulk add
//! fails. Nothing runs in the background: `run` catches up with the clock at the beginning of every Genesys request.

mod csv;
pub(crate) mod jobs;
pub(crate) mod run;
pub(crate) mod settings;
pub(crate) mod state;
pub(crate) mod uploads;

/// The refusal of an id that nobody has.
fn not_found(what: &str, id: &str) -> crate::wire::Refusal {
    crate::wire::Refusal::new(404, "not.found", format!("The {what} '{id}' was not found."))
}
