//! Reads a PDF back as a screen reader does: by its tags, in the order of reading.
//!
//! Letters are what the file itself says of its glyphs (`ToUnicode`, `ActualText`), words that run from right to left stand
//! reversed under `ReversedChars`, and what no tag holds, as heads that are repeated, is not read.

use std::collections::{BTreeMap, HashMap};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// What was read.
pub struct Printed {
    /// Everything, piece by piece.
    pub text: String,
    /// The tables: rows of cells.
    pub tables: Vec<Vec<Vec<String>>>,
    /// What the pictures say of themselves.
    pub pictures: Vec<String>,
}

/// A marked piece of a page.
type Mark = (ObjectId, i64);

struct Reader<'a> {
    file: &'a Document,
    marked: HashMap<Mark, String>,
    printed: Printed,
}

impl Printed {
    pub fn of(pdf: &[u8]) -> Self {
        let file = Document::load_mem(pdf).unwrap();
        let pages = file.get_pages();
        let marked = pages.values().flat_map(|page| marked(&file, *page)).collect();
        let printed = Self { text: String::new(), tables: Vec::new(), pictures: Vec::new() };
        let mut reader = Reader { file: &file, marked, printed };
        let root = file.catalog().unwrap().get(b"StructTreeRoot").unwrap();
        reader.read(root, None);
        reader.printed
    }

    /// Whether this is written somewhere, however its words were put on lines.
    pub fn has(&self, words: &str) -> bool {
        solid(&self.text).contains(&solid(words))
    }
}

/// The text without its spaces: lines are broken at some, and pieces of a word may stand on two lines.
pub fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Reader<'_> {
    fn read(&mut self, tag: &Object, page: Option<ObjectId>) {
        match self.resolved(tag) {
            Object::Array(tags) => tags.iter().for_each(|tag| self.read(tag, page)),
            Object::Integer(mark) => {
                let piece = page.and_then(|page| self.marked.get(&(page, mark)));
                self.printed.text.extend(piece.map(String::as_str));
            }
            Object::Dictionary(tag) => self.read_tag(&tag, page),
            _ => {}
        }
    }

    fn read_tag(&mut self, tag: &Dictionary, page: Option<ObjectId>) {
        let page = tag.get(b"Pg").and_then(Object::as_reference).ok().or(page);
        if let Ok(mark) = tag.get(b"MCID") {
            return self.read(mark, page);
        }
        let kind = tag.get(b"S").and_then(Object::as_name).unwrap_or_default();
        let table = || vec![Vec::new()];
        match kind {
            b"Table" => self.printed.tables.push(Vec::new()),
            b"TR" => self.printed.tables.last_mut().unwrap_or(&mut table()).push(Vec::new()),
            b"Figure" => self.printed.pictures.extend(tag.get(b"Alt").ok().map(words)),
            _ => {}
        }
        let from = self.printed.text.len();
        match tag.get(b"ActualText") {
            Ok(text) => self.printed.text.push_str(&words(text)),
            Err(_) => tag.get(b"K").iter().for_each(|kids| self.read(kids, page)),
        }
        if matches!(kind, b"TD" | b"TH") {
            let cell = self.printed.text[from..].to_owned();
            let row = self.printed.tables.last_mut().and_then(|table| table.last_mut());
            row.unwrap().push(cell);
        }
    }

    fn resolved(&self, object: &Object) -> Object {
        match object {
            Object::Reference(id) => self.file.get_object(*id).unwrap().clone(),
            other => other.clone(),
        }
    }
}

/// A text of the file's own: UTF-16 with its mark, or UTF-8.
fn words(object: &Object) -> String {
    let bytes = object.as_str().unwrap();
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => utf16(wide),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The marked pieces of a page.
fn marked(file: &Document, page: ObjectId) -> HashMap<Mark, String> {
    let fonts = file.get_page_fonts(page).unwrap();
    let fonts: BTreeMap<_, _> = fonts.into_iter().map(|(name, font)| (name, letters(file, font))).collect();
    let content = Content::decode(&file.get_page_content(page)).unwrap();
    let mut open: Vec<Open> = Vec::new();
    let mut font = None;
    let mut marked: HashMap<Mark, String> = HashMap::new();
    for operation in content.operations {
        match (operation.operator.as_str(), operation.operands.as_slice()) {
            ("BDC" | "BMC", operands) => open.push(Open::of(operands)),
            ("EMC", _) => {
                let closed = open.pop().unwrap();
                let mark = closed.mark;
                let read = closed.read();
                match (mark, open.last_mut()) {
                    (Some(mark), _) => marked.entry((page, mark)).or_default().extend(read),
                    (None, Some(around)) => around.pieces.extend(read),
                    // What no mark holds is not read.
                    (None, None) => {}
                }
            }
            ("Tf", [Object::Name(name), _]) => font = fonts.get(name),
            ("Tj" | "TJ", [shown]) => {
                open.last_mut().unwrap().pieces.extend(glyphs(shown, font.unwrap()));
            }
            _ => {}
        }
    }
    marked
}

/// Text between a begin and its end, and what holds for it.
struct Open {
    mark: Option<i64>,
    instead: Option<String>,
    is_reversed: bool,
    pieces: Vec<String>,
}

impl Open {
    fn of(operands: &[Object]) -> Self {
        let is_reversed = matches!(operands, [Object::Name(name), ..] if name == b"ReversedChars");
        let said = operands.get(1).and_then(|said| said.as_dict().ok());
        let mark = said.and_then(|said| said.get(b"MCID").and_then(Object::as_i64).ok());
        let instead = said.and_then(|said| said.get(b"ActualText").ok()).map(words);
        Self { mark, instead, is_reversed, pieces: Vec::new() }
    }

    fn read(self) -> Vec<String> {
        match self {
            Self { instead: Some(text), .. } => vec![text],
            Self { is_reversed: true, pieces, .. } => pieces.into_iter().rev().collect(),
            Self { pieces, .. } => pieces,
        }
    }
}

/// What each glyph of a font stands for.
type Letters = HashMap<u16, String>;

fn glyphs(shown: &Object, letters: &Letters) -> Vec<String> {
    match shown {
        Object::String(codes, _) => {
            let code = |pair: &[u8]| u16::from_be_bytes([pair[0], pair[1]]);
            codes.chunks_exact(2).map(|pair| letters.get(&code(pair)).cloned().unwrap_or_default()).collect()
        }
        Object::Array(pieces) => pieces.iter().flat_map(|piece| glyphs(piece, letters)).collect(),
        _ => Vec::new(),
    }
}

/// Reads `<0001> <0041>` and `<0001> <0003> <0041>`.
fn letters(file: &Document, font: &Dictionary) -> Letters {
    let Ok(map) = font.get(b"ToUnicode").and_then(|map| file.dereference(map)) else { return Letters::new() };
    let map = map.1.as_stream().unwrap();
    let bytes = map.decompressed_content().unwrap_or_else(|_| map.content.clone());
    let mut letters = Letters::new();
    for line in String::from_utf8_lossy(&bytes).lines() {
        let fields: Vec<Vec<u8>> = line.split('<').skip(1).map(|field| hex(field.split('>').next().unwrap())).collect();
        let code = |field: &[u8]| u16::from_be_bytes([field[0], field[1]]);
        match fields.as_slice() {
            [glyph, text] if glyph.len() == 2 => {
                letters.insert(code(glyph), utf16(text));
            }
            [first, last, text] if first.len() == 2 => {
                let units = code(&text[text.len() - 2..]);
                for (offset, glyph) in (code(first)..=code(last)).enumerate() {
                    let last = units + u16::try_from(offset).unwrap();
                    letters.insert(glyph, utf16(&[&text[..text.len() - 2], &last.to_be_bytes()].concat()));
                }
            }
            _ => {}
        }
    }
    letters
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}
