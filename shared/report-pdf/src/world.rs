//! The world as a template sees it: itself as `report.typ`, the sheet as `data.json`, the look as `look.json`, and the logo.
//! There is no other file, no package, and no clock, so a template can neither read nor send anything, and what it makes
//! depends on the order alone.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

use crate::error::TypesetError;
use crate::fonts;
use crate::names::Names;
use crate::order::{Image, Order};
use crate::printable::Printable;

/// What the engine asks for.
pub struct Engine {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    /// The sheet, the look, and the logo where there is one.
    files: Vec<(FileId, Bytes)>,
    /// What was found to be wrong with the look.
    pub remarks: Vec<String>,
}

impl Engine {
    pub fn new(order: &Order, printable: &Printable) -> Result<Self, TypesetError> {
        let library = Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build();
        let template = order.template.as_deref().unwrap_or(crate::TEMPLATE);
        let mut files =
            vec![(file_id("data.json")?, json_file(&printable.data)), (file_id("look.json")?, json_file(&look(order)))];
        if let Some(logo) = &order.logo {
            let bytes = BASE64_STANDARD.decode(&logo.base64).map_err(|_| TypesetError::Logo)?;
            files.push((file_id(logo.file_name())?, Bytes::new(bytes)));
        }
        Ok(Self {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(&printable.fonts)),
            fonts: printable.fonts.clone(),
            template: Source::new(file_id("report.typ")?, template.to_owned()),
            files,
            remarks: printable.remarks.clone(),
        })
    }

    /// Names of the sheet, which no message may quote.
    pub fn names(&self) -> Names {
        let sheet = self.files.first().and_then(|(_, json)| serde_json::from_slice(json).ok()).unwrap_or_default();
        Names::of(&sheet, self.template.text())
    }

    /// The line, from 1, at which a range of bytes of the template begins.
    pub fn line(&self, id: FileId, start: usize) -> Option<usize> {
        let is_template = id == self.template.id();
        is_template.then(|| self.template.lines().byte_to_line(start)).flatten().map(|line| line + 1)
    }
}

/// Files have the same names in every order, because the engine keeps each name that it ever saw.
fn file_id(name: &str) -> Result<FileId, TypesetError> {
    let path = VirtualPath::new(name).map_err(|_| TypesetError::Panicked)?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn json_file(value: &serde_json::Value) -> Bytes {
    Bytes::from_string(value.to_string())
}

/// `look.json`.
fn look(order: &Order) -> serde_json::Value {
    let company = order.look.font.as_deref();
    json!({
        "paper": order.look.paper.name(),
        "brand": order.look.brand,
        "accent": order.look.accent,
        "fonts": company.into_iter().chain(fonts::FAMILIES).collect::<Vec<_>>(),
        "logo": order.logo.as_ref().map(Image::file_name),
    })
}

impl World for Engine {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(missing(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.files.iter().find(|(name, _)| *name == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

/// Lets go of what the engine remembers of the last report, so that many in one process do not add up.
pub fn forget() {
    typst::comemo::evict(0);
}
