//! Reading a JSON secret, with errors that name the wrong key and never show a value.
//!
//! The JSON library's own messages quote the value that did not fit, which here is a credential. So the wrong key is
//! found by leaving keys out one at a time.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The secret's value, or what is wrong with it in a few words.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("is not JSON (line {}, column {})", error.line(), error.column()))?;
    let Value::Object(keys) = value else { return Err("is not a JSON object".to_owned()) };
    if let Some(blank) = keys.iter().find(|(_, value)| value.as_str().is_some_and(|text| text.trim().is_empty())) {
        return Err(format!("`{}` is empty", blank.0));
    }
    read(&keys).map_err(|error| fault::<T>(&keys, &error))
}

fn read<T: DeserializeOwned>(keys: &Map<String, Value>) -> Result<T, serde_json::Error> {
    T::deserialize(Value::Object(keys.clone()))
}

fn fault<T: DeserializeOwned>(keys: &Map<String, Value>, error: &serde_json::Error) -> String {
    if let Some(key) = missing(error) {
        return format!("`{key}` is missing");
    }
    let wrong = keys.keys().find(|key| {
        let without: Map<_, _> =
            keys.iter().filter(|(name, _)| name != key).map(|(name, value)| (name.clone(), value.clone())).collect();
        read::<T>(&without).map_or_else(|error| missing(&error).as_ref() == Some(*key), |_| true)
    });
    wrong
        .map_or_else(|| "has keys of the wrong kind".to_owned(), |key| format!("`{key}` has a value of the wrong kind"))
}

/// The key's name in the library's "missing field" message, the only message that quotes no value.
fn missing(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let (key, _) = text.strip_prefix("missing field `")?.split_once('`')?;
    Some(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Credentials {
        #[expect(dead_code, reason = "only its presence matters")]
        client_id: String,
        #[expect(dead_code, reason = "only its presence matters")]
        region: Option<String>,
    }

    fn fault_of(text: &str) -> String {
        parse::<Credentials>(text).err().unwrap_or_default()
    }

    #[test]
    fn the_wrong_key_is_named_and_no_value_is_shown() {
        let cases = [
            (r#"{"client_id":"hunter2"}"#, ""),
            (r#"{"region":"hunter2"}"#, "`client_id` is missing"),
            (r#"{"client_id":"hunter2","region":["hunter2"]}"#, "`region` has a value of the wrong kind"),
            (r#"{"client_id":{"hunter2":1}}"#, "`client_id` has a value of the wrong kind"),
            (r#"{"client_id":{"hunter2":1},"region":["hunter2"]}"#, "has keys of the wrong kind"),
            (r#"{"client_id":" "}"#, "`client_id` is empty"),
            ("hunter2", "is not JSON (line 1, column 1)"),
            (r#""hunter2""#, "is not a JSON object"),
        ];
        for (text, expected) in cases {
            assert_eq!(fault_of(text), expected, "{text}");
        }
    }
}
