//! One number for how the last runs went, 0 to 100. Pure.
//!
//! ```text
//!  max(0, 100 − average errors · 5 − average duration in seconds)      over the last ten runs
//! ```
//!
//! Errors are contacts that could not be written, and a run that failed as a whole has at least one. A run that found
//! another one at work did nothing, and says nothing about health.

use platform::report::{RunReport, Status};

/// How many runs count.
pub const RUNS: usize = 10;
/// What one error a run costs.
const POINTS_AN_ERROR: f64 = 5.0;

/// The state of health, and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Health {
    /// 0 to 100.
    pub score: f64,
    /// How many runs it is made of, at most ten.
    pub runs: usize,
    /// Errors a run, on average.
    pub errors: f64,
    /// Seconds a run, on average.
    pub seconds: f64,
}

/// The health of `runs`, newest first. `None`: there was no run yet.
pub fn health<'a>(runs: impl IntoIterator<Item = &'a RunReport>) -> Option<Health> {
    let recent: Vec<&RunReport> = runs.into_iter().filter(|run| run.status != Status::Skipped).take(RUNS).collect();
    if recent.is_empty() {
        return None;
    }
    let errors = average(recent.iter().map(|run| errors(run)));
    let seconds = average(recent.iter().map(|run| run.duration_ms)) / 1000.0;
    let score = (100.0 - errors * POINTS_AN_ERROR - seconds).max(0.0);
    Some(Health { score, runs: recent.len(), errors, seconds })
}

fn errors(run: &RunReport) -> u64 {
    if run.status == Status::Failed { run.failed.max(1) } else { run.failed }
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds stay far below 2^52")]
fn average(numbers: impl ExactSizeIterator<Item = u64>) -> f64 {
    let count = numbers.len() as f64;
    numbers.map(|number| number as f64).sum::<f64>() / count
}

impl Health {
    /// The number and what it is made of, in a line.
    pub fn line(&self) -> String {
        let Self { score, runs, errors, seconds } = self;
        let runs = if *runs == 1 { "the last run".to_owned() } else { format!("the last {runs} runs") };
        format!("health {score:.0} of 100: {errors:.1} errors and {seconds:.1} s a run, over {runs}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(failed: u64, duration_ms: u64) -> RunReport {
        RunReport { failed, duration_ms, ..RunReport::start_at(jiff::Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn health_is_a_hundred_less_five_an_error_and_one_a_second() {
        let runs: Vec<_> = (0..10).map(|number| run(number % 2 * 4, 8_000)).collect();
        assert_eq!(health(&runs), Some(Health { score: 82.0, runs: 10, errors: 2.0, seconds: 8.0 }));
        assert_eq!(health(&[run(0, 0)]).unwrap().score, 100.0);
    }

    #[test]
    fn health_is_never_below_nothing() {
        assert_eq!(health(&[run(100, 900_000)]).unwrap().score, 0.0);
        assert_eq!(health(&[run(20, 0)]).unwrap().score, 0.0);
        assert_eq!(health(&[run(0, 100_000)]).unwrap().score, 0.0);
    }

    #[test]
    fn only_the_last_ten_runs_count_and_fewer_are_averaged_over_themselves() {
        let older = std::iter::repeat_n(run(50, 0), 5);
        let runs: Vec<_> = std::iter::repeat_n(run(1, 1_000), 10).chain(older).collect();
        assert_eq!(health(&runs).unwrap().score, 94.0);
        let three = [run(3, 0), run(0, 3_000), run(0, 0)];
        assert_eq!(health(&three), Some(Health { score: 94.0, runs: 3, errors: 1.0, seconds: 1.0 }));
        assert_eq!(health(&[]), None);
    }

    #[test]
    fn a_run_that_did_nothing_does_not_count_and_one_that_failed_has_an_error() {
        let mut busy = run(0, 0);
        busy.end(Status::Skipped, "another run holds the lock");
        let mut failed = run(0, 2_000);
        failed.end(Status::Failed, "Salesforce: login refused");
        assert_eq!(
            health(&[busy.clone(), failed]).unwrap(),
            Health { score: 93.0, runs: 1, errors: 1.0, seconds: 2.0 }
        );
        assert_eq!(health(&[busy]), None);
    }

    #[test]
    fn health_reads_as_a_sentence() {
        let line = health(&[run(1, 1_500)]).unwrap().line();
        assert_eq!(line, "health 94 of 100: 1.0 errors and 1.5 s a run, over the last run");
    }
}
