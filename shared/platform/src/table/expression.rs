//! A condition and its steps in DynamoDB's words.
//!
//! Attribute names always stand behind `#`, so that no reserved word of DynamoDB can break an expression.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Item;
use crate::change::{Change, Clause, Condition, Row, Step, Value};

/// The four parts that DynamoDB takes a conditional write in. Empty parts are left out (`None`), as it demands.
#[derive(Default)]
pub(super) struct Expression {
    pub(super) condition: Option<String>,
    pub(super) update: Option<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    pub(super) fn of_condition(condition: &Condition) -> Self {
        let mut expression = Self::default();
        expression.add_condition(condition);
        expression
    }

    pub(super) fn of_change(change: &Change) -> Self {
        let mut expression = Self::default();
        expression.add_condition(&change.when);
        expression.add_steps(&change.steps);
        expression
    }

    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    pub(super) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    fn add_condition(&mut self, condition: &Condition) {
        let groups: Vec<String> = condition.groups().iter().map(|group| self.group(group)).collect();
        self.condition = (!groups.is_empty()).then(|| groups.join(" AND "));
    }

    fn group(&mut self, clauses: &[Clause]) -> String {
        let clauses: Vec<String> = clauses.iter().map(|clause| self.clause(clause)).collect();
        format!("({})", clauses.join(" OR "))
    }

    fn clause(&mut self, clause: &Clause) -> String {
        match clause {
            Clause::Absent(attribute) => format!("attribute_not_exists({})", self.name(attribute)),
            Clause::Is(attribute, value) => self.compared(attribute, "=", value),
            Clause::AtMost(attribute, value) => self.compared(attribute, "<=", value),
            Clause::Below(attribute, value) => self.compared(attribute, "<", value),
        }
    }

    fn compared(&mut self, attribute: &str, operator: &str, value: &Value) -> String {
        format!("{} {operator} {}", self.name(attribute), self.value(value))
    }

    fn add_steps(&mut self, steps: &[Step]) {
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for step in steps {
            match step {
                Step::Set(attribute, value) => set.push(format!("{} = {}", self.name(attribute), self.value(value))),
                Step::Remove(attribute) => remove.push(self.name(attribute)),
                Step::Grow(attribute) => {
                    let (name, zero, one) = (self.name(attribute), self.value(&0.into()), self.value(&1.into()));
                    set.push(format!("{name} = if_not_exists({name}, {zero}) + {one}"));
                }
            }
        }
        let clauses = [("SET", set), ("REMOVE", remove)]
            .map(|(verb, parts)| (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", "))));
        self.update = Some(clauses.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }

    fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    fn value(&mut self, value: &Value) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), attribute_value(value));
        placeholder
    }
}

fn attribute_value(value: &Value) -> AttributeValue {
    match value {
        Value::Text(text) => AttributeValue::S(text.clone()),
        Value::Number(number) => AttributeValue::N(number.to_string()),
    }
}

/// What conditions can see of an item. Other kinds of attributes, and the key, are left out.
pub(super) fn row(item: &Item) -> Row {
    item.iter()
        .filter(|(name, _)| !matches!(name.as_str(), "pk" | "sk"))
        .filter_map(|(name, value)| Some((name.clone(), seen(value)?)))
        .collect()
}

fn seen(value: &AttributeValue) -> Option<Value> {
    match value {
        AttributeValue::S(text) => Some(Value::Text(text.clone())),
        AttributeValue::N(number) => number.parse().ok().map(Value::Number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_reads_like_its_clauses() {
        let change = Change {
            when: Condition::any([Clause::Absent("owner"), Clause::AtMost("expires_ms", 7.into())])
                .and_any([Clause::Is("v", 1.into())]),
            steps: vec![Step::Grow("fence"), Step::Set("owner", "me".into()), Step::Remove("claim")],
        };
        let expression = Expression::of_change(&change);
        assert_eq!(
            expression.condition.as_deref(),
            Some("(attribute_not_exists(#owner) OR #expires_ms <= :v0) AND (#v = :v1)")
        );
        assert_eq!(
            expression.update.as_deref(),
            Some("SET #fence = if_not_exists(#fence, :v2) + :v3, #owner = :v4 REMOVE #claim")
        );
        assert_eq!(expression.values().unwrap()[":v0"], AttributeValue::N("7".to_owned()));
    }
}
