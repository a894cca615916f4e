//! A Rust file as a flat list of tokens with their lines.
//!
//! Tokens and not text, so that a rule about code is blind to comments and strings, and a rule about strings is blind to
//! code. Tokens and not a syntax tree, so that functions inside macros such as `proptest!` are seen as well.
//! Comments, doc comments included, are not part of the list.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Mark,
    Text,
    Open,
    Close,
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    text: String,
    line: usize,
}

/// One function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of the `fn`.
    pub line: usize,
    /// Lines from the `fn` to the closing brace, both counted.
    pub length: usize,
    /// Whether an attribute such as `#[test]` or `#[tokio::test]` stands above it.
    pub is_test: bool,
}

/// The tokens of one Rust file.
#[derive(Debug, Default)]
pub struct Tokens {
    list: Vec<Token>,
    /// Why the text could not be read, if so. The list is empty then.
    pub unreadable: Option<String>,
}

impl Tokens {
    /// Reads a text. A text that is no Rust gives no tokens and says so in `unreadable`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut tokens = Self::default();
        match TokenStream::from_str(text) {
            Ok(stream) => tokens.append(stream),
            Err(error) => tokens.unreadable = Some(error.to_string()),
        }
        tokens
    }

    /// The lines where the pattern stands in the code. Its tokens are separated by blanks: `thread :: sleep`.
    #[must_use]
    pub fn find(&self, pattern: &str) -> Vec<usize> {
        let wanted: Vec<&str> = pattern.split(' ').collect();
        let starts = self.list.windows(wanted.len()).filter(|window| matches(window, &wanted));
        starts.map(|window| window[0].line).collect()
    }

    /// The string literals with their lines, as written, runs of white space made one blank.
    pub fn texts(&self) -> impl Iterator<Item = (usize, String)> {
        let texts = self.list.iter().filter(|token| token.kind == Kind::Text);
        texts.map(|token| (token.line, token.text.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// The attributes (`#[…]` and `#![…]`), each as its tokens joined by blanks, with their lines.
    #[must_use]
    pub fn attributes(&self) -> Vec<(usize, String)> {
        let is_attribute = |index: &usize| {
            let before = |back: usize| index.checked_sub(back).map_or("", |at| self.list[at].text.as_str());
            self.is(*index, Kind::Open, "[") && (before(1) == "#" || (before(1) == "!" && before(2) == "#"))
        };
        let opens = (0..self.list.len()).filter(is_attribute);
        opens.map(|open| (self.list[open].line, self.joined(open + 1, self.closing(open)))).collect()
    }

    /// The names of modules, declared or with a body, with their lines.
    pub fn modules(&self) -> impl Iterator<Item = (usize, &str)> {
        let pairs = self.list.windows(2);
        let named = pairs.filter(|pair| pair[0].text == "mod" && pair.iter().all(|token| token.kind == Kind::Word));
        named.map(|pair| (pair[1].line, pair[1].text.as_str()))
    }

    /// The same tokens without the modules marked `#[cfg(test)]`.
    #[must_use]
    pub fn without_test_modules(&self) -> Self {
        self.split_test_modules().0
    }

    /// Only what stands in modules marked `#[cfg(test)]`.
    #[must_use]
    pub fn test_modules(&self) -> Self {
        self.split_test_modules().1
    }

    /// Every function with a body, nested ones and those inside macros included.
    #[must_use]
    pub fn functions(&self) -> Vec<Function> {
        (0..self.list.len()).filter_map(|index| self.function_at(index)).collect()
    }

    /// How many lines hold at least one token.
    #[must_use]
    pub fn lines_of_code(&self) -> usize {
        let mut lines: Vec<usize> = self.list.iter().map(|token| token.line).collect();
        lines.dedup();
        lines.len()
    }

    fn split_test_modules(&self) -> (Self, Self) {
        let (mut product, mut tests) = (Self::default(), Self::default());
        let start: Vec<&str> = "# [ cfg ( test ) ] mod".split(' ').collect();
        let mut index = 0;
        while index < self.list.len() {
            let rest = &self.list[index..];
            let is_start = rest.len() > start.len() + 1 && matches(&rest[..start.len()], &start);
            let open = index + start.len() + 1;
            let end = if is_start && self.is(open, Kind::Open, "{") { self.closing(open) } else { index };
            let target = if end > index { &mut tests } else { &mut product };
            target.list.extend_from_slice(&self.list[index..=end]);
            index = end + 1;
        }
        (product, tests)
    }

    fn function_at(&self, index: usize) -> Option<Function> {
        let name = self.list.get(index + 1).filter(|token| token.kind == Kind::Word)?;
        if !self.is(index, Kind::Word, "fn") {
            return None;
        }
        let mut at = index + 2;
        while !self.is(at, Kind::Open, "{") {
            let token = self.list.get(at)?;
            match (token.kind, token.text.as_str()) {
                (Kind::Mark, ";") | (Kind::Close, _) => return None, // Declared without a body.
                (Kind::Open, _) => at = self.closing(at) + 1,
                _ => at += 1,
            }
        }
        let line = self.list[index].line;
        let length = self.list[self.closing(at)].line + 1 - line;
        Some(Function { name: name.text.clone(), line, length, is_test: self.has_test_attribute(index) })
    }

    /// Walks back from `fn` over `pub`, `async` and the attributes.
    fn has_test_attribute(&self, index: usize) -> bool {
        let mut at = index;
        while at > 0 {
            at -= 1;
            let token = &self.list[at];
            if self.is(at, Kind::Close, "]") {
                let open = self.opening(at);
                let path = self.joined(open + 1, at);
                if path.split(" (").next().is_some_and(|path| path == "test" || path.ends_with(":: test")) {
                    return true;
                }
                at = open.saturating_sub(1); // The `#`.
            } else if !["pub", "async", "const", "extern", "unsafe"].contains(&token.text.as_str()) {
                return false;
            }
        }
        false
    }

    fn is(&self, index: usize, kind: Kind, text: &str) -> bool {
        self.list.get(index).is_some_and(|token| token.kind == kind && token.text == text)
    }

    fn joined(&self, from: usize, to: usize) -> String {
        let texts: Vec<&str> = self.list[from..to].iter().map(|token| token.text.as_str()).collect();
        texts.join(" ")
    }

    /// The index of the delimiter that closes the one at `open`.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.list.iter().enumerate().skip(open) {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 1 => return index,
                Kind::Close => depth -= 1,
                _ => {}
            }
        }
        self.list.len() - 1
    }

    /// The index of the delimiter that the one at `close` closes.
    fn opening(&self, close: usize) -> usize {
        let mut depth = 0_usize;
        for index in (0..=close).rev() {
            match self.list[index].kind {
                Kind::Close => depth += 1,
                Kind::Open if depth == 1 => return index,
                Kind::Open => depth -= 1,
                _ => {}
            }
        }
        0
    }

    fn append(&mut self, stream: TokenStream) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut index = 0;
        while let Some(tree) = trees.get(index) {
            match tree {
                TokenTree::Punct(_) if doc_comment_length(&trees[index..]) > 0 => {
                    index += doc_comment_length(&trees[index..]);
                    continue;
                }
                TokenTree::Punct(first) if first.as_char() == ':' && first.spacing() == Spacing::Joint => {
                    self.push(Kind::Mark, "::".to_owned(), tree);
                    index += 1;
                }
                TokenTree::Group(group) => self.append_group(group),
                TokenTree::Ident(word) => self.push(Kind::Word, word.to_string(), tree),
                TokenTree::Punct(mark) => self.push(Kind::Mark, mark.to_string(), tree),
                TokenTree::Literal(literal) => {
                    let written = literal.to_string();
                    let is_text = written.ends_with('"') || written.ends_with('#');
                    self.push(if is_text { Kind::Text } else { Kind::Word }, written, tree);
                }
            }
            index += 1;
        }
    }

    fn append_group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.append(group.stream()),
        };
        let line = group.span_open().start().line;
        self.list.push(Token { kind: Kind::Open, text: open.to_owned(), line });
        self.append(group.stream());
        let line = group.span_close().end().line;
        self.list.push(Token { kind: Kind::Close, text: close.to_owned(), line });
    }

    fn push(&mut self, kind: Kind, text: String, tree: &TokenTree) {
        self.list.push(Token { kind, text, line: tree.span().start().line });
    }
}

fn matches(window: &[Token], wanted: &[&str]) -> bool {
    window.iter().zip(wanted).all(|(token, wanted)| token.kind != Kind::Text && token.text == *wanted)
}

/// How many trees at the start are a doc comment, which the lexer gives as `#[doc = "…"]` or `#![doc = "…"]`; else 0.
fn doc_comment_length(trees: &[TokenTree]) -> usize {
    let is_mark =
        |index: usize, mark: char| matches!(trees.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
    let group_at = if is_mark(1, '!') { 2 } else { 1 };
    let Some(TokenTree::Group(group)) = trees.get(group_at).filter(|_| is_mark(0, '#')) else {
        return 0;
    };
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    match inside.as_slice() {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(_)] if *name == "doc" => group_at + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Tokens;

    #[test]
    fn code_is_told_from_comments_and_strings() {
        let tokens = Tokens::read("/// std::env\nfn f() { // std::env\n    g(\"std::env\", std::env::args());\n}");
        assert_eq!(tokens.find("std :: env"), [3]);
        assert_eq!(tokens.texts().collect::<Vec<_>>(), [(3, "\"std::env\"".to_owned())]);
    }

    #[test]
    fn functions_in_macros_traits_and_test_modules_are_seen() {
        let text = "trait T { fn a(); }\nproptest! {\n#[test]\nfn b(x in 0..3) {\n}\n}\n#[cfg(test)]\nmod tests {\n#[tokio::test(flavor = \"x\")]\npub async fn c() {}\n}";
        let functions = Tokens::read(text).functions();
        let found: Vec<_> = functions.iter().map(|f| (f.name.as_str(), f.line, f.length, f.is_test)).collect();
        assert_eq!(found, [("b", 4, 2, true), ("c", 10, 1, true)]);
    }

    #[test]
    fn test_modules_can_be_left_out() {
        let tokens = Tokens::read("fn a() {}\n#[cfg(test)]\nmod tests {\nfn b() {}\n}\nfn c() {}");
        let names = |tokens: &Tokens| tokens.functions().into_iter().map(|f| f.name).collect::<Vec<_>>();
        assert_eq!(names(&tokens.without_test_modules()), ["a", "c"]);
        assert_eq!(names(&tokens.test_modules()), ["b"]);
    }
}
