//! Whose fault it is that a contact or an organization was not written. Pure.
//!
//! What an answer says of one of them is about that one. A call that nobody answered tells of nobody: Genesys may be
//! down, and after any number of ticks everybody is written. It may also be that one of a call makes it fail. Who was not
//! answered travels alone afterwards, and then it shows: it is to blame when Genesys answers other calls, and, once it
//! has been, also where nothing else is sent. Two in a row without an answer are nobody's fault, unless others were
//! answered: also such as come later in the invocation, so until its end they are [`InDoubt`].

use std::collections::{BTreeMap, HashSet};

use platform::aside::{Aside, Why};
use platform::link::{LinkRow, LinkState};
use platform::organization::OrganizationRow;
use platform::vendor::{CallError, Failure};

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
    /// Notes whoever was alone in a call that was sent. One that was held back tells of nobody.
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
/// Each by its Salesforce id: whoever is tried twice in an invocation has failed in one tick.
#[derive(Debug, Default)]
pub struct InDoubt {
    links: BTreeMap<String, LinkRow>,
    asides: BTreeMap<String, Aside>,
    organizations: BTreeMap<String, OrganizationRow>,
}

impl InDoubt {
    /// Contacts with one failed tick more, and those of them that have then failed too often.
    pub(crate) fn of_contacts(links: Vec<LinkRow>, asides: Vec<Aside>) -> Self {
        let links = links.into_iter().map(|row| (row.salesforce_id.clone(), row)).collect();
        let asides = asides.into_iter().map(|aside| (aside.source_id.clone(), aside)).collect();
        Self { links, asides, organizations: BTreeMap::new() }
    }

    /// Accounts with one failed tick more.
    pub(crate) fn of_accounts(rows: Vec<OrganizationRow>) -> Self {
        let organizations = rows.into_iter().map(|row| (row.account_id.clone(), row)).collect();
        Self { organizations, ..Self::default() }
    }

    /// These too. Of one that is in doubt already, the row stays that counts this tick: the first, but for a list of ids
    /// before it.
    pub(crate) fn add(&mut self, others: Self) {
        add_more(&mut self.links, others.links, |row| row.failed_ticks);
        add_more(&mut self.asides, others.asides, |_| 0);
        add_more(&mut self.organizations, others.organizations, |row| row.failed_ticks);
    }

    /// Something else has become of this contact or account since.
    pub(crate) fn forget(&mut self, salesforce_id: &str) {
        self.links.remove(salesforce_id);
        self.asides.remove(salesforce_id);
        self.organizations.remove(salesforce_id);
    }

    /// The rows to write: contacts, those who are set aside, accounts.
    pub(crate) fn into_rows(self) -> (Vec<LinkRow>, Vec<Aside>, Vec<OrganizationRow>) {
        (
            self.links.into_values().collect(),
            self.asides.into_values().collect(),
            self.organizations.into_values().collect(),
        )
    }
}

fn add_more<T>(known: &mut BTreeMap<String, T>, others: BTreeMap<String, T>, ticks: impl Fn(&T) -> u32) {
    for (id, other) in others {
        if known.get(&id).is_none_or(|known| ticks(known) < ticks(&other)) {
            known.insert(id, other);
        }
    }
}

/// Whether a call was sent, and not held back.
pub(crate) fn was_sent<T>(answer: &Result<T, CallError>) -> bool {
    answer.as_ref().err().is_none_or(|error| error.was_sent)
}

/// Whether the lease held a call back: it ran short while the call waited for its turn, and nobody renewed it
/// meanwhile. Under a renewed one it is sent.
pub(crate) fn lease_ran_short<T>(answer: &Result<T, CallError>) -> bool {
    answer.as_ref().is_err_and(|error| !error.was_sent && error.failure == Failure::OutOfTime)
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

/// In how many ticks this contact has failed, if it travels alone: it failed in an earlier run, or was not answered, and must
/// not take others down with it again.
pub(crate) fn failures(link: Option<&LinkRow>) -> Option<u32> {
    let link = link?;
    (link.failed_ticks > 0 || link.state == LinkState::Sending).then_some(link.failed_ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(answers: &[bool]) -> Silence {
        let mut silence = Silence::after(false);
        for is_answered in answers {
            let (vendor, operation, failure) = ("genesys", "test", Failure::NoAnswer);
            let lost = CallError { vendor, operation, correlation_id: None, was_sent: true, failure };
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
    fn who_is_tried_twice_in_an_invocation_has_failed_once() {
        let row = |failed_ticks| OrganizationRow {
            account_id: "001".to_owned(),
            genesys_id: None,
            digests: BTreeMap::new(),
            digest_key_id: String::new(),
            state: LinkState::Sending,
            map_version: String::new(),
            failed_ticks,
            refused: None,
        };
        for (first, second) in [(1, 0), (0, 1)] {
            let mut in_doubt = InDoubt::of_accounts(vec![row(first)]);
            in_doubt.add(InDoubt::of_accounts(vec![row(second)]));
            let (.., rows) = in_doubt.into_rows();
            assert_eq!(rows.iter().map(|row| row.failed_ticks).collect::<Vec<_>>(), [1]);
        }
    }

    #[test]
    fn who_was_to_blame_before_is_so_where_nothing_else_is_sent() {
        assert_eq!(blamed(&[false], true), 1);
    }
}
