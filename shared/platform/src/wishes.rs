//! What a schedule or a person asks of a job: the payload of an invocation, as the job's own type.
//!
//! The schedule sends `{}`. A person sends an object with members that the job documents. A schedule whose input was
//! left at EventBridge Scheduler's default sends an envelope with the input as text in `detail`; that means the same as
//! its content. Nothing at all means the same as `{}`.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads a payload. `T` should refuse members that it does not know: a misspelt wish must not become a plain run.
///
/// # Errors
/// What was not understood, in a few words.
pub fn wishes<T: DeserializeOwned>(event: Value) -> Result<T, String> {
    let content = match event {
        Value::Object(mut envelope) if envelope.contains_key("detail-type") => {
            envelope.remove("detail").unwrap_or_default()
        }
        other => other,
    };
    let content = match content {
        Value::String(text) if !text.trim().is_empty() => {
            serde_json::from_str(&text).map_err(|_| "its text is no JSON".to_owned())?
        }
        Value::Null | Value::String(_) => Value::Object(Map::new()),
        other => other,
    };
    if !content.is_object() {
        return Err("it is no JSON object".to_owned());
    }
    serde_json::from_value(content).map_err(|error| without_values(&error.to_string()))
}

/// What the decoder says without what it found: that may be somebody's name or number, and the text goes into the log.
/// The name of an unknown member stays, because a misspelt wish is what people look for.
fn without_values(problem: &str) -> String {
    if problem.starts_with("unknown field") {
        return problem.to_owned();
    }
    match problem.rsplit_once(", expected ") {
        Some((_, expected)) => format!("a value is not as expected: {expected}"),
        None => "a value cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Wish {
        dry_run: bool,
    }

    #[test]
    fn nothing_and_an_empty_envelope_are_no_wish() {
        let envelope =
            |detail: Value| json!({"detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": detail});
        for event in [json!({}), Value::Null, envelope(json!("{}")), envelope(json!({})), envelope(json!(""))] {
            assert_eq!(wishes(event), Ok(Wish::default()));
        }
        for event in [envelope(json!("{\"dry_run\":true}")), envelope(json!({"dry_run": true}))] {
            assert_eq!(wishes(event), Ok(Wish { dry_run: true }));
        }
    }

    #[test]
    fn what_was_found_in_the_place_of_a_wish_is_not_repeated() {
        for event in [json!({"dry_run": "ana@example.com"}), json!("{\"dry_run\": ana@example.com}")] {
            let problem = wishes::<Wish>(event).unwrap_err();
            assert!(!problem.contains("ana"), "{problem}");
        }
        assert_eq!(wishes::<Wish>(json!({"dry_run": "x"})).unwrap_err(), "a value is not as expected: a boolean");
    }

    #[test]
    fn a_misspelt_wish_and_what_is_no_object_are_refused() {
        assert!(wishes::<Wish>(json!({"dryrun": true})).unwrap_err().contains("dryrun"));
        for event in [json!([]), json!(7), json!("[]"), json!("{")] {
            assert!(wishes::<Wish>(event.clone()).is_err(), "{event}");
        }
    }
}
