//! What is to be typeset, and how: all that the engine gets to see. An order crosses a process boundary as JSON, so the
//! files of a company's look are inside it as base64.

use serde::{Deserialize, Serialize};

use crate::look::Look;
use crate::sheet::Sheet;

/// A report to typeset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What stands on the pages.
    pub sheet: Sheet,
    /// Paper, colours and font.
    #[serde(default)]
    pub look: Look,
    /// A company's own template, in Typst's language; `None`: [`TEMPLATE`](crate::TEMPLATE).
    #[serde(default)]
    pub template: Option<String>,
    /// A company's logo.
    #[serde(default)]
    pub logo: Option<Image>,
    /// A company's fonts: OpenType or TrueType files, also collections, in base64.
    #[serde(default)]
    pub fonts: Vec<String>,
    /// When the report was made. Stands in the file's properties, so it decides the bytes as well.
    pub made_at: Moment,
    /// How much memory a process that typesets this may use, in MiB; `None`: all there is. Only
    /// [`child::run`](crate::child::run) looks at it.
    #[serde(default)]
    pub memory_mib: Option<u64>,
}

impl Order {
    /// An order for a sheet in the built-in look.
    #[must_use]
    pub fn new(sheet: Sheet, made_at: Moment) -> Self {
        Self { sheet, look: Look::default(), template: None, logo: None, fonts: Vec::new(), made_at, memory_mib: None }
    }

    /// The same report without anything that a company brought along but its paper and colours: no file of it is left
    /// that could be at fault.
    #[must_use]
    pub fn built_in(&self) -> Self {
        let look = Look { font: None, ..self.look.clone() };
        Self { look, memory_mib: self.memory_mib, ..Self::new(self.sheet.clone(), self.made_at) }
    }

    /// Whether a company brought a template, a logo or fonts along, so that [`built_in`](Self::built_in) is another order.
    #[must_use]
    pub fn is_customised(&self) -> bool {
        self.template.is_some() || self.logo.is_some() || !self.fonts.is_empty() || self.look.font.is_some()
    }
}

/// A moment, with the offset of the clocks on which it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix_s: i64,
    /// Minutes east of Greenwich.
    pub offset_min: i32,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// What the bytes are.
    pub kind: ImageKind,
    /// The file, in base64.
    pub base64: String,
}

impl Image {
    /// The name under which a template finds it.
    #[must_use]
    pub const fn file_name(&self) -> &'static str {
        match self.kind {
            ImageKind::Svg => "logo.svg",
            ImageKind::Png => "logo.png",
        }
    }
}

/// Kinds of pictures that the engine reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    /// Shapes, sharp at every size. Text in it needs one of the fonts of the order.
    Svg,
    /// Pixels.
    Png,
}
