//! What a person can do about a contact that is set aside: one sentence for each code. Pure.

use platform::aside::{Answer, Kind};

use super::waiting::Waiting;

/// What to do, or what will happen by itself.
pub fn advice(waiting: &Waiting) -> String {
    match (&waiting.answer, waiting.list) {
        (Some(Answer::Release), _) => "It is released: the next run tries it.".to_owned(),
        (Some(Answer::New), _) => "It is decided, a new contact: the next run makes it.".to_owned(),
        (Some(Answer::Candidate(id)), _) => format!("It is decided, contact {id}: the next run links it."),
        (None, Kind::Quarantine) => quarantined(waiting),
        (None, Kind::Review) => in_review(waiting),
    }
}

fn quarantined(waiting: &Waiting) -> String {
    let id = &waiting.salesforce_id;
    let value = waiting.field.as_ref().map_or_else(|| "a value".to_owned(), |field| format!("the value of {field}"));
    match waiting.code.as_str() {
        "gave_up" => format!(
            "It failed in too many runs in a row. The log says why (search for {id}); when the cause is gone: make release ID={id}"
        ),
        "validation.failed" => {
            format!("Genesys refuses {value}. Correct it in Salesforce; the next run takes it up by itself.")
        }
        "custom.fields.validation.failed" => format!(
            "Genesys refuses {value}: it does not fit the schema. Correct it in Salesforce, or the schema in Genesys and then: make release ID={id}"
        ),
        "invalid.division.id" | "missing.division.permissions" | "missing.any.division.permissions" => format!(
            "The OAuth client may not write contacts of that division. Give its role the division in Genesys, then: make release ID={id}"
        ),
        _ => format!(
            "Genesys refuses it. Correct it in Salesforce and the next run takes it up by itself; if the cause was in Genesys: make release ID={id}"
        ),
    }
}

fn in_review(waiting: &Waiting) -> String {
    let id = &waiting.salesforce_id;
    let decide = format!("make decide ID={id} CANDIDATE=<one of them>, or CANDIDATE=new");
    match waiting.code.as_str() {
        "ambiguous" => format!("Either several Genesys contacts may be it, or one may be several. Decide: {decide}"),
        "wrong_contact_answered" => {
            format!(
                "Genesys wrote the second contact when it was told to write the first. Look at both, then: {decide}"
            )
        }
        "candidate_taken" => {
            format!("The contact that was chosen is gone or belongs to somebody else by now. Decide again: {decide}")
        }
        "shared_contact" => format!(
            "Another Salesforce contact has come to the same Genesys contact. Merge the two in Salesforce, or: {decide}"
        ),
        "external_id_elsewhere" => format!(
            "The second contact carries this one's external id, and the first was chosen. Take the id off in Genesys, or: {decide}"
        ),
        _ => format!("Look at the contacts in Genesys, then: {decide}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::waiting::tests::{quarantined, reviewed};

    #[test]
    fn each_code_says_what_to_do_and_each_answer_what_will_happen() {
        for code in
            ["gave_up", "validation.failed", "custom.fields.validation.failed", "invalid.division.id", "whatever"]
        {
            let text = advice(&quarantined(code));
            assert!(text.contains("make release ID=003") || text.contains("by itself"), "{code}: {text}");
        }
        for code in [
            "ambiguous",
            "wrong_contact_answered",
            "candidate_taken",
            "shared_contact",
            "external_id_elsewhere",
            "whatever",
        ] {
            assert!(advice(&reviewed(code)).contains("CANDIDATE=new"), "{code}");
        }
        let released = Waiting { answer: Some(Answer::Release), ..quarantined("gave_up") };
        assert_eq!(advice(&released), "It is released: the next run tries it.");
        let decided = Waiting { answer: Some(Answer::Candidate("g1".to_owned())), ..reviewed("ambiguous") };
        assert!(advice(&decided).contains("contact g1"));
    }
}
