//! Faults on request, one file each, named as an on-call engineer would call them.
//!
//! A fault is laid on requests by vendor, method, a piece of the path or the operation's name, and by call number:
//! `skip` lets the first matching calls pass, `calls` names call numbers, `count` limits how often it strikes, and
//! `probability` leaves it to chance from the rule's own `seed`. Rules are counted one by one, so that a test can ask
//! afterwards whether its fault really struck.

mod answer_lost;
mod busy;
mod foreign_write;
mod html_gateway;
mod partial_failure;
mod refused;
mod reset_before;
mod short_page;
mod slow;
mod throttle;
mod token_revoked;
mod wrong_id_answered;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use foreign_write::{ForeignWrite, another};
pub(crate) use partial_failure::PartialFailure;

use crate::connection::Ending;
use crate::operations::Vendor;
use crate::wire::{Answer, Refusal};

/// The kinds of fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
enum Fault {
    Throttle(throttle::Throttle),
    Busy(busy::Busy),
    Refused(refused::Refused),
    ResetBefore(reset_before::ResetBefore),
    AnswerLost(answer_lost::AnswerLost),
    Slow(slow::Slow),
    TokenRevoked(token_revoked::TokenRevoked),
    HtmlGateway(html_gateway::HtmlGateway),
    PartialFailure(PartialFailure),
    WrongIdAnswered(wrong_id_answered::WrongIdAnswered),
    ForeignWrite(ForeignWrite),
    ShortPage(short_page::ShortPage),
}

/// What a fault does to one request.
#[derive(Debug)]
enum Effect {
    /// The request waits before anything is done.
    Wait(Duration),
    /// The caller's token dies first.
    RevokeToken,
    /// The connection ends, nothing is done.
    CutBefore(Ending),
    /// The vendor says no, nothing is done.
    Refuse(Refusal),
    /// An answer that is not the vendor's, nothing is done.
    Answer(Answer),
    /// Chosen items of a bulk request fail.
    FailItems(PartialFailure),
    /// An enrich names another contact than the one it wrote.
    AnswerWrongId,
    /// Somebody else writes the same object first.
    ChangeBehind(ForeignWrite),
    /// A listing leaves out the last one of a page.
    ShortenPage,
    /// Everything is done, then the connection ends.
    CutAfter(Ending),
}

impl Fault {
    fn effect(&self) -> Effect {
        match self {
            Self::Throttle(fault) => fault.effect(),
            Self::Busy(fault) => fault.effect(),
            Self::Refused(fault) => fault.effect(),
            Self::ResetBefore(fault) => fault.effect(),
            Self::AnswerLost(fault) => fault.effect(),
            Self::Slow(fault) => fault.effect(),
            Self::TokenRevoked(fault) => fault.effect(),
            Self::HtmlGateway(fault) => fault.effect(),
            Self::PartialFailure(fault) => fault.effect(),
            Self::WrongIdAnswered(fault) => fault.effect(),
            Self::ForeignWrite(fault) => fault.effect(),
            Self::ShortPage(fault) => fault.effect(),
        }
    }
}

/// On which requests a fault strikes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Target {
    vendor: Option<Vendor>,
    method: Option<String>,
    /// A piece of the path.
    path: Option<String>,
    operation: Option<String>,
    /// Matching calls that pass first.
    skip: u64,
    /// Numbers of matching calls, from 1; empty for all.
    calls: Vec<u64>,
    /// How often it strikes; absent for always.
    count: Option<u64>,
    /// The share of calls it strikes.
    probability: Option<f64>,
    seed: u64,
}

const TARGET_NAMES: [&str; 9] =
    ["vendor", "method", "path", "operation", "skip", "calls", "count", "probability", "seed"];

/// The request line a rule is compared with.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) vendor: Vendor,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) operation: &'a str,
}

impl Target {
    fn fits(&self, line: Line<'_>) -> bool {
        self.vendor.is_none_or(|vendor| vendor == line.vendor)
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(line.method))
            && self.path.as_ref().is_none_or(|piece| line.path.contains(piece))
            && self.operation.as_ref().is_none_or(|name| name == line.operation)
    }
}

struct Rule {
    id: u64,
    fault: Fault,
    target: Target,
    chance: fastrand::Rng,
    matched: u64,
    struck: u64,
}

impl Rule {
    /// Counts a matching request, and says whether the fault strikes it.
    fn strikes(&mut self, line: Line<'_>) -> bool {
        if !self.target.fits(line) {
            return false;
        }
        self.matched += 1;
        let by_number = self.matched > self.target.skip
            && (self.target.calls.is_empty() || self.target.calls.contains(&self.matched));
        let exhausted = self.target.count.is_some_and(|count| self.struck >= count);
        // The draw is made for every matching request, so that a seed means the same with any `skip` and `count`.
        let drawn = self.target.probability.is_none_or(|share| self.chance.f64() < share);
        let strikes = by_number && !exhausted && drawn;
        self.struck += u64::from(strikes);
        strikes
    }

    fn describe(&self) -> Value {
        let mut text = json!({"id": self.id, "matched": self.matched, "struck": self.struck, "target": self.target});
        text["rule"] = json!(self.fault);
        text
    }
}

/// All active rules.
#[derive(Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    last: u64,
}

impl Faults {
    /// Adds a rule from its JSON form and returns its id.
    ///
    /// # Errors
    /// A sentence when the fault or one of its settings does not exist.
    pub(crate) fn add(&mut self, rule: &Value) -> Result<u64, String> {
        let Value::Object(fields) = rule else {
            return Err("a fault is a JSON object with the name \"fault\"".to_owned());
        };
        let (target, fault): (serde_json::Map<_, _>, serde_json::Map<_, _>) =
            fields.clone().into_iter().partition(|(name, _)| TARGET_NAMES.contains(&name.as_str()));
        let target: Target = serde_json::from_value(Value::Object(target)).map_err(|error| error.to_string())?;
        let fault = serde_json::from_value(Value::Object(fault)).map_err(|error| error.to_string())?;
        self.last += 1;
        let chance = fastrand::Rng::with_seed(target.seed);
        self.rules.push(Rule { id: self.last, fault, target, chance, matched: 0, struck: 0 });
        Ok(self.last)
    }

    pub(crate) fn describe(&self) -> Vec<Value> {
        self.rules.iter().map(Rule::describe).collect()
    }

    /// Removes one rule; false when there is none with this id.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What the active faults do to this request.
    pub(crate) fn verdict(&mut self, line: Line<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        for rule in &mut self.rules {
            if rule.strikes(line) {
                verdict.add(rule.fault.effect());
            }
        }
        verdict
    }
}

/// How a request ends when a fault stops it before it is done.
#[derive(Debug)]
pub(crate) enum Stop {
    Cut(Ending),
    Refuse(Refusal),
    Answer(Answer),
}

/// What faults change inside an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bends {
    pub(crate) failing: Vec<PartialFailure>,
    pub(crate) wrong_id: bool,
    pub(crate) foreign_write: Option<ForeignWrite>,
    pub(crate) short_page: bool,
}

/// Everything that faults do to one request.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) wait: Duration,
    pub(crate) revoke_token: bool,
    pub(crate) stop: Option<Stop>,
    pub(crate) bends: Bends,
    pub(crate) cut_after: Option<Ending>,
}

impl Verdict {
    /// The first fault that stops a request wins.
    fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Wait(length) => self.wait += length,
            Effect::RevokeToken => self.revoke_token = true,
            Effect::CutBefore(ending) => self.stop_with(Stop::Cut(ending)),
            Effect::Refuse(refusal) => self.stop_with(Stop::Refuse(refusal)),
            Effect::Answer(answer) => self.stop_with(Stop::Answer(answer)),
            Effect::FailItems(fault) => self.bends.failing.push(fault),
            Effect::AnswerWrongId => self.bends.wrong_id = true,
            Effect::ChangeBehind(fault) => self.bends.foreign_write = Some(fault),
            Effect::ShortenPage => self.bends.short_page = true,
            Effect::CutAfter(ending) => self.cut_after = Some(ending),
        }
    }

    fn stop_with(&mut self, stop: Stop) {
        self.stop.get_or_insert(stop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Line<'_> =
        Line { vendor: Vendor::Genesys, method: "POST", path: "/api/v2/x", operation: "contacts_bulk_add" };

    fn strikes(rule: &Value, calls: usize) -> Vec<bool> {
        let mut faults = Faults::default();
        faults.add(rule).unwrap();
        (0..calls).map(|_| faults.verdict(LINE).stop.is_some()).collect()
    }

    #[test]
    fn call_numbers_decide() {
        assert_eq!(strikes(&json!({"fault": "busy", "calls": [2]}), 3), [false, true, false]);
        assert_eq!(strikes(&json!({"fault": "busy", "skip": 1, "count": 1}), 3), [false, true, false]);
        assert_eq!(strikes(&json!({"fault": "busy", "vendor": "salesforce"}), 1), [false]);
    }

    #[test]
    fn chance_repeats_with_the_seed() {
        let rule = json!({"fault": "reset_before", "probability": 0.5, "seed": 7});
        let first = strikes(&rule, 40);
        assert_eq!(first, strikes(&rule, 40));
        assert!(first.contains(&true) && first.contains(&false));
    }

    #[test]
    fn unknown_names_are_refused() {
        let mut faults = Faults::default();
        assert!(faults.add(&json!({"fault": "gremlin"})).unwrap_err().contains("gremlin"));
        assert!(faults.add(&json!({"fault": "slow", "hours": 1})).unwrap_err().contains("hours"));
    }
}
