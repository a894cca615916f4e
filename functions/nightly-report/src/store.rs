//! Puts a night into the archive: what was read, what was worked out, and how it reads.

use jiff::civil::Date;

use crate::connect::NightlyReport;
use crate::day::Day;
use crate::failure::NightError;
use crate::history::{self, File};
use crate::read::Night;
use crate::read_plan;
use crate::render;
use crate::report::{Input, Report, build};
use crate::words::Language;

/// What the text says first when it goes out without the page.
pub(crate) const WITHOUT_HTML: &str = "The page of this report could not be made; this text has all of its figures.";

/// A report and how it reads.
pub(crate) struct Pages {
    pub(crate) text: String,
    /// `None`: it could not be made, and the text says so.
    pub(crate) html: Option<String>,
}

impl NightlyReport {
    /// The report of a night.
    pub(crate) fn report(&self, night: &Night, run_id: &str) -> Report {
        let Night { day, past, restated, .. } = night;
        let (settings, made_at) = (&self.settings, self.platform.clock.now());
        build(Input { day, past, restated: restated.clone(), settings, made_at, run_id })
    }

    /// Archives a night and its report; says whether everything was read.
    ///
    /// # Errors
    /// [`NightError`]. Doing it again replaces what was put by the same.
    pub(crate) async fn store(&self, night: &Night, report: &Report) -> Result<bool, NightError> {
        for day in &night.read_again {
            self.put_day(day).await?;
        }
        self.put_day(&night.day).await?;
        let pages = pages(report)?;
        let json = serde_json::to_vec_pretty(report).unwrap_or_default();
        let date = report.date;
        self.put(File::Report, date, json).await?;
        self.put(File::Text, date, pages.text.into_bytes()).await?;
        if let Some(html) = pages.html {
            self.put(File::Html, date, html.into_bytes()).await?;
        }
        Ok(night.has_past && read_plan::missing(self.zone(), &night.day).is_empty())
    }

    pub(crate) async fn put_day(&self, day: &Day) -> Result<(), NightError> {
        let bytes = history::write(day).map_err(|error| NightError::History { day: day.date, error })?;
        self.put(File::Data, day.date, bytes).await
    }

    async fn put(&self, file: File, date: Date, bytes: Vec<u8>) -> Result<(), NightError> {
        Ok(self.archive.put(&file.key(date), bytes, file.content_type()).await?)
    }

    /// The report of a day as it is archived.
    ///
    /// # Errors
    /// [`NightError::NoReport`] when there is none.
    pub(crate) async fn archived_report(&self, day: Date) -> Result<Report, NightError> {
        let bytes = self.archive.get(&File::Report.key(day)).await?;
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(NightError::NoReport { day })
    }
}

/// How a report reads. A page that cannot be made does not keep the figures back.
pub(crate) fn pages(report: &Report) -> Result<Pages, NightError> {
    match render::html(report, Language::En) {
        Ok(html) => Ok(Pages { text: render::text(report, Language::En, "")?, html: Some(html) }),
        Err(error) => {
            tracing::error!(%error, "the page was not made; the text goes out alone");
            Ok(Pages { text: render::text(report, Language::En, WITHOUT_HTML)?, html: None })
        }
    }
}
