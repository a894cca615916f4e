//! How an enrich joins what it brings with what is there.
//!
//! Each field follows its rule, or the default action. Two of the three actions never clear a field; only
//! `AlwaysUseProvided` takes an empty value at its word. For `externalIds` the array action decides.

use serde::Deserialize;
use serde_json::Value;

use super::Fields;
use super::fields::EXTERNAL_IDS_MAX;
use crate::genesys::bad_request;
use crate::settings::{ArrayFill, Genesys};
use crate::wire::Refusal;

/// The `fieldRules` of an enrich.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct FieldRules {
    default_action: Option<Action>,
    #[serde(default)]
    rules: Vec<FieldRule>,
    default_array_action: Option<ArrayAction>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FieldRule {
    field: String,
    action: Option<Action>,
    array_action: Option<ArrayAction>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
enum Action {
    AlwaysUseProvided,
    PreferExisting,
    PreferProvided,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
enum ArrayAction {
    Replace,
    Extend,
    Fill,
}

/// Fields whose parts are joined one by one.
const NESTED: [&str; 2] = ["address", "customFields"];

/// The fields of a contact after an enrich.
///
/// # Errors
/// 400 for a rule about something that is not a field.
pub(super) fn merged(
    settings: &Genesys,
    rules: &FieldRules,
    mut existing: Fields,
    provided: &Fields,
) -> Result<Fields, Refusal> {
    for rule in &rules.rules {
        if !rule.field.starts_with("$.") {
            return Err(bad_request(format!("the rule's field '{}' must begin with $.", rule.field)));
        }
    }
    let mut names: Vec<String> = provided.keys().cloned().collect();
    if settings.absent_is_empty {
        names.extend(existing.keys().filter(|name| !provided.contains_key(*name)).cloned());
    }
    for name in names {
        let (old, new) = (existing.remove(&name), provided.get(&name).cloned());
        let joined = join(settings, rules, &name, old.unwrap_or(Value::Null), new.unwrap_or(Value::Null));
        existing.insert(name, joined);
    }
    Ok(existing)
}

fn join(settings: &Genesys, rules: &FieldRules, path: &str, old: Value, new: Value) -> Value {
    let action = rules.action(path);
    match (old, new) {
        (Value::Array(old), Value::Array(new)) => join_arrays(settings, rules.array_action(path), old, new),
        (Value::Object(old), new @ (Value::Object(_) | Value::Null)) if NESTED.contains(&path) => {
            if new.is_null() && !rules.names_inside(path) {
                return choose(action, Value::Object(old), new);
            }
            join_parts(settings, rules, path, old, &new)
        }
        (old, new) => choose(action, old, new),
    }
}

fn join_parts(settings: &Genesys, rules: &FieldRules, path: &str, mut old: Fields, new: &Value) -> Value {
    let new = new.as_object().cloned().unwrap_or_default();
    let mut names: Vec<String> = new.keys().cloned().collect();
    if settings.absent_is_empty {
        names.extend(old.keys().filter(|name| !new.contains_key(*name)).cloned());
    }
    for name in names {
        let before = old.remove(&name).unwrap_or(Value::Null);
        let after = new.get(&name).cloned().unwrap_or(Value::Null);
        old.insert(name.clone(), choose(rules.action(&format!("{path}.{name}")), before, after));
    }
    old.retain(|_, value| !value.is_null());
    if old.is_empty() { Value::Null } else { Value::Object(old) }
}

fn choose(action: Action, old: Value, new: Value) -> Value {
    match action {
        Action::AlwaysUseProvided => new,
        Action::PreferProvided if new.is_null() => old,
        Action::PreferProvided => new,
        Action::PreferExisting if old.is_null() => new,
        Action::PreferExisting => old,
    }
}

fn join_arrays(settings: &Genesys, action: ArrayAction, mut old: Vec<Value>, new: Vec<Value>) -> Value {
    let extra = new.iter().filter(|entry| !old.contains(entry)).cloned().collect::<Vec<_>>();
    match action {
        ArrayAction::Replace => return Value::Array(new),
        ArrayAction::Extend => old.extend(extra),
        ArrayAction::Fill if settings.array_fill == ArrayFill::WhileRoom => {
            let room = EXTERNAL_IDS_MAX.saturating_sub(old.len());
            old.extend(extra.into_iter().take(room));
        }
        ArrayAction::Fill => {}
    }
    Value::Array(old)
}

impl FieldRules {
    fn rule(&self, path: &str) -> Option<&FieldRule> {
        self.rules.iter().find(|rule| rule.field.strip_prefix("$.") == Some(path))
    }

    /// The action for a field: its own rule, its parent's rule, or the default.
    fn action(&self, path: &str) -> Action {
        let own = self.rule(path).and_then(|rule| rule.action);
        let parent = || path.split_once('.').and_then(|(parent, _)| self.rule(parent)?.action);
        own.or_else(parent).or(self.default_action).unwrap_or(Action::PreferProvided)
    }

    fn array_action(&self, path: &str) -> ArrayAction {
        let own = self.rule(path).and_then(|rule| rule.array_action);
        own.or(self.default_array_action).unwrap_or(ArrayAction::Fill)
    }

    fn names_inside(&self, path: &str) -> bool {
        let inside = format!("$.{path}.");
        self.rules.iter().any(|rule| rule.field.starts_with(&inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "the cases are written in place")]
    fn after(rules: Value, old: Value, new: Value) -> Value {
        let rules: FieldRules = serde_json::from_value(rules).unwrap();
        let fields = |value: &Value| value.as_object().unwrap().clone();
        let mut fields = merged(&Genesys::default(), &rules, fields(&old), &fields(&new)).unwrap();
        fields.retain(|_, value| !value.is_null());
        Value::Object(fields)
    }

    #[test]
    fn the_default_never_clears() {
        let old = json!({"title": "Dr", "lastName": "Sá"});
        assert_eq!(
            after(json!({}), old.clone(), json!({"title": null, "lastName": "Sa"})),
            json!({"title": "Dr", "lastName": "Sa"})
        );
        assert_eq!(after(json!({"defaultAction": "PreferExisting"}), old.clone(), json!({"lastName": "Sa"})), old);
    }

    #[test]
    fn a_rule_for_one_field_clears_only_that_one() {
        let rules = json!({"rules": [{"field": "$.title", "action": "AlwaysUseProvided"}]});
        assert_eq!(after(rules, json!({"title": "Dr", "lastName": "Sá"}), json!({})), json!({"lastName": "Sá"}));
    }

    #[test]
    fn parts_of_an_address_follow_their_own_rules() {
        let rules = json!({"rules": [{"field": "$.address.city", "action": "AlwaysUseProvided"}]});
        let old = json!({"address": {"city": "Austin", "state": "TX"}});
        assert_eq!(after(rules, old.clone(), json!({"address": {}})), json!({"address": {"state": "TX"}}));
        assert_eq!(
            after(json!({}), old, json!({"address": {"city": "Toronto"}})),
            json!({"address": {"city": "Toronto", "state": "TX"}})
        );
    }

    #[test]
    fn external_ids_follow_the_array_action() {
        let (old, new) = (json!({"externalIds": ["a"]}), json!({"externalIds": ["a", "b"]}));
        let with = |action: &str| {
            after(json!({"defaultArrayAction": action}), old.clone(), new.clone())["externalIds"].clone()
        };
        assert_eq!(after(json!({}), old.clone(), new.clone()), old);
        assert_eq!(with("Extend"), json!(["a", "b"]));
        assert_eq!(with("Replace"), json!(["a", "b"]));
    }
}
