//! Changes to the rows of an answer, wherever an answer has rows.

use serde_json::{Value, json};

use super::verdict::RowChange;

/// Changes the rows of a body; a body without rows stays as it is.
pub(crate) fn change(body: &mut Value, change: RowChange) {
    let Some(rows) = rows(body) else {
        return;
    };
    match change {
        RowChange::RepeatLast => rows.extend(rows.last().cloned()),
        RowChange::Reorder(draw) => fastrand::Rng::with_seed(draw).shuffle(rows),
    }
    count_errors(body);
}

/// The rows of a listing, a query, a bulk answer, or an answer that is a list itself.
fn rows(body: &mut Value) -> Option<&mut Vec<Value>> {
    match body {
        Value::Array(rows) => Some(rows),
        Value::Object(members) => {
            let name = ["entities", "records", "results"].into_iter().find(|name| members.contains_key(*name))?;
            members.get_mut(name)?.as_array_mut()
        }
        _ => None,
    }
}

/// A bulk answer says where its failures stand; that stays true.
fn count_errors(body: &mut Value) {
    let Some(results) = body.get("errorIndexes").and(body.get("results")).and_then(Value::as_array) else {
        return;
    };
    let failed = |(place, result): (usize, &Value)| (result["success"] == false).then_some(place);
    let places: Vec<usize> = results.iter().enumerate().filter_map(failed).collect();
    body["errorCount"] = json!(places.len());
    body["errorIndexes"] = json!(places);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_decides_the_order_and_failures_are_pointed_at() {
        let ok = |id: u32| json!({"id": id, "success": true});
        let results: Vec<Value> = (0..9).map(ok).chain([json!({"id": 9, "success": false})]).collect();
        let body = json!({"results": results, "errorCount": 1, "errorIndexes": [9]});
        let (mut once, mut again) = (body.clone(), body.clone());
        change(&mut once, RowChange::Reorder(7));
        change(&mut again, RowChange::Reorder(7));
        assert_eq!(once, again);
        assert_ne!(once["results"], body["results"]);
        let place = once["errorIndexes"][0].as_u64().and_then(|place| usize::try_from(place).ok()).unwrap();
        assert_eq!(once["results"][place]["id"], 9);
    }

    #[test]
    fn a_body_without_rows_stays() {
        let mut body = json!({"id": "x"});
        change(&mut body, RowChange::RepeatLast);
        assert_eq!(body, json!({"id": "x"}));
    }
}
