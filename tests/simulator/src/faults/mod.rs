//! Faults on request, one file each, named as an on-call engineer would call them.
//!
//! A fault is laid on requests by vendor, method, a piece of the path or the operation's name, and by call number:
//! `skip` lets the first matching calls pass, `calls` names call numbers, `count` limits how often it strikes, and
//! `probability` leaves it to chance from the rule's own `seed`. Rules are counted one by one, so that a test can ask
//! afterwards whether its fault really struck.

mod answer_lost;
mod bad_gateway_502;
mod busy;
mod clock_skew;
mod concurrent_limit;
mod connection_closed_midway;
mod duplicate_row_on_page;
mod empty_200;
mod expired_token;
mod foreign_write;
mod gateway_timeout_504;
mod html_gateway;
mod kinds;
mod late_commit;
mod partial_failure;
mod proxy_retry;
mod query_locator_gone;
mod quota_exhausted;
mod refused;
mod reordered_results;
mod reset_before;
mod rows;
mod short_page;
mod slow;
mod slow_drip;
mod stale_search_index;
mod target;
mod throttle;
mod throttle_without_retry_after;
mod token_revoked;
mod truncated_body;
mod verdict;
mod written;
mod wrong_id_answered;

use serde_json::{Value, json};

pub(crate) use foreign_write::{ForeignWrite, another};
pub(crate) use kinds::NAMES;
pub(crate) use partial_failure::PartialFailure;
pub(crate) use rows::change as change_rows;
pub(crate) use target::Line;
pub(crate) use verdict::{Bends, Delivery, Stop, Verdict};
pub(crate) use written::read as read_written;

use kinds::Fault;
use target::Target;

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
        if !self.fault.makes_sense_on(line) || !self.target.fits(line) {
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

    fn name(&self) -> String {
        json!(self.fault)["fault"].as_str().unwrap_or_default().to_owned()
    }

    /// A number that depends on the seed and on how many calls have matched, and on nothing else.
    fn draw(&self) -> u64 {
        fastrand::Rng::with_seed(self.target.seed.wrapping_add(self.matched)).u64(..)
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
            fields.clone().into_iter().partition(|(name, _)| target::NAMES.contains(&name.as_str()));
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
                verdict.names.push(rule.name());
                verdict.add(rule.fault.effect(line.vendor, rule.draw()));
            }
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::Vendor;

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

    #[test]
    fn the_names_are_the_kinds() {
        let sentence = Faults::default().add(&json!({"fault": "gremlin"})).unwrap_err();
        let known: Vec<&str> = sentence.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, NAMES);
    }

    #[test]
    fn a_fault_of_one_kind_of_request_does_not_count_others() {
        let mut faults = Faults::default();
        faults.add(&json!({"fault": "query_locator_gone"})).unwrap();
        faults.verdict(LINE);
        assert_eq!(faults.describe()[0]["matched"], 0);
    }
}
