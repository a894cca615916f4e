//! What a person asks of the sync, and what a person decides for it.
//!
//! Questions read and write nothing. A release or a decision is noted on the contact's row, under the job's lock and with an
//! audit line before it; the next run carries it out on the ordinary path. A wish that cannot be fulfilled is an answer with
//! `error` and never a failed run: nobody is to be woken by a mistyped id.

pub mod advice;
pub mod waiting;
pub mod words;

use std::collections::HashMap;
use std::time::Duration;

use platform::aside::{Answer, Aside, Kind, Why};
use platform::audit::AuditLine;
use platform::deadline::Deadline;
use platform::lock::Held;
use serde_json::{Value, json};

use crate::NAME;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::health::{RUNS, health};
use crate::trigger::{ByHand, Choice, Listing};
use waiting::Waiting;
use words::counted;

/// More runs than count are read, since those that did nothing are left out.
const RUNS_READ: usize = 3 * RUNS;

impl ContactSync {
    /// Answers `wish` with an object whose `text` has lines for a person.
    ///
    /// # Errors
    /// [`JobError`]: something did not answer. What cannot be fulfilled is no error.
    pub(crate) async fn by_hand(&self, wish: &ByHand, run_id: &str, deadline: Deadline) -> Result<Value, JobError> {
        match wish {
            ByHand::Show(Listing::Quarantine) => self.show(Kind::Quarantine).await,
            ByHand::Show(Listing::Review) => self.show(Kind::Review).await,
            ByHand::Show(Listing::Health) => self.show_health().await,
            ByHand::Release(id) => self.answer(id.as_str(), &Answer::Release, run_id).await,
            ByHand::Decide { id, choice } => {
                let answer = match choice {
                    Choice::New => Answer::New,
                    Choice::Candidate(candidate) => Answer::Candidate(candidate.clone()),
                };
                self.answer(id.as_str(), &answer, run_id).await
            }
            ByHand::Explain(asked) => self.explain(asked, deadline).await,
            ByHand::Digest => self.digest_now(run_id, deadline).await,
        }
    }

    async fn show(&self, kind: Kind) -> Result<Value, JobError> {
        let waiting = self.waiting(kind).await?;
        let (now, zone) = (self.platform.clock.now(), &self.zone);
        let list = list_name(kind);
        let head = match waiting.len() {
            0 => format!("Nothing is in {list}."),
            count => format!("{} in {list}, oldest first:", counted(count, "contact", "contacts")),
        };
        let lines = waiting.iter().flat_map(|waiting| std::iter::once(String::new()).chain(waiting.lines(now, zone)));
        let text: Vec<String> = std::iter::once(head).chain(lines).collect();
        let contacts: Vec<Value> = waiting.iter().map(|waiting| waiting.json(now)).collect();
        Ok(json!({ "show": list, "count": contacts.len(), "contacts": contacts, "text": text }))
    }

    /// Everything on one list, oldest first.
    pub(crate) async fn waiting(&self, kind: Kind) -> Result<Vec<Waiting>, JobError> {
        let mut asides: Vec<Aside> = self.asides.list().await?.into_values().collect();
        asides.retain(|aside| aside.why.kind() == kind);
        let candidates: Vec<String> = asides.iter().flat_map(candidates).cloned().collect();
        let peers = self.links.peers(&candidates).await?;
        let mut waiting: Vec<Waiting> = asides.iter().map(|aside| Waiting::of(aside, &peers)).collect();
        waiting.sort_by(|one, other| (one.since, &one.salesforce_id).cmp(&(other.since, &other.salesforce_id)));
        Ok(waiting)
    }

    async fn show_health(&self) -> Result<Value, JobError> {
        let runs = self.platform.history.latest(NAME, RUNS_READ).await?;
        let health = health(&runs);
        let text = health.map_or_else(|| "There was no run yet.".to_owned(), |health| health.line());
        let (score, errors, seconds) = (
            health.map(|health| health.score),
            health.map(|health| health.errors),
            health.map(|health| health.seconds),
        );
        let runs = health.map_or(0, |health| health.runs);
        Ok(json!({
            "show": "health", "score": score, "runs": runs, "errors_a_run": errors, "seconds_a_run": seconds, "text": [text],
        }))
    }

    /// Notes what a person says about a contact that is set aside.
    async fn answer(&self, id: &str, answer: &Answer, run_id: &str) -> Result<Value, JobError> {
        let lease = Duration::from_secs(self.config.lease_seconds.into());
        let Some(held) = self.locks.try_hold(NAME, lease).await? else {
            return Ok(refusal(
                "busy",
                "A run is at work and holds the lock. Nothing was noted; try again in a minute.",
            ));
        };
        let noted = self.note_answer(id, answer, run_id, &held).await;
        let released = held.release().await;
        let noted = noted?;
        released?;
        Ok(noted)
    }

    async fn note_answer(&self, id: &str, answer: &Answer, run_id: &str, held: &Held) -> Result<Value, JobError> {
        let asides = self.asides.list().await?;
        let aside = asides.get(id);
        let peers = match answer {
            Answer::Candidate(candidate) => self.links.peers(std::slice::from_ref(candidate)).await?,
            _ => HashMap::new(),
        };
        let aside = match allowed(id, aside, answer, &peers) {
            Ok(aside) => aside,
            Err(refused) => return Ok(refused),
        };
        let mut audit = self.platform.audit.open(run_id);
        audit.line(&AuditLine {
            subject: id.to_owned(),
            action: action(answer),
            fields: Vec::new(),
            why: format!("by hand: {}", in_words(answer)).into(),
        });
        audit.flush().await?;
        self.asides.put(&[Aside { answer: Some(answer.clone()), ..aside.clone() }], held.fence()).await?;
        tracing::info!(salesforce_id = id, action = action(answer), "noted what a person decided");
        let text = format!("{id}: {}. The next run carries it out.", in_words(answer));
        Ok(json!({ "salesforce_id": id, "noted": action(answer), "text": [text] }))
    }
}

/// The row that may be answered so; else what is wrong with the wish.
fn allowed<'a>(
    id: &str,
    aside: Option<&'a Aside>,
    answer: &Answer,
    peers: &HashMap<String, String>,
) -> Result<&'a Aside, Value> {
    let Some(aside) = aside else {
        let text =
            format!("{id} is neither in quarantine nor in review. make explain ID={id} tells what is known of it.");
        return Err(refusal("not_set_aside", &text));
    };
    match (answer, &aside.why) {
        (Answer::Release, Why::Quarantine { .. }) | (Answer::New, Why::Review { .. }) => Ok(aside),
        (Answer::Release, Why::Review { .. }) => {
            let text = format!(
                "{id} is in review: say who it is, make decide ID={id} CANDIDATE=<one of them>, or CANDIDATE=new."
            );
            Err(refusal("in_review", &text))
        }
        (_, Why::Quarantine { .. }) => {
            let text =
                format!("{id} is in quarantine: there is nothing to decide, make release ID={id} tries it again.");
            Err(refusal("in_quarantine", &text))
        }
        (Answer::Candidate(chosen), Why::Review { candidates, .. }) => {
            if !candidates.contains(chosen) {
                let text = format!("{chosen} is not among the candidates of {id}: {}, or new.", candidates.join(", "));
                return Err(refusal("not_a_candidate", &text));
            }
            match peers.get(chosen).filter(|linked| *linked != id) {
                Some(linked) => {
                    let text = format!("{chosen} is linked with {linked} by now: choose another one, or new.");
                    Err(refusal("candidate_taken", &text))
                }
                None => Ok(aside),
            }
        }
    }
}

/// An answer to a wish that cannot be fulfilled.
pub(crate) fn refusal(code: &str, text: &str) -> Value {
    json!({ "error": code, "text": [text] })
}

pub(crate) fn candidates(aside: &Aside) -> &[String] {
    match &aside.why {
        Why::Review { candidates, .. } => candidates,
        Why::Quarantine { .. } => &[],
    }
}

/// A list's name in payloads and answers.
pub(crate) fn list_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Quarantine => "quarantine",
        Kind::Review => "review",
    }
}

fn action(answer: &Answer) -> &'static str {
    match answer {
        Answer::Release => "release",
        Answer::Candidate(_) | Answer::New => "decide",
    }
}

fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Release => "released from quarantine".to_owned(),
        Answer::Candidate(id) => format!("it is contact {id}"),
        Answer::New => "it is a new contact".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "003000000000001AAA";
    const OTHER: &str = "003000000000002AAA";

    fn aside(why: Why) -> Aside {
        Aside { source_id: ID.to_owned(), hash: "h".to_owned(), since: 0, why, answer: None }
    }

    fn quarantined() -> Aside {
        aside(Why::Quarantine { code: "validation.failed".to_owned(), field: None })
    }

    fn reviewed() -> Aside {
        aside(Why::Review { candidates: vec!["g1".to_owned(), "g2".to_owned()], reason: "ambiguous".to_owned() })
    }

    fn refused(aside: Option<&Aside>, answer: &Answer, peers: &[(&str, &str)]) -> String {
        let peers = peers.iter().map(|(id, other)| ((*id).to_owned(), (*other).to_owned())).collect();
        allowed(ID, aside, answer, &peers)
            .err()
            .map(|refused| refused["error"].as_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    #[test]
    fn only_what_is_set_aside_can_be_answered_and_only_by_what_fits() {
        let candidate = |id: &str| Answer::Candidate(id.to_owned());
        let (quarantined, reviewed) = (quarantined(), reviewed());
        for (aside, answer, error) in [
            (None, Answer::Release, "not_set_aside"),
            (None, Answer::New, "not_set_aside"),
            (Some(&quarantined), Answer::Release, ""),
            (Some(&quarantined), Answer::New, "in_quarantine"),
            (Some(&quarantined), candidate("g1"), "in_quarantine"),
            (Some(&reviewed), Answer::Release, "in_review"),
            (Some(&reviewed), Answer::New, ""),
            (Some(&reviewed), candidate("g1"), ""),
            (Some(&reviewed), candidate("g3"), "not_a_candidate"),
        ] {
            assert_eq!(refused(aside, &answer, &[]), error, "{answer:?}");
        }
        assert_eq!(refused(Some(&reviewed), &candidate("g1"), &[("g1", OTHER)]), "candidate_taken");
        assert_eq!(refused(Some(&reviewed), &candidate("g1"), &[("g1", ID)]), "", "its own link is no obstacle");
    }
}
