//! Puts a night into the archive: what was read, what was worked out, and how it reads.

use jiff::civil::Date;

use crate::connect::NightlyReport;
use crate::day::Day;
use crate::failure::NightError;
use crate::history::{self, File};
use crate::night::Shift;
use crate::note::Note;
use crate::read::Night;
use crate::read_plan;
use crate::render;
use crate::report::{Input, Report, build};
use crate::words::{Language, Words};

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
    pub(crate) async fn store(
        &self,
        night: &Night,
        report: &Report,
        shift: &mut Shift<'_>,
    ) -> Result<bool, NightError> {
        for day in &night.read_again {
            self.put_day(day).await?;
        }
        self.put_day(&night.day).await?;
        let json = serde_json::to_vec_pretty(report).unwrap_or_default();
        self.put(File::Report, report.date, json).await?;
        shift.press.forget(report.date);
        self.store_pages(report, shift).await?;
        Ok(night.has_past && read_plan::missing(self.zone(), &night.day).is_empty())
    }

    /// Archives how a report reads, in the general language and on the general paper; says whether a PDF is part of it.
    ///
    /// # Errors
    /// [`NightError`]: the text could not be made or put, or another run has the lock. Page and PDF that cannot be put are
    /// a warning.
    pub(crate) async fn store_pages(&self, report: &Report, shift: &mut Shift<'_>) -> Result<bool, NightError> {
        let edition = self.settings.edition;
        let pages = pages(report, edition.language, &[])?;
        self.put(File::Text, report.date, pages.text.into_bytes()).await?;
        if let Some(html) = pages.html {
            self.put_or_warn(File::Html, report.date, html.into_bytes(), shift).await;
        }
        let copy = self.copy(report, edition, shift).await?;
        match &copy.pdf {
            Some(pdf) => Ok(self.put_or_warn(File::Pdf, report.date, pdf.clone(), shift).await),
            None => Ok(false),
        }
    }

    /// Archives what can be made again of the archived report; says whether it is there. No mail waits for it.
    async fn put_or_warn(&self, file: File, date: Date, bytes: Vec<u8>, shift: &mut Shift<'_>) -> bool {
        let Err(error) = self.put(file, date, bytes).await else { return true };
        let line = format!("{} was not put into the archive: {error}", file.key(date));
        tracing::error!("{line}");
        shift.report.warn(line);
        false
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
    /// [`NightError::NoReport`] when there is none, [`NightError::Report`] when it is not understood.
    pub(crate) async fn archived_report(&self, day: Date) -> Result<Report, NightError> {
        let bytes = self.archive.get(&File::Report.key(day)).await?.ok_or(NightError::NoReport { day })?;
        Report::read(&bytes).map_err(|error| NightError::Report { day, error })
    }
}

/// How a report reads, with what its reader has to know first. A page that cannot be made does not keep the figures back.
pub(crate) fn pages(report: &Report, language: Language, notes: &[Note]) -> Result<Pages, NightError> {
    match render::html(report, language, notes) {
        Ok(html) => Ok(Pages { text: render::text(report, language, notes)?, html: Some(html) }),
        Err(error) => {
            tracing::error!(%error, "the page was not made; the text goes out alone");
            let alone = Note::of(Words::of(language).text("note-page-not-made"));
            let notes: Vec<Note> = std::iter::once(alone).chain(notes.iter().cloned()).collect();
            Ok(Pages { text: render::text(report, language, &notes)?, html: None })
        }
    }
}
