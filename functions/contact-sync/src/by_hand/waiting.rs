//! A contact that is set aside, as people are shown it. Pure.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::aside::{Answer, Aside, Kind, Why};
use serde_json::{Value, json};

use super::advice::advice;
use super::words::{how_long, moment};

/// A contact in quarantine or review.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Its Salesforce id.
    pub salesforce_id: String,
    /// On which list.
    pub list: Kind,
    /// Why, in a word.
    pub code: String,
    /// The field that is refused, where it is known.
    pub field: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// The Genesys contacts in question.
    pub candidates: Vec<Candidate>,
    /// What a person has said about it.
    pub answer: Option<Answer>,
}

/// A Genesys contact in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub genesys_id: String,
    /// The Salesforce contact that it is linked with by now.
    pub taken_by: Option<String>,
}

impl Waiting {
    /// The contact of a row. `peers`: which Genesys contacts are linked, and with whom.
    pub fn of(aside: &Aside, peers: &HashMap<String, String>) -> Self {
        let (code, field, candidates) = match &aside.why {
            Why::Quarantine { code, field } => (code.clone(), field.clone(), Vec::new()),
            Why::Review { candidates, reason } => (reason.clone(), None, candidates.clone()),
        };
        let candidate = |genesys_id: String| Candidate { taken_by: peers.get(&genesys_id).cloned(), genesys_id };
        Self {
            salesforce_id: aside.source_id.clone(),
            list: aside.why.kind(),
            code,
            field,
            since: Timestamp::from_millisecond(aside.since).unwrap_or_default(),
            candidates: candidates.into_iter().map(candidate).collect(),
            answer: aside.answer.clone(),
        }
    }

    /// Why, with the field.
    pub fn reason(&self) -> String {
        match &self.field {
            Some(field) => format!("{} ({field})", self.code),
            None => self.code.clone(),
        }
    }

    /// For programs.
    pub fn json(&self, now: Timestamp) -> Value {
        let candidate =
            |candidate: &Candidate| json!({ "genesys_id": candidate.genesys_id, "linked_with": candidate.taken_by });
        let answer = self.answer.as_ref().map(|answer| match answer {
            Answer::Release => "released",
            Answer::Candidate(id) => id.as_str(),
            Answer::New => "new",
        });
        json!({
            "salesforce_id": self.salesforce_id,
            "code": self.code,
            "field": self.field,
            "since": format!("{:.0}", self.since),
            "seconds": now.duration_since(self.since).as_secs().max(0),
            "candidates": self.candidates.iter().map(candidate).collect::<Vec<_>>(),
            "answer": answer,
            "what_to_do": advice(self),
        })
    }

    /// For people, a few lines.
    pub fn lines(&self, now: Timestamp, zone: &TimeZone) -> Vec<String> {
        let since = format!("since {}, {}", moment(self.since, zone), how_long(self.since, now));
        let head = format!("{}  {}  {since}", self.salesforce_id, self.reason());
        let candidates = self.candidates.iter().map(|candidate| format!("  candidate {}", candidate.line()));
        std::iter::once(head).chain(candidates).chain([format!("  {}", advice(self))]).collect()
    }
}

impl Candidate {
    /// Its id, and with whom it is linked.
    pub fn line(&self) -> String {
        match &self.taken_by {
            Some(other) => format!("{} (linked with {other} by now)", self.genesys_id),
            None => self.genesys_id.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const ID: &str = "003000000000001AAA";

    pub(crate) fn quarantined(code: &str) -> Waiting {
        let why = Why::Quarantine { code: code.to_owned(), field: Some("workPhone".to_owned()) };
        Waiting::of(&aside(why), &HashMap::new())
    }

    pub(crate) fn reviewed(code: &str) -> Waiting {
        let why = Why::Review { candidates: vec!["g1".to_owned(), "g2".to_owned()], reason: code.to_owned() };
        Waiting::of(&aside(why), &HashMap::from([("g2".to_owned(), "003000000000002AAA".to_owned())]))
    }

    fn aside(why: Why) -> Aside {
        Aside { source_id: ID.to_owned(), hash: "h".to_owned(), since: 1_773_475_200_000, why, answer: None }
    }

    fn now() -> Timestamp {
        "2026-03-16T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_contact_is_shown_with_reason_age_and_what_to_do() {
        let lines = quarantined("validation.failed").lines(now(), &TimeZone::UTC);
        assert_eq!(
            lines,
            [
                "003000000000001AAA  validation.failed (workPhone)  since 2026-03-14 08:00, 2 days",
                "  Genesys refuses the value of workPhone. Correct it in Salesforce; the next run takes it up by itself."
            ]
        );
    }

    #[test]
    fn candidates_that_somebody_else_has_by_now_say_so() {
        let lines = reviewed("ambiguous").lines(now(), &TimeZone::UTC).join("\n");
        assert!(lines.contains("  candidate g1\n  candidate g2 (linked with 003000000000002AAA by now)"), "{lines}");
        let json = reviewed("ambiguous").json(now());
        assert_eq!(
            (&json["candidates"][1]["linked_with"], &json["seconds"]),
            (&json!("003000000000002AAA"), &json!(176_400))
        );
    }
}
