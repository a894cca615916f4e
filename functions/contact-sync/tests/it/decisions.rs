//! What a person's word about a contact that was set aside does to the plan.

use contact_sync::plan::{Action, Read, Standing, plan, standing};
use platform::aside::{Answer, Aside, Why};
use serde_json::json;

use crate::desk::{genesys, id, planned, read, settled, source};

const NUMBER: &str = "+15125550100";

fn in_review(n: u32, hash: &str, answer: Option<Answer>) -> Aside {
    let why = Why::Review { candidates: vec!["a".to_owned(), "b".to_owned()], reason: "ambiguous".to_owned() };
    Aside { source_id: id(n), hash: hash.to_owned(), since: 0, why, answer }
}

/// Two contacts that share a number, and the two Genesys contacts that have it; `answers` are about them in order.
fn two_people(answers: &[Option<Answer>]) -> Read {
    let sources = vec![source(1, json!({"Phone": NUMBER})), source(2, json!({"Phone": NUMBER}))];
    let there = [genesys("a", None, Some(NUMBER), None), genesys("b", None, Some(NUMBER), None)];
    let mut reading = read(sources.clone(), vec![], &there);
    for (number, (source, answer)) in (1..).zip(sources.iter().zip(answers)) {
        reading.asides.insert(id(number), in_review(number, &source.hash, answer.clone()));
    }
    reading
}

fn chosen(candidate: &str) -> Option<Answer> {
    Some(Answer::Candidate(candidate.to_owned()))
}

#[test]
fn t07_who_was_chosen_is_adopted_and_the_others_go_on_waiting() {
    let mut reading = two_people(&[chosen("b"), None]);
    reading.candidates.may_choose("b".to_owned());
    assert_eq!(planned(&reading), ["adopt", "wait_in_review"]);
    let steps = plan(&reading);
    assert_eq!(steps[0].action, Action::Adopt { id: "b".to_owned() });
    assert_eq!(steps[0].difference.names(), ["lastName", "workPhone"], "all fields: nothing was agreed with this one");
}

#[test]
fn a_contact_that_a_person_chose_is_nobody_elses_in_the_same_plan() {
    let mut reading = two_people(&[chosen("a"), chosen("a")]);
    reading.candidates.may_choose("a".to_owned());
    assert_eq!(planned(&reading), ["adopt", "review a"], "chosen twice, the second one waits again");

    let mut reading = two_people(&[chosen("a")]);
    reading.candidates.may_choose("a".to_owned());
    assert_eq!(planned(&reading), ["adopt", "review a b"], "and who was not set aside before does not get it");
}

#[test]
fn a_choice_that_is_no_longer_possible_goes_back_to_review_with_its_reason() {
    let reasons = |reading: &Read| -> Vec<&'static str> {
        let of_review = |action| if let Action::Review { reason, .. } = action { reason } else { "" };
        plan(reading).into_iter().map(|step| of_review(step.action)).collect()
    };
    assert_eq!(reasons(&two_people(&[chosen("gone"), None])), ["candidate_taken", ""]);
    let mut reading = two_people(&[chosen("a"), None]);
    reading.candidates.may_choose("a".to_owned());
    reading.candidates.take_in(&genesys("c", None, None, Some(&id(1))), Some(crate::desk::OUR_SOURCE), false);
    assert_eq!(reasons(&reading), ["external_id_elsewhere", ""]);
}

/// The run that carried a decision out was killed before it could note so: the contact is found by its external id.
#[test]
fn a_decision_that_was_carried_out_already_is_not_carried_out_again() {
    for answer in [chosen("a"), Some(Answer::New)] {
        let mut reading = two_people(&[answer, None]);
        reading.candidates.take_in(
            &genesys("a", None, Some(NUMBER), Some(&id(1))),
            Some(crate::desk::OUR_SOURCE),
            false,
        );
        assert_eq!(planned(&reading)[0], "link a by ExternalId");
    }
}

#[test]
fn a_new_contact_is_made_where_a_person_says_so() {
    assert_eq!(planned(&two_people(&[Some(Answer::New), None])), ["create", "wait_in_review"]);
}

#[test]
fn a_released_contact_takes_the_ordinary_path_and_one_in_order_is_kept() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let why = Why::Quarantine { code: "validation.failed".to_owned(), field: None };
    let aside = |answer| Aside { source_id: id(1), hash: contact.hash.clone(), since: 0, why: why.clone(), answer };
    assert_eq!(standing(&contact, None, Some(&aside(None))), Standing::Quiet);
    assert_eq!(standing(&contact, None, Some(&aside(Some(Answer::Release)))), Standing::Unlinked);

    let mut reading = read(vec![contact.clone()], vec![settled(&contact, "g")], &[]);
    reading.asides.insert(id(1), aside(Some(Answer::Release)));
    assert_eq!(planned(&reading), ["keep"]);
}
