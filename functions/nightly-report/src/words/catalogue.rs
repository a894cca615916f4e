//! The messages of one language's file, and what they say with their variables filled in.
//!
//! Files are in the syntax of Fluent, which translators and their tools know. Of it a message here uses variables, choices
//! by them, and texts in quotes; the parser is Fluent's own. What a variable holds is put in as it is and never read as
//! syntax, so no name from outside can be more than a name.

use std::collections::HashMap;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use fluent_syntax::parser::parse_runtime;
use fluent_syntax::unicode::unescape_unicode_to_string;

use super::{Arg, Piece, Words};

pub(super) type Messages = HashMap<&'static str, Pattern<&'static str>>;

/// The messages of a file. What is no message is left out; a test reads every file and finds nothing of that kind.
pub(super) fn messages(file: &'static str) -> Messages {
    let resource = parse_runtime(file).unwrap_or_else(|(understood, _)| understood);
    let messages = resource.body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value?)),
        _ => None,
    });
    messages.collect()
}

impl Words {
    /// What a message says with these variables. One that does not exist shows its own name, as in `⟨colon⟩`; tests look
    /// for that.
    pub fn pieces(&self, id: &str, args: &[(&str, Arg)]) -> Vec<Piece> {
        let mut said = Said { words: self, args, pieces: Vec::new() };
        match self.messages.get(id) {
            Some(pattern) => said.pattern(pattern),
            None => said.lacking(id),
        }
        said.pieces
    }
}

struct Said<'a> {
    words: &'a Words,
    args: &'a [(&'a str, Arg)],
    pieces: Vec<Piece>,
}

impl Said<'_> {
    fn pattern(&mut self, pattern: &Pattern<&'static str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.text(value),
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&'static str>) {
        match expression {
            Expression::Select { selector, variants } => {
                if let Some(variant) = self.chosen(selector, variants) {
                    self.pattern(&variant.value);
                }
            }
            Expression::Inline(InlineExpression::VariableReference { id }) => self.variable(id.name),
            Expression::Inline(InlineExpression::StringLiteral { value }) => {
                self.text(&unescape_unicode_to_string(value));
            }
            Expression::Inline(_) => self.lacking("not understood"),
        }
    }

    /// The number itself goes before its form, and the default is what is left.
    fn chosen<'v>(
        &self,
        selector: &InlineExpression<&'static str>,
        variants: &'v [Variant<&'static str>],
    ) -> Option<&'v Variant<&'static str>> {
        let InlineExpression::VariableReference { id } = selector else { return None };
        let arg = self.arg(id.name);
        let shown = arg.and_then(Arg::shown);
        let number = shown.filter(|shown| shown.tenth.is_none()).map(|shown| shown.whole.to_string());
        let form = shown.map(|shown| self.words.language().plural(shown));
        let exactly = variants.iter().find(|variant| number.is_some() && number.as_deref() == key(variant));
        let by_form = || variants.iter().find(|variant| form.is_some() && form == key(variant));
        exactly.or_else(by_form).or_else(|| variants.iter().find(|variant| variant.default))
    }

    fn arg(&self, name: &str) -> Option<&Arg> {
        self.args.iter().find(|(known, _)| *known == name).map(|(_, arg)| arg)
    }

    fn variable(&mut self, name: &str) {
        match self.arg(name).cloned() {
            None => self.lacking(name),
            Some(Arg::Text(text) | Arg::Number { text, .. }) => self.text(&text),
            Some(Arg::Count(count)) => self.text(&self.words.count(count)),
            Some(Arg::Name(name)) => self.pieces.push(Piece::Name(name)),
            Some(Arg::Pieces(pieces)) => pieces.into_iter().for_each(|piece| match piece {
                Piece::Text(text) => self.text(&text),
                Piece::Name(_) => self.pieces.push(piece),
            }),
        }
    }

    fn text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(before)) => before.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    fn lacking(&mut self, name: &str) {
        self.text(&format!("⟨{name}⟩"));
    }
}

fn key(variant: &Variant<&'static str>) -> Option<&'static str> {
    match variant.key {
        VariantKey::Identifier { name } => Some(name),
        VariantKey::NumberLiteral { value } => Some(value),
    }
}
