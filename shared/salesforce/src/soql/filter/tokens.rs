//! The words, texts and signs of a condition, each with its place.

/// What a condition is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name, a keyword or a date literal.
    Word(String),
    /// A text between quotes.
    Text(Content),
    /// What begins with a digit or a minus: a number or a time.
    Figure(String),
    /// A comparison, parenthesis, comma or colon.
    Sign(&'static str),
    /// Nothing more.
    End,
}

/// The characters of a text, and whether each was written behind a backslash.
pub(super) type Content = Vec<(char, bool)>;

/// A token and the place of its first character, counted from 1.
pub(super) type Placed = (usize, Token);

/// The longer ones first.
const SIGNS: [&str; 10] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ",", ":"];

/// All tokens, [`Token::End`] last; or the place of what is none, and what was expected there.
pub(super) fn read(text: &str) -> Result<Vec<Placed>, (usize, &'static str)> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        let place = at + 1;
        let rest = &characters[at..];
        match character {
            ' ' | '\t' | '\r' | '\n' => at += 1,
            '\'' => {
                let (content, length) = quoted(rest).map_err(|(offset, expected)| (place + offset, expected))?;
                tokens.push((place, Token::Text(content)));
                at += length;
            }
            'A'..='Z' | 'a'..='z' => {
                let word = run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
                at += word.len();
                tokens.push((place, Token::Word(word)));
            }
            '0'..='9' | '-' => {
                let figure = run(rest, |c| c.is_ascii_alphanumeric() || "+-.:".contains(c));
                at += figure.len();
                tokens.push((place, Token::Figure(figure)));
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| sign.chars().eq(rest.iter().copied().take(sign.len())));
                let sign = sign.ok_or((place, "a column, a comparison or a value"))?;
                at += sign.len();
                tokens.push((place, Token::Sign(sign)));
            }
        }
    }
    tokens.push((characters.len() + 1, Token::End));
    Ok(tokens)
}

/// The ASCII characters from the first on for which `belongs` holds.
fn run(characters: &[char], belongs: impl Fn(char) -> bool) -> String {
    characters.iter().copied().take_while(|character| belongs(*character)).collect()
}

/// The content of a text in quotes, and its length with them.
fn quoted(characters: &[char]) -> Result<(Content, usize), (usize, &'static str)> {
    let mut content = Vec::new();
    let mut at = 1;
    loop {
        match characters.get(at) {
            Some('\'') => return Ok((content, at + 1)),
            Some('\\') => {
                let (character, length) = escaped(&characters[at + 1..])
                    .ok_or((at, "one of \\' \\\\ \\\" \\n \\r \\t \\b \\f \\u0000; no other backslash"))?;
                content.push((character, true));
                at += 1 + length;
            }
            Some(&character) => {
                content.push((character, false));
                at += 1;
            }
            None => return Err((at, "the quote that ends the text")),
        }
    }
}

/// The character behind a backslash, and how many characters were read for it.
fn escaped(characters: &[char]) -> Option<(char, usize)> {
    let plain = match characters.first()? {
        character @ ('\'' | '"' | '\\' | '%' | '_') => *character,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let digits: String = characters.get(1..5)?.iter().collect();
            let is_hex = digits.chars().all(|digit| digit.is_ascii_hexdigit());
            let code = is_hex.then(|| u32::from_str_radix(&digits, 16).ok())??;
            return Some((char::from_u32(code)?, 5));
        }
        _ => return None,
    };
    Some((plain, 1))
}
