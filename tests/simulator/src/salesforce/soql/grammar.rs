//! The grammar: SELECT, FROM, WHERE, ORDER BY, LIMIT.
//!
//! Keywords are recognised in any case. AND and OR may not be mixed without parentheses, as with the vendor. The one
//! function is COUNT(); sub-queries, GROUP BY, OFFSET and whatever else is not here is malformed.

use jiff::{Timestamp, civil};
use winnow::ascii::{Caseless, digit1, float, multispace0};
use winnow::combinator::{alt, delimited, eof, fail, not, opt, peek, preceded, repeat, separated, terminated};
use winnow::prelude::*;
use winnow::token::{any, one_of, take_while};

use super::dates::Relative;
use super::tree::{Comparison, Condition, Literal, Order, Path, Select, Statement, Text};
use crate::wire::Refusal;

/// The vendor's limit for a statement.
const LENGTH_MAX: usize = 100_000;

/// Reads a statement.
///
/// # Errors
/// `MALFORMED_QUERY` with the place where reading stopped.
pub(super) fn parse(text: &str) -> Result<Statement, Refusal> {
    if text.chars().count() > LENGTH_MAX {
        return Err(malformed("SOQL statements cannot be longer than 100000 characters."));
    }
    statement.parse(text).map_err(|error| at(text, error.offset()))
}

/// Reads one column's name alone.
///
/// # Errors
/// `MALFORMED_QUERY`.
pub(super) fn path_alone(text: &str) -> Result<Path, Refusal> {
    path.parse(text).map_err(|error| at(text, error.offset()))
}

fn at(text: &str, offset: usize) -> Refusal {
    let column = text[..offset].chars().count() + 1;
    let word = text[offset..].split_whitespace().next().unwrap_or("<EOF>");
    malformed(&format!("\n{text}\n^\nERROR at Row:1:Column:{column}\nunexpected token: '{word}'"))
}

fn malformed(sentence: &str) -> Refusal {
    Refusal::new(400, "MALFORMED_QUERY", sentence)
}

fn statement(input: &mut &str) -> ModalResult<Statement> {
    let count = (keyword("COUNT"), symbol("("), symbol(")")).map(|_| Select::Count);
    let columns = separated(1.., path, symbol(",")).map(Select::Columns);
    let select = preceded(keyword("SELECT"), alt((count, columns))).parse_next(input)?;
    let object = preceded(keyword("FROM"), name).parse_next(input)?;
    let condition = opt(preceded(keyword("WHERE"), condition)).parse_next(input)?;
    let by = (keyword("ORDER"), keyword("BY"));
    let order: Option<Vec<Order>> = opt(preceded(by, separated(1.., order, symbol(",")))).parse_next(input)?;
    let limit = opt(preceded(keyword("LIMIT"), preceded(multispace0, digit1.parse_to()))).parse_next(input)?;
    (multispace0, eof).parse_next(input)?;
    Ok(Statement { select, object, condition, order: order.unwrap_or_default(), limit })
}

/// Terms joined by AND only, or by OR only.
fn condition(input: &mut &str) -> ModalResult<Condition> {
    let first = term.parse_next(input)?;
    let all: Vec<Condition> = repeat(0.., preceded(keyword("AND"), term)).parse_next(input)?;
    if !all.is_empty() {
        return Ok(Condition::All(std::iter::once(first).chain(all).collect()));
    }
    let any: Vec<Condition> = repeat(0.., preceded(keyword("OR"), term)).parse_next(input)?;
    if !any.is_empty() {
        return Ok(Condition::Any(std::iter::once(first).chain(any).collect()));
    }
    Ok(first)
}

fn term(input: &mut &str) -> ModalResult<Condition> {
    alt((
        delimited(symbol("("), condition, symbol(")")),
        preceded(keyword("NOT"), term).map(|inner| Condition::Not(Box::new(inner))),
        comparison,
    ))
    .parse_next(input)
}

fn comparison(input: &mut &str) -> ModalResult<Condition> {
    let path = path.parse_next(input)?;
    let negated = opt(keyword("NOT")).parse_next(input)?.is_some();
    if negated || opt(peek(keyword("IN"))).parse_next(input)?.is_some() {
        keyword("IN").parse_next(input)?;
        let list = delimited(symbol("("), separated(1.., literal, symbol(",")), symbol(")")).parse_next(input)?;
        let found = Condition::In(path, list);
        return Ok(if negated { Condition::Not(Box::new(found)) } else { found });
    }
    let operator = operator.parse_next(input)?;
    Ok(Condition::Compare(path, operator, literal.parse_next(input)?))
}

fn operator(input: &mut &str) -> ModalResult<Comparison> {
    alt((
        keyword("LIKE").value(Comparison::Like),
        symbol("!=").value(Comparison::NotEqual),
        symbol("<>").value(Comparison::NotEqual),
        symbol("<=").value(Comparison::LessOrEqual),
        symbol(">=").value(Comparison::GreaterOrEqual),
        symbol("<").value(Comparison::Less),
        symbol(">").value(Comparison::Greater),
        symbol("=").value(Comparison::Equal),
    ))
    .parse_next(input)
}

fn literal(input: &mut &str) -> ModalResult<Literal> {
    multispace0.parse_next(input)?;
    alt((
        text.map(Literal::Text),
        keyword("NULL").value(Literal::Null),
        keyword("TRUE").value(Literal::Flag(true)),
        keyword("FALSE").value(Literal::Flag(false)),
        moment.map(Literal::Moment),
        day.map(Literal::Day),
        relative.map(Literal::Relative),
        terminated(float, not(word_character)).map(Literal::Number),
    ))
    .parse_next(input)
}

fn text(input: &mut &str) -> ModalResult<Text> {
    let character = alt((preceded('\\', escape).map(|character| (character, true)), plain.map(|c| (c, false))));
    delimited('\'', repeat(0.., character), '\'').map(Text).parse_next(input)
}

fn plain(input: &mut &str) -> ModalResult<char> {
    any.verify(|character| !matches!(character, '\'' | '\\')).parse_next(input)
}

fn escape(input: &mut &str) -> ModalResult<char> {
    match any.parse_next(input)? {
        character @ ('\'' | '"' | '\\' | '%' | '_') => Ok(character),
        'n' | 'N' => Ok('\n'),
        'r' | 'R' => Ok('\r'),
        't' | 'T' => Ok('\t'),
        'b' | 'B' => Ok('\u{8}'),
        'f' | 'F' => Ok('\u{c}'),
        'u' => {
            let hex = take_while(4, |c: char| c.is_ascii_hexdigit());
            hex.verify_map(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?)).parse_next(input)
        }
        _ => fail.parse_next(input),
    }
}

/// `2026-11-22T04:00:00Z`, with optional fraction, or an offset in place of the Z.
fn moment(input: &mut &str) -> ModalResult<Timestamp> {
    let digits = take_while(1.., |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | 'Z' | '.' | '+'));
    digits.verify(|text: &str| text.contains('T')).parse_to().parse_next(input)
}

/// `2026-11-22`.
fn day(input: &mut &str) -> ModalResult<civil::Date> {
    let digits = take_while(10, |c: char| c.is_ascii_digit() || c == '-');
    terminated(digits.verify(|text: &str| text.contains('-')).parse_to(), not(word_character)).parse_next(input)
}

/// `LAST_N_DAYS:30`.
fn relative(input: &mut &str) -> ModalResult<Relative> {
    let number = opt(preceded(':', digit1.parse_to::<i64>()));
    let words = (name, number).verify_map(|(name, number)| Relative::named(&name, number));
    terminated(words, not(word_character)).parse_next(input)
}

fn order(input: &mut &str) -> ModalResult<Order> {
    let path = path.parse_next(input)?;
    let direction = opt(alt((keyword("ASC").value(false), keyword("DESC").value(true)))).parse_next(input)?;
    let place = alt((keyword("FIRST").value(false), keyword("LAST").value(true)));
    let nulls_last = opt(preceded(keyword("NULLS"), place)).parse_next(input)?;
    Ok(Order { path, descending: direction.unwrap_or(false), nulls_last: nulls_last.unwrap_or(false) })
}

fn path(input: &mut &str) -> ModalResult<Path> {
    let mut names: Vec<String> = separated(1.., name, '.').parse_next(input)?;
    let name = names.pop().unwrap_or_default();
    Ok(Path { parents: names, name })
}

const KEYWORDS: [&str; 6] = ["FROM", "WHERE", "AND", "OR", "NOT", "SELECT"];

fn name(input: &mut &str) -> ModalResult<String> {
    multispace0.parse_next(input)?;
    let letters = (one_of(|c: char| c.is_ascii_alphabetic()), take_while(0.., is_word));
    letters
        .take()
        .verify(|word: &str| !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)))
        .map(str::to_owned)
        .parse_next(input)
}

fn keyword<'a>(word: &'static str) -> impl ModalParser<&'a str, (), winnow::error::ContextError> {
    (multispace0, Caseless(word), not(word_character)).void()
}

fn symbol<'a>(text: &'static str) -> impl ModalParser<&'a str, (), winnow::error::ContextError> {
    (multispace0, text).void()
}

fn word_character(input: &mut &str) -> ModalResult<char> {
    one_of(is_word).parse_next(input)
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
