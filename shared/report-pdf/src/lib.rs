//! Typesets a day's report: a [`Sheet`] of words and numbers goes in, a PDF comes out.
//!
//! A sheet is already in the reader's language: every number, date and sentence of it is text. What is left to do here is
//! to place it, by a template that a company may replace by its own. The engine is Typst, as a library: it sees the
//! template, the sheet, the look and the logo of an [`Order`], and nothing else: no file, no network, no clock.
//!
//! Two things lose no report. A character that no font knows is replaced before the engine sees it ([`Typeset::replaced`]),
//! and what PDF/UA-1 and PDF/A-2a refuse is written without them ([`Typeset::is_accessible`]). A template that
//! loops or eats memory cannot be stopped from inside: [`child`] is how a process of its own does the work.

pub mod child;
mod error;
mod export;
mod fonts;
mod layout;
pub mod look;
mod names;
mod order;
mod printable;
pub mod sheet;
mod world;

pub use error::{Fault, TypesetError};
pub use layout::{Kind, Page, Placed, layout};
pub use look::{Colour, Look, Paper};
pub use order::{Image, ImageKind, Moment, Order};
pub use sheet::Sheet;

use printable::Printable;
use world::Engine;

/// The built-in template: how a sheet looks where a company has none of its own, and the example to start one from.
pub const TEMPLATE: &str = include_str!("../templates/report.typ");

/// A finished report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typeset {
    /// The file. The same order gives the same bytes.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// How many different characters no font has, so that a box is printed for each.
    pub replaced: usize,
    /// Whether the file keeps PDF/UA-1 and PDF/A-2a, as far as the engine checks them.
    pub is_accessible: bool,
    /// What the engine remarked, and why the file is not accessible. Quotes nothing from the sheet.
    pub warnings: Vec<String>,
}

/// Typesets an order, in this process.
///
/// # Errors
///
/// [`TypesetError`], with lines of the template where it is to blame. The same order fails in the same way again;
/// [`Order::built_in`] is the next to try.
pub fn typeset(order: &Order) -> Result<Typeset, TypesetError> {
    let set = typeset_last(order);
    world::forget();
    set
}

/// The same in a process that ends with it: to let go of all that the engine remembers takes its time.
fn typeset_last(order: &Order) -> Result<Typeset, TypesetError> {
    let printable = Printable::new(order);
    let engine = Engine::new(order, &printable)?;
    export::typeset(&engine, order, printable.replaced)
}
