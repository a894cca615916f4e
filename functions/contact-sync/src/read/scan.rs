//! One slice of a scan: the next pages of Genesys' external contacts, as many as a slice has room for.

use genesys::{ExternalContact, Genesys};
use platform::vendor::Failure;
use serde::{Deserialize, Serialize};

use super::{ReadError, Reader};

/// Times that a scan may begin again because its cursor was no longer known: a cursor lives for a day.
const RESTARTS_MAX: u32 = 3;

/// How far the scan of Genesys is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanPlace {
    /// The cursor of the next page; the beginning, without one.
    pub cursor: Option<String>,
    /// How often it began again.
    #[serde(default)]
    pub restarts: u32,
}

/// How a slice of a scan ended.
#[derive(Debug)]
pub(crate) enum Scanned {
    /// Behind these pages it goes on here.
    UpTo(ScanPlace),
    /// These were the last pages.
    Whole,
    /// Genesys no longer knows the cursor: it begins again here, and what was shown of this slice comes once more.
    Again(ScanPlace),
}

/// Shows `take` the contacts from `place` on.
///
/// # Errors
/// [`ReadError`].
pub(crate) async fn scan(
    genesys: &Genesys,
    reader: &Reader<'_>,
    place: &ScanPlace,
    mut take: impl FnMut(ExternalContact),
) -> Result<Scanned, ReadError> {
    let page_size = reader.config.scan_page_size;
    let pages = reader.config.slice_contacts.div_ceil(page_size as usize);
    let mut cursor = place.cursor.clone();
    for _ in 0..pages.max(1) {
        reader.pulse.beat().await?;
        let page = match genesys.scan(cursor.as_deref(), page_size, reader.deadline).await {
            Err(error) if matches!(error.failure, Failure::Conflict { .. }) && place.restarts < RESTARTS_MAX => {
                tracing::warn!("Genesys no longer knows the cursor of the scan; it begins again");
                return Ok(Scanned::Again(ScanPlace { cursor: None, restarts: place.restarts + 1 }));
            }
            page => page?,
        };
        page.contacts.into_iter().for_each(&mut take);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(Scanned::Whole);
        }
    }
    Ok(Scanned::UpTo(ScanPlace { cursor, restarts: place.restarts }))
}
