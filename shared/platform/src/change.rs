//! Conditional changes of one row, as values.
//!
//! A lock, a claim and a watermark are each one row and a few rules about who may change it when. The rules are
//! written once, as a [`Change`]: named clauses and the steps that follow when they hold. Two readers exist. One
//! applies a change to a row in memory, which is what the model checker and the unit tests run. The other writes it as a
//! DynamoDB expression, which is what production sends. A property test holds both against each other, so what the model
//! proved is what the table does.

use std::collections::BTreeMap;

/// A row as far as conditions look at it: texts and whole numbers, without its key.
pub type Row = BTreeMap<String, Value>;

/// An attribute's value. Values of different kinds never compare, as in DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A string (`S`), compared byte by byte.
    Text(String),
    /// A whole number (`N`).
    Number(i64),
}

/// One clause of a condition. About an absent attribute only [`Clause::Absent`] holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// The attribute, or the whole row, is not there.
    Absent(&'static str),
    /// The attribute has this value.
    Is(&'static str, Value),
    /// The attribute is this or less.
    AtMost(&'static str, Value),
    /// The attribute is less than this.
    Below(&'static str, Value),
}

/// When a change is allowed: in each group at least one clause holds. No groups: always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    groups: Vec<Vec<Clause>>,
}

/// What a change does to the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Gives the attribute this value.
    Set(&'static str, Value),
    /// Takes the attribute away.
    Remove(&'static str),
    /// Makes the number one larger; an absent one becomes 1.
    Grow(&'static str),
}

/// A conditional change of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When it is allowed.
    pub when: Condition,
    /// What it does then.
    pub steps: Vec<Step>,
}

/// What a change came to. The row comes with the answer, so that no second read is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; the row as it is now.
    Changed(Row),
    /// Not allowed; the row as it is, `None` where there is none.
    Refused(Option<Row>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Clause {
    fn holds(&self, row: Option<&Row>) -> bool {
        let stored = |attribute: &str| row.and_then(|row| row.get(attribute));
        match self {
            Self::Absent(attribute) => stored(attribute).is_none(),
            Self::Is(attribute, value) => stored(attribute) == Some(value),
            Self::AtMost(attribute, value) => {
                stored(attribute).is_some_and(|stored| comparable(stored, value) && stored <= value)
            }
            Self::Below(attribute, value) => {
                stored(attribute).is_some_and(|stored| comparable(stored, value) && stored < value)
            }
        }
    }
}

fn comparable(one: &Value, other: &Value) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

impl Condition {
    /// Every one of `clauses` must hold.
    pub fn all(clauses: impl IntoIterator<Item = Clause>) -> Self {
        Self { groups: clauses.into_iter().map(|clause| vec![clause]).collect() }
    }

    /// At least one of `clauses` must hold.
    pub fn any(clauses: impl IntoIterator<Item = Clause>) -> Self {
        Self { groups: vec![clauses.into_iter().collect()] }
    }

    /// And at least one of `clauses` must hold as well.
    #[must_use]
    pub fn and_any(mut self, clauses: impl IntoIterator<Item = Clause>) -> Self {
        self.groups.push(clauses.into_iter().collect());
        self
    }

    /// Whether it holds for `row` (`None`: there is no row).
    pub fn holds(&self, row: Option<&Row>) -> bool {
        self.groups.iter().all(|group| group.iter().any(|clause| clause.holds(row)))
    }

    pub(crate) fn groups(&self) -> &[Vec<Clause>] {
        &self.groups
    }
}

impl Change {
    /// Applies the change to `row` in memory.
    pub fn apply(&self, row: Option<&Row>) -> Outcome {
        if !self.when.holds(row) {
            return Outcome::Refused(row.cloned());
        }
        let mut changed = row.cloned().unwrap_or_default();
        for step in &self.steps {
            match step {
                Step::Set(attribute, value) => {
                    changed.insert((*attribute).to_owned(), value.clone());
                }
                Step::Remove(attribute) => {
                    changed.remove(*attribute);
                }
                Step::Grow(attribute) => {
                    let grown = number(&changed, attribute).unwrap_or(0).saturating_add(1);
                    changed.insert((*attribute).to_owned(), Value::Number(grown));
                }
            }
        }
        Outcome::Changed(changed)
    }
}

impl Outcome {
    /// The row as it is now, changed or not.
    pub fn row(&self) -> Option<&Row> {
        match self {
            Self::Changed(row) => Some(row),
            Self::Refused(row) => row.as_ref(),
        }
    }
}

/// The number in `row`'s attribute.
pub fn number(row: &Row, attribute: &str) -> Option<i64> {
    match row.get(attribute)? {
        Value::Number(number) => Some(*number),
        Value::Text(_) => None,
    }
}

/// The text in `row`'s attribute.
pub fn text<'a>(row: &'a Row, attribute: &str) -> Option<&'a str> {
    match row.get(attribute)? {
        Value::Text(text) => Some(text),
        Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_needs_one_clause_of_each_group() {
        let row = Row::from([("n".to_owned(), 5.into()), ("s".to_owned(), "b".into())]);
        let both = Condition::any([Clause::Absent("n"), Clause::AtMost("n", 5.into())])
            .and_any([Clause::Below("s", "c".into())]);
        assert!(both.holds(Some(&row)));
        assert!(!both.holds(None), "nothing is below an absent text");
        assert!(!Condition::all([Clause::AtMost("n", "5".into())]).holds(Some(&row)), "a number is no text");
        assert!(Condition::default().holds(None));
    }

    #[test]
    fn a_refused_change_leaves_the_row_and_shows_it() {
        let grow = Change {
            when: Condition::all([Clause::Absent("owner")]),
            steps: vec![Step::Grow("fence"), Step::Set("owner", "a".into())],
        };
        let Outcome::Changed(row) = grow.apply(None) else { panic!("a free row refused") };
        assert_eq!(number(&row, "fence"), Some(1));
        assert_eq!(grow.apply(Some(&row)), Outcome::Refused(Some(row)));
    }
}
