//! From tokens to a condition.

use jiff::Timestamp;
use jiff::civil::Date;

use super::tokens::{self, Placed, Token};
use super::{Condition, Operator, PatternPart, Value};
use crate::soql;

/// A condition goes into a URL of 12 kB beside the columns, where a character may take three bytes and more.
const CHARS_MAX: usize = 2_000;
/// Conditions within conditions; a person does not follow more.
const DEPTH_MAX: usize = 10;
/// Parentheses within parentheses, superfluous ones included.
const NESTING_MAX: usize = 64;

/// Words that are no columns.
const KEYWORDS: [&str; 8] = ["AND", "OR", "NOT", "IN", "LIKE", "NULL", "TRUE", "FALSE"];

/// Date literals without a number.
const RELATIVE: [&str; 17] = [
    "TODAY",
    "YESTERDAY",
    "TOMORROW",
    "LAST_WEEK",
    "THIS_WEEK",
    "NEXT_WEEK",
    "LAST_MONTH",
    "THIS_MONTH",
    "NEXT_MONTH",
    "LAST_90_DAYS",
    "NEXT_90_DAYS",
    "LAST_QUARTER",
    "THIS_QUARTER",
    "NEXT_QUARTER",
    "LAST_YEAR",
    "THIS_YEAR",
    "NEXT_YEAR",
];

/// Date literals with a number behind a colon.
const RELATIVE_BY: [&str; 15] = [
    "LAST_N_DAYS",
    "NEXT_N_DAYS",
    "N_DAYS_AGO",
    "LAST_N_WEEKS",
    "NEXT_N_WEEKS",
    "N_WEEKS_AGO",
    "LAST_N_MONTHS",
    "NEXT_N_MONTHS",
    "N_MONTHS_AGO",
    "LAST_N_QUARTERS",
    "NEXT_N_QUARTERS",
    "N_QUARTERS_AGO",
    "LAST_N_YEARS",
    "NEXT_N_YEARS",
    "N_YEARS_AGO",
];

/// Where a condition leaves the grammar. The text itself is not repeated: it may hold personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {place} of the filter: expected {expected}")]
pub struct FilterError {
    /// The place, in characters from 1.
    pub place: usize,
    /// What may stand there.
    pub expected: &'static str,
}

pub(super) fn condition(text: &str) -> Result<Condition, FilterError> {
    if text.chars().count() > CHARS_MAX {
        return Err(FilterError { place: CHARS_MAX + 1, expected: "the end: a filter has at most 2,000 characters" });
    }
    let tokens = tokens::read(text).map_err(|(place, expected)| FilterError { place, expected })?;
    let mut reader = Reader { tokens: &tokens, nesting: 0 };
    let condition = reader.condition()?;
    match reader.peek() {
        Token::End if condition.depth() <= DEPTH_MAX => Ok(condition),
        Token::End => Err(FilterError { place: 1, expected: "at most ten conditions within one another" }),
        Token::Word(word) if ["AND", "OR"].contains(&word.to_ascii_uppercase().as_str()) => {
            Err(reader.expected("parentheses around one side: AND and OR stand side by side"))
        }
        _ => Err(reader.expected("AND, OR or the end")),
    }
}

struct Reader<'a> {
    /// What is left; never empty, [`Token::End`] stays.
    tokens: &'a [Placed],
    nesting: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> &'a Token {
        self.tokens.first().map_or(&Token::End, |(_, token)| token)
    }

    fn expected(&self, expected: &'static str) -> FilterError {
        FilterError { place: self.tokens.first().map_or(1, |(place, _)| *place), expected }
    }

    fn skip(&mut self) {
        if let [_, rest @ ..] = self.tokens
            && !rest.is_empty()
        {
            self.tokens = rest;
        }
    }

    /// Takes this keyword if it is next, in whatever case.
    fn keyword(&mut self, keyword: &str) -> bool {
        let is_next = matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        if is_next {
            self.skip();
        }
        is_next
    }

    fn sign(&mut self, sign: &'static str, expected: &'static str) -> Result<(), FilterError> {
        if *self.peek() != Token::Sign(sign) {
            return Err(self.expected(expected));
        }
        self.skip();
        Ok(())
    }

    fn condition(&mut self) -> Result<Condition, FilterError> {
        let first = self.term()?;
        for (keyword, join) in [("AND", Condition::All as fn(Vec<Condition>) -> Condition), ("OR", Condition::Any)] {
            let mut terms = Vec::new();
            while self.keyword(keyword) {
                terms.push(self.term()?);
            }
            if !terms.is_empty() {
                terms.insert(0, first);
                return Ok(join(terms));
            }
        }
        Ok(first)
    }

    fn term(&mut self) -> Result<Condition, FilterError> {
        self.nesting += 1;
        if self.nesting > NESTING_MAX {
            return Err(self.expected("fewer parentheses within one another"));
        }
        let term = if *self.peek() == Token::Sign("(") {
            self.skip();
            let condition = self.condition()?;
            self.sign(")", "AND, OR or a closing parenthesis; AND and OR in one row need parentheses")?;
            condition
        } else if self.keyword("NOT") {
            Condition::Not(Box::new(self.term()?))
        } else {
            self.comparison()?
        };
        self.nesting -= 1;
        Ok(term)
    }

    fn comparison(&mut self) -> Result<Condition, FilterError> {
        let column = self.column()?;
        if self.keyword("LIKE") {
            return Ok(Condition::Like { column, pattern: self.pattern()? });
        }
        let negated = self.keyword("NOT");
        if self.keyword("IN") {
            return Ok(Condition::In { column, negated, values: self.list()? });
        }
        if negated {
            return Err(self.expected("IN"));
        }
        let operator = self.operator()?;
        let before = self.expected("= or != before TRUE, FALSE and NULL");
        let value = self.value()?;
        let is_ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if is_ordered && matches!(value, Value::Flag(_) | Value::Null) {
            return Err(before);
        }
        Ok(Condition::Compare { column, operator, value })
    }

    fn column(&mut self) -> Result<String, FilterError> {
        let expected = self.expected("a column, such as LastName or Account.Name");
        let Token::Word(word) = self.peek() else { return Err(expected) };
        let is_keyword = KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
        let column = soql::path(word).ok().filter(|_| !is_keyword).ok_or(expected)?.to_owned();
        self.skip();
        Ok(column)
    }

    fn operator(&mut self) -> Result<Operator, FilterError> {
        let operator = match self.peek() {
            Token::Sign("=") => Operator::Equal,
            Token::Sign("!=") => Operator::NotEqual,
            Token::Sign("<") => Operator::Less,
            Token::Sign("<=") => Operator::LessOrEqual,
            Token::Sign(">") => Operator::Greater,
            Token::Sign(">=") => Operator::GreaterOrEqual,
            _ => return Err(self.expected("= != < <= > >= LIKE IN or NOT IN")),
        };
        self.skip();
        Ok(operator)
    }

    fn pattern(&mut self) -> Result<Vec<PatternPart>, FilterError> {
        let Token::Text(content) = self.peek() else { return Err(self.expected("a text in single quotes")) };
        let part = |&(character, is_escaped): &(char, bool)| match character {
            '%' if !is_escaped => PatternPart::AnyMany,
            '_' if !is_escaped => PatternPart::AnyOne,
            character => PatternPart::One(character),
        };
        let pattern = content.iter().map(part).collect();
        self.skip();
        Ok(pattern)
    }

    /// Values of one kind in parentheses.
    fn list(&mut self) -> Result<Vec<Value>, FilterError> {
        self.sign("(", "a list in parentheses")?;
        let mut values: Vec<Value> = Vec::new();
        loop {
            let expected = self.expected("a text, number or time of the same kind as the first of the list");
            let value = self.value()?;
            let is_listable = !matches!(value, Value::Flag(_) | Value::Null | Value::Relative(..));
            let is_alike = |first: &Value| std::mem::discriminant(first) == std::mem::discriminant(&value);
            if !is_listable || !values.first().is_none_or(is_alike) {
                return Err(expected);
            }
            values.push(value);
            if *self.peek() != Token::Sign(",") {
                break;
            }
            self.skip();
        }
        self.sign(")", "a comma or a closing parenthesis")?;
        Ok(values)
    }

    fn value(&mut self) -> Result<Value, FilterError> {
        let unknown = self.expected(
            "a value: 'text', a number, 2026-11-22, 2026-11-22T04:00:00Z, TODAY, LAST_N_DAYS:30, TRUE, FALSE or NULL",
        );
        let value = match self.peek() {
            Token::Text(content) => text(content).ok_or_else(|| self.expected("\\% and \\_ behind LIKE only"))?,
            Token::Figure(figure) => figure_value(figure).ok_or(unknown)?,
            Token::Word(word) => return self.named(&word.to_ascii_uppercase(), unknown),
            Token::Sign(_) | Token::End => return Err(unknown),
        };
        self.skip();
        Ok(value)
    }

    fn named(&mut self, word: &str, unknown: FilterError) -> Result<Value, FilterError> {
        self.skip();
        let known = |names: &[&'static str]| names.iter().copied().find(|name| *name == word);
        match word {
            "TRUE" => return Ok(Value::Flag(true)),
            "FALSE" => return Ok(Value::Flag(false)),
            "NULL" => return Ok(Value::Null),
            _ => {}
        }
        if let Some(name) = known(&RELATIVE) {
            return Ok(Value::Relative(name, None));
        }
        let name = known(&RELATIVE_BY).ok_or(unknown)?;
        self.sign(":", "a colon and a number, as in LAST_N_DAYS:30")?;
        let number = match self.peek() {
            Token::Figure(figure) if figure.bytes().all(|byte| byte.is_ascii_digit()) => figure.parse().ok(),
            _ => None,
        };
        let number: u32 = number.ok_or_else(|| self.expected("a number, as in LAST_N_DAYS:30"))?;
        self.skip();
        Ok(Value::Relative(name, Some(number)))
    }
}

/// A text that is compared as a whole; a wildcard behind a backslash belongs to LIKE.
fn text(content: &[(char, bool)]) -> Option<Value> {
    let is_wildcard = |&(character, is_escaped): &(char, bool)| is_escaped && matches!(character, '%' | '_');
    if content.iter().any(is_wildcard) {
        return None;
    }
    Some(Value::Text(content.iter().map(|(character, _)| *character).collect()))
}

fn figure_value(figure: &str) -> Option<Value> {
    if is_number(figure) {
        return Some(Value::Number(figure.to_owned()));
    }
    let day = Date::strptime("%Y-%m-%d", figure.get(..10)?).ok().filter(|day| is_year(i32::from(day.year())))?;
    if figure.len() == 10 {
        return Some(Value::Date(day));
    }
    let at: Timestamp = if figure[10..].starts_with('T') { figure.parse().ok()? } else { return None };
    Timestamp::from_second(at.as_second()).ok().map(Value::Moment)
}

/// Digits, at most one point between them, a minus before them.
fn is_number(figure: &str) -> bool {
    let unsigned = figure.strip_prefix('-').unwrap_or(figure);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}

/// Salesforce keeps no earlier and no later times.
fn is_year(year: i32) -> bool {
    (1700..4000).contains(&year)
}
