//! Whose fault it is that a contact or an organization was not written. Pure.
//!
//! What an answer says of one of them is about that one. A call that nobody answered tells of nobody: Genesys may be
//! down, and after any number of ticks everybody is written. It may also be that one of a call makes it fail. Who was not
//! answered travels alone afterwards, and then it shows: it is to blame when Genesys answers other calls, and, once it
//! has been, also where nothing else is sent. Two in a row without an answer are nobody's fault, unless others were
//! answered: also such as come later in the invocation, so until its end they are [`InDoubt`].

use std::collections::HashSet;

use platform::aside::{Aside, Why};
use platform::link::{LinkRow, LinkState};
use platform::organization::OrganizationRow;
use platform::vendor::Failure;

use super::batch::{Batch, Silence};

/// How failures of a run count.
#[derive(Clone, Copy, Debug)]
pub struct Blame<'a> {
    /// Whether they count at all: a list of ids is no tick.
    pub is_tick: bool,
    /// Whether Genesys has answered a write of this invocation before.
    pub heard: bool,
    /// Who has failed in this invocation before: one tick counts once.
    pub failed: &'a HashSet<String>,
}

impl Blame<'_> {
    /// Whether a failure of `id` counts as one more.
    pub(crate) fn counts(&self, id: &str) -> bool {
        self.is_tick && !self.failed.contains(id)
    }
}

/// Who travelled alone in a call that nobody answered.
#[derive(Debug, Default)]
pub(crate) struct Suspects(Vec<Suspect>);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspect {
    /// Index of its step.
    pub step: usize,
    /// The word for the failure.
    pub reason: &'static str,
}

impl Suspects {
    /// Notes whoever was alone in a call that was sent. One that the breaker held back tells of nobody.
    pub(crate) fn note<Kind>(&mut self, batch: &Batch<Kind>, was_sent: bool, reason: &'static str) {
        if let ([only], true) = (batch.items.as_slice(), was_sent) {
            self.add(only.step, reason);
        }
    }

    pub(crate) fn add(&mut self, step: usize, reason: &'static str) {
        self.0.push(Suspect { step, reason });
    }

    /// Those who are to blame, now that the run is over; and those of whom only what comes after it can tell.
    pub(crate) fn judge(
        self,
        silence: &Silence,
        failed_before: impl Fn(usize) -> bool,
    ) -> (Vec<Suspect>, Vec<Suspect>) {
        let is_to_blame =
            |suspect: &Suspect| silence.has_heard() || (failed_before(suspect.step) && !silence.was_complete());
        self.0.into_iter().partition(is_to_blame)
    }
}

/// The rows that say that contacts and accounts have failed once more, should Genesys answer others in this invocation.
#[derive(Debug, Default)]
pub struct InDoubt {
    /// With one failed tick more.
    pub links: Vec<LinkRow>,
    /// Of those that have then failed too often.
    pub asides: Vec<Aside>,
    /// The same for accounts.
    pub organizations: Vec<OrganizationRow>,
}

impl InDoubt {
    /// These too.
    pub fn add(&mut self, others: Self) {
        self.links.extend(others.links);
        self.asides.extend(others.asides);
        self.organizations.extend(others.organizations);
    }

    /// Something else has become of this contact since.
    pub fn forget(&mut self, salesforce_id: &str) {
        self.links.retain(|row| row.salesforce_id != salesforce_id);
        self.asides.retain(|aside| aside.source_id != salesforce_id);
    }
}

/// Says who has failed too often.
pub(crate) fn say_given_up(asides: &[Aside]) {
    let given_up = asides.iter().filter(|aside| aside.why == gave_up());
    for Aside { source_id, .. } in given_up {
        tracing::error!(salesforce_id = %source_id, "contact keeps failing in Genesys; set aside in quarantine");
    }
}

/// Why somebody is set aside whose own fault it is.
pub(crate) fn gave_up() -> Why {
    Why::Quarantine { code: "gave_up".to_owned(), field: None }
}

/// A failure that may be nobody's fault, where it meets a whole call.
pub(crate) fn is_nobodys(failure: &Failure) -> bool {
    matches!(failure, Failure::Busy { .. } | Failure::NoAnswer | Failure::OutOfTime)
}

/// Whether this contact failed in an earlier run, or was not answered: it must not take others down with it again.
pub(crate) fn travels_alone(link: Option<&LinkRow>) -> bool {
    link.is_some_and(|link| link.failed_ticks > 0 || link.state == LinkState::Sending)
}

#[cfg(test)]
mod tests {
    use platform::vendor::CallError;

    use super::*;

    fn silence(answers: &[bool]) -> Silence {
        let mut silence = Silence::after(false);
        for is_answered in answers {
            let failure = Failure::NoAnswer;
            let lost = CallError { vendor: "genesys", operation: "test", correlation_id: None, failure };
            silence.hear(&if *is_answered { Ok(()) } else { Err(lost) }, true);
        }
        silence
    }

    fn blamed(answers: &[bool], failed_before: bool) -> usize {
        let mut suspects = Suspects::default();
        suspects.add(0, "busy");
        suspects.judge(&silence(answers), |_| failed_before).0.len()
    }

    #[test]
    fn who_fails_alone_is_to_blame_when_others_are_answered() {
        assert_eq!(blamed(&[true, false], false), 1);
        assert_eq!(blamed(&[false, true], false), 1);
        assert_eq!(blamed(&[true, false, false], false), 1, "two of them, behind others");
    }

    #[test]
    fn nobody_is_to_blame_for_an_outage() {
        assert_eq!(blamed(&[false], false), 0, "nothing else was sent");
        assert_eq!(blamed(&[false, false], false), 0);
        assert_eq!(blamed(&[false, false], true), 0, "also who was to blame before");
    }

    #[test]
    fn who_was_to_blame_before_is_so_where_nothing_else_is_sent() {
        assert_eq!(blamed(&[false], true), 1);
    }
}
