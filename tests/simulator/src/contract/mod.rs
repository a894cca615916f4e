//! The vendors' published schemas, as far as they are known: what goes in and out of each operation.
//!
//! The table itself stands in `contract/*.toml`, one row per operation: the form of its query and body, the form of its
//! answers, and the topic of the vendor's documentation where that is written. It is a second description beside the
//! operations' own code, and made without looking at it. Every request is compared with it, and every answer: an
//! operation that takes what the vendor refuses, or answers what the vendor does not, is found by whoever uses it first.
//!
//! Two kinds of disagreement. *Structure*: an unknown member, a missing one, another JSON type. The vendors refuse that
//! before they look at values, so the table refuses it. *Limits*: lengths, counts, words that are not among the allowed
//! ones. Vendors refuse these with a code that depends on the field, so it is the operation's task; the table only notices
//! when it was not done.

mod check;
mod codes;
mod shape;
mod spec;
mod table;

pub(crate) use check::Violation;
pub(crate) use codes::codes;
pub(crate) use table::describe;

use crate::operations::{Kind, Operation, Vendor};
use crate::wire::{Answer, Body, Call, Pairs, Refusal};

/// A longer answer that is written already is not read again to be checked.
const TEXT_BYTES_MAX: usize = 262_144;

/// What is wrong with a request.
pub(crate) fn request(operation: &Operation, call: &Call) -> Option<Violation> {
    let row = table::row(operation.name)?;
    let violation = compared(row, call)?;
    // The items of a bulk request are judged one by one, inside a 200.
    let is_an_items_own = !violation.is_structure && violation.place.starts_with("body.entities[");
    (!is_an_items_own).then_some(violation)
}

fn compared(row: &table::Row, call: &Call) -> Option<Violation> {
    let query = row.query.iter().find_map(|query| check::pairs(query, &call.query, "query"));
    query
        .or_else(|| {
            let form = row.form.as_ref()?;
            check::pairs(form, &Pairs::parse(&call.body), "form")
        })
        .or_else(|| match (&row.request, serde_json::from_str(&call.body)) {
            (None, _) => None,
            (Some(spec), Ok(body)) => check::value(spec, &body, "body"),
            (Some(_), Err(error)) => Some(Violation::structure("body", &format!("is not JSON: {error}"))),
        })
}

/// How the vendor refuses a request of this form, where it does that before it looks at values.
pub(crate) fn refusal(operation: &Operation, violation: &Violation) -> Option<Refusal> {
    let row = table::row(operation.name)?;
    let code = row.refusal.as_deref().filter(|_| violation.is_structure)?;
    let refusal = Refusal::new(400, code, violation.to_string());
    Some(refusal.field(&violation.place, &serde_json::Value::Null))
}

/// What is wrong with an answer; `of_a_fault` says that its code is not the operation's own choice.
pub(crate) fn answer(operation: &Operation, answer: &Answer, of_a_fault: bool) -> Option<Violation> {
    let row = table::row(operation.name)?;
    if answer.headers.iter().any(|(name, _)| *name == "content-type") {
        return None; // A file, whose form is nobody's contract.
    }
    let parsed;
    let body = match &answer.body {
        Body::Json(body) => body,
        Body::Text(text) if (1..=TEXT_BYTES_MAX).contains(&text.len()) => match serde_json::from_str(text) {
            Ok(body) => {
                parsed = body;
                &parsed
            }
            Err(error) => return Some(Violation::structure("answer", &format!("is not JSON: {error}"))),
        },
        Body::Text(_) | Body::Html(_) => return None,
    };
    if answer.status == 501 {
        return None;
    }
    if answer.status >= 400 {
        let known = of_a_fault || operation.kind == Kind::Login || codes::knows(operation.vendor, answer.status, body);
        let unknown = || {
            Violation::structure("answer", &format!("has a code that the vendor does not use with {}", answer.status))
        };
        return check::value(error_form(operation, body), body, "answer").or_else(|| (!known).then(unknown));
    }
    match row.answers.get(&answer.status) {
        Some(spec) => check::value(spec, body, "answer"),
        None => Some(Violation::structure(
            "answer",
            &format!("has the status {}, which the table does not know", answer.status),
        )),
    }
}

/// At a login either vendor may answer in the form of OAuth or in its own.
fn error_form(operation: &Operation, body: &serde_json::Value) -> &'static spec::Spec {
    match operation.vendor {
        _ if operation.kind == Kind::Login && body.get("error").is_some() => &table::TABLE.login_error,
        Vendor::Genesys => &table::TABLE.genesys_error,
        Vendor::Salesforce => &table::TABLE.salesforce_error,
    }
}

#[cfg(test)]
mod tests;
