//! What happened since the last daily mail, put together from the history of runs. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::report::{RunReport, Status};

use crate::by_hand::waiting::Waiting;
use crate::config::Notify;
use crate::health::Health;

/// Reasons for which nothing is to be done: a mail does not count them.
const QUIET_REASONS: [&str; 5] = ["unchanged", "quarantined", "review", "dry_run", "postponed"];

/// Everything that a daily mail says.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// From when.
    pub from: Timestamp,
    /// To when.
    pub to: Timestamp,
    /// How many runs did something.
    pub runs: usize,
    /// New Genesys contacts.
    pub created: u64,
    /// Changed ones.
    pub updated: u64,
    /// Contacts of a run that could not be written, over all runs.
    pub failed: u64,
    /// By reason.
    pub failed_by: BTreeMap<String, u64>,
    /// Contacts that were left alone, by reason; those for which nothing was to do are not among them.
    pub left_by: BTreeMap<String, u64>,
    /// Values that could not be used, by code.
    pub warnings_by: BTreeMap<String, u64>,
    /// Runs that did not end well, alike ones together.
    pub troubles: Vec<Trouble>,
    /// The state of health.
    pub health: Option<Health>,
    /// Contacts that Genesys refuses.
    pub quarantine: Vec<Waiting>,
    /// Contacts about which a person has to decide.
    pub review: Vec<Waiting>,
    /// The day of the last mail, if nobody knows whether it arrived.
    pub doubt: Option<Date>,
    /// Whether the sync only looks.
    pub is_shadow: bool,
}

/// Runs that ended alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// How.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// How many.
    pub count: usize,
    /// When the last of them began.
    pub last: Timestamp,
}

impl Digest {
    /// Counts the runs that began from `from` on and before `to`.
    pub fn of(runs: &[RunReport], from: Timestamp, to: Timestamp) -> Self {
        let mut digest = Self { from, to, ..Self::default() };
        for run in runs.iter().filter(|run| run.started_at >= from && run.started_at < to) {
            digest.take_in(run);
        }
        digest
    }

    fn take_in(&mut self, run: &RunReport) {
        if run.status == Status::Skipped {
            return;
        }
        self.runs += 1;
        self.created += run.created;
        self.updated += run.updated;
        self.failed += run.failed;
        add(&mut self.failed_by, &run.failed_by, |_| true);
        add(&mut self.left_by, &run.skipped_by, |reason| !QUIET_REASONS.contains(&reason));
        add(&mut self.warnings_by, &run.warnings_by, |_| true);
        if matches!(run.status, Status::Failed | Status::Braked | Status::Partial) {
            self.take_in_trouble(run);
        }
    }

    fn take_in_trouble(&mut self, run: &RunReport) {
        let reason = run.reason.as_deref().unwrap_or_default();
        let alike = self.troubles.iter_mut().find(|known| known.status == run.status && known.reason == reason);
        match alike {
            Some(known) => {
                known.count += 1;
                known.last = known.last.max(run.started_at);
            }
            None => self.troubles.push(Trouble {
                status: run.status,
                reason: reason.to_owned(),
                count: 1,
                last: run.started_at,
            }),
        }
    }

    /// Whether the recipients want to hear of it.
    pub fn is_wanted(&self, notify: Notify) -> bool {
        match notify {
            Notify::Always => true,
            Notify::Problems => self.has_problems(),
            Notify::Changes => self.created + self.updated > 0 || self.has_news(),
        }
    }

    fn has_problems(&self) -> bool {
        self.has_news() || !self.quarantine.is_empty() || !self.review.is_empty()
    }

    /// Something that went wrong, or a contact set aside, since the last mail.
    fn has_news(&self) -> bool {
        let is_new = |waiting: &Waiting| waiting.since >= self.from;
        self.failed > 0
            || !self.troubles.is_empty()
            || self.doubt.is_some()
            || self.quarantine.iter().chain(&self.review).any(is_new)
    }
}

fn add(sum: &mut BTreeMap<String, u64>, counts: &BTreeMap<String, u64>, wanted: impl Fn(&str) -> bool) {
    for (reason, count) in counts.iter().filter(|(reason, _)| wanted(reason)) {
        *sum.entry(reason.clone()).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::waiting::tests::quarantined;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn run(second: i64) -> RunReport {
        RunReport::start_at(at(second))
    }

    #[test]
    fn a_digest_counts_each_run_of_its_time_once() {
        let mut runs = vec![run(99), run(100), run(150), run(199), run(200)];
        for run in &mut runs {
            run.created = 1;
            run.count_skip("unchanged");
            run.count_skip("refused");
            run.count_fail("busy");
        }
        let digest = Digest::of(&runs, at(100), at(200));
        assert_eq!((digest.runs, digest.created, digest.failed), (3, 3, 3));
        assert_eq!(digest.left_by, BTreeMap::from([("refused".to_owned(), 3)]));
        assert_eq!(digest.failed_by["busy"], 3);
    }

    #[test]
    fn runs_that_ended_alike_are_told_together() {
        let mut runs = vec![run(1), run(2), run(3), run(4)];
        runs[0].end(Status::Failed, "Salesforce: login refused");
        runs[1].end(Status::Failed, "Salesforce: login refused");
        runs[2].end(Status::Braked, "25 deletes");
        runs[3].end(Status::Skipped, "another run holds the lock");
        let digest = Digest::of(&runs, at(0), at(10));
        let told: Vec<_> = digest.troubles.iter().map(|trouble| (trouble.count, trouble.last)).collect();
        assert_eq!((told, digest.runs), (vec![(2, at(2)), (1, at(3))], 3));
    }

    #[test]
    fn who_wants_changes_hears_of_them_and_of_what_went_wrong() {
        let quiet = Digest::of(&[run(1)], at(0), at(10));
        assert_eq!(wanted(&quiet), [false, true, false]);
        assert_eq!(wanted(&Digest { updated: 1, ..quiet.clone() }), [true, true, false]);
        assert_eq!(wanted(&Digest { failed: 1, ..quiet.clone() }), [true, true, true]);
        let old = Digest { quarantine: vec![quarantined("gave_up")], from: Timestamp::MAX, ..quiet.clone() };
        assert_eq!(wanted(&old), [false, true, true], "somebody waits, but it is no news");
        assert_eq!(wanted(&Digest { from: Timestamp::MIN, ..old }), [true, true, true]);
        let doubt = Digest { doubt: Some("2026-03-13".parse().unwrap()), ..quiet };
        assert_eq!(wanted(&doubt), [true, true, true]);
    }

    fn wanted(digest: &Digest) -> [bool; 3] {
        [Notify::Changes, Notify::Always, Notify::Problems].map(|notify| digest.is_wanted(notify))
    }
}
