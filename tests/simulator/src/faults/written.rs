//! Rules as a person writes them on a command line.
//!
//! `answer_lost:operation=contacts_bulk_add,calls=2+5` is the same as the JSON object with those members; the name alone
//! is a rule too. A file holds one JSON object or a list of them.

use serde_json::{Map, Value, json};

/// The rules behind one argument: a file's, or the one that is written out.
///
/// # Errors
/// A sentence when a file cannot be read or is no JSON. Whether a fault exists is said when the rule is added.
pub(crate) fn read(argument: &str) -> Result<Vec<Value>, String> {
    if !std::path::Path::new(argument).is_file() {
        return Ok(vec![rule(argument)?]);
    }
    let text = std::fs::read_to_string(argument).map_err(|error| format!("{argument}: {error}"))?;
    match serde_json::from_str(&text).map_err(|error| format!("{argument}: {error}"))? {
        Value::Array(rules) => Ok(rules),
        one => Ok(vec![one]),
    }
}

fn rule(text: &str) -> Result<Value, String> {
    let (name, settings) = text.split_once(':').unwrap_or((text, ""));
    if name.contains(['/', '.']) {
        return Err(format!("there is no file {text}"));
    }
    let mut members = Map::from_iter([("fault".to_owned(), json!(name))]);
    for setting in settings.split(',').filter(|setting| !setting.is_empty()) {
        let Some((name, value)) = setting.split_once('=') else {
            return Err(format!("{setting:?} in {text:?} is not name=value"));
        };
        let value = if name == "calls" { value.split('+').map(json).collect() } else { json(value) };
        members.insert(name.to_owned(), value);
    }
    Ok(Value::Object(members))
}

/// What JSON can read is that, everything else is a text.
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_in_one_word_or_with_settings() {
        assert_eq!(read("busy").unwrap(), [json!({"fault": "busy"})]);
        let long = "answer_lost:path=bulk/contacts/add,calls=2+5,probability=0.5";
        let members = json!({"fault": "answer_lost", "path": "bulk/contacts/add", "calls": [2, 5], "probability": 0.5});
        assert_eq!(read(long).unwrap(), [members]);
        assert!(read("busy:often").unwrap_err().contains("often"));
    }

    #[test]
    fn a_file_that_is_missing_is_not_a_fault() {
        assert_eq!(read("/nowhere/faults.json").unwrap_err(), "there is no file /nowhere/faults.json");
    }
}
