//! From a template to the bytes of a PDF: once as PDF/UA-1 and PDF/A-2a, which the engine enforces, and where it refuses,
//! once more without them, because a report without the label is better than none.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use jiff::tz::Offset;
use typst::diag::SourceResult;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::Typeset;
use crate::error::{Fault, TypesetError};
use crate::order::{Moment, Order};
use crate::world::Engine;

/// What the file promises where it can.
const STANDARDS: [PdfStandard; 2] = [PdfStandard::Ua_1, PdfStandard::A_2a];

pub fn typeset(engine: &Engine, order: &Order, replaced: usize) -> Result<Typeset, TypesetError> {
    let (document, mut warnings) = compile(engine)?;
    let pages = document.pages().len();
    let strict = match PdfStandards::new(&STANDARDS) {
        Ok(standards) => write(engine, &document, &options(order, standards)),
        Err(_) => Err(TypesetError::Panicked),
    };
    let is_accessible = strict.is_ok();
    let pdf = match strict {
        Ok(pdf) => pdf,
        Err(refused) => {
            warnings.push(format!("not PDF/UA-1 and PDF/A-2a: {refused}"));
            write(engine, &document, &options(order, PdfStandards::default()))?
        }
    };
    Ok(Typeset { pdf, pages, replaced, is_accessible, warnings })
}

/// The pages, and what the engine remarked.
pub fn compile(engine: &Engine) -> Result<(PagedDocument, Vec<String>), TypesetError> {
    let done = unpanicked(|| typst::compile::<PagedDocument>(engine))?;
    let document = done.output.map_err(|said| TypesetError::Template(Fault::list(engine, &said)))?;
    let remarks = Fault::list(engine, &done.warnings).into_iter().map(|fault| fault.to_string());
    Ok((document, engine.remarks.iter().cloned().chain(remarks).collect()))
}

fn write(engine: &Engine, document: &PagedDocument, options: &PdfOptions) -> Result<Vec<u8>, TypesetError> {
    let written: SourceResult<Vec<u8>> = unpanicked(|| typst_pdf::pdf(document, options))?;
    written.map_err(|said| TypesetError::Export(Fault::list(engine, &said)))
}

/// The engine promises errors; where it panics all the same, that is one more error.
fn unpanicked<T>(work: impl FnOnce() -> T) -> Result<T, TypesetError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| TypesetError::Panicked)
}

/// Time and identity come from the order, so that the same order gives the same bytes.
fn options(order: &Order, standards: PdfStandards) -> PdfOptions {
    let identity = format!("{} {} {}", order.sheet.document_title, order.sheet.made, order.made_at.unix_s);
    PdfOptions {
        ident: Smart::Custom(identity),
        creator: Smart::Custom(Some("cx-bridge".to_owned())),
        timestamp: timestamp(order.made_at),
        standards,
        ..PdfOptions::default()
    }
}

/// A moment that no calendar has is the first of 1970: PDF/A wants a date, and the report says by itself when it was made.
fn timestamp(moment: Moment) -> Option<typst_pdf::Timestamp> {
    let epoch = || Some(typst_pdf::Timestamp::new_utc(Datetime::from_ymd_hms(1970, 1, 1, 0, 0, 0)?));
    local(moment).or_else(epoch)
}

fn local(moment: Moment) -> Option<typst_pdf::Timestamp> {
    let offset = Offset::from_seconds(moment.offset_min.checked_mul(60)?).ok()?;
    let local = offset.to_datetime(Timestamp::from_second(moment.unix_s).ok()?);
    let part = |value: i8| u8::try_from(value).ok();
    let datetime = Datetime::from_ymd_hms(
        u16::try_from(local.year()).ok()?.into(),
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    )?;
    typst_pdf::Timestamp::new_local(datetime, moment.offset_min)
}
