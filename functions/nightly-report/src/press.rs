//! Makes the PDF of a report, once for each edition that somebody reads, and whatever happens.
//!
//! ```text
//!  the company's own look ──fails──▶ the built-in look ──fails──▶ no PDF: text and HTML have every figure
//! ```
//!
//! Each step down is a line in the log, a warning of the run and a note in the mail, and none of them stops the report. A
//! look that failed is not tried again by the same run, so a template that never ends costs its time once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use report_pdf::{Moment, Order, Typeset};

use crate::calendar::Zone;
use crate::connect::NightlyReport;
use crate::failure::NightError;
use crate::look::Brought;
use crate::night::Shift;
use crate::report::Report;
use crate::settings::Edition;
use crate::sheet::sheet;
use crate::typeset::TypesetterError;

/// Time that is kept for what comes after the PDF: handing over mails, and the run's own end.
const KEPT: Duration = Duration::from_secs(60);
/// Less time than this is not worth a try.
const WORTH_TRYING: Duration = Duration::from_secs(2);

/// What a run has made so far.
#[derive(Default)]
pub(crate) struct Press {
    brought: Option<Arc<Brought>>,
    copies: HashMap<(Date, Edition), Arc<Copy>>,
    own_look_failed: bool,
    is_broken: bool,
}

/// A report as a PDF, or the reason why there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Copy {
    pub(crate) pdf: Option<Vec<u8>>,
    pub(crate) remarks: Vec<Remark>,
}

/// What a reader has to know about a PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// There is none.
    NotMade,
    /// It has not the look that the company wants.
    BuiltInLook,
    /// It does not keep the standards for accessible and for archived documents.
    NotAccessible,
    /// So many different characters are shown as a box, since no font has them.
    Replaced(u64),
}

impl Press {
    /// Whether a mail about a day in an edition needs no time to typeset.
    fn needs_no_time(&self, day: Date, edition: Edition) -> bool {
        self.is_broken || self.copies.contains_key(&(day, edition))
    }

    /// A day that is worked out again has no copy yet.
    pub(crate) fn forget(&mut self, day: Date) {
        self.copies.retain(|(date, _), _| *date != day);
    }
}

impl NightlyReport {
    /// A report in an edition: made now, or by this run before.
    ///
    /// # Errors
    /// [`NightError::State`]: another run has the lock. A report that cannot be typeset is a copy with a remark.
    pub(crate) async fn copy(
        &self,
        report: &Report,
        edition: Edition,
        shift: &mut Shift<'_>,
    ) -> Result<Arc<Copy>, NightError> {
        let key = (report.date, edition);
        if let Some(copy) = shift.press.copies.get(&key) {
            return Ok(copy.clone());
        }
        let copy = Arc::new(self.typeset(report, edition, shift).await?);
        // Where only time was lacking, the mail is left to a run that has more of it.
        if copy.pdf.is_some() || shift.press.is_broken {
            shift.press.copies.insert(key, copy.clone());
        }
        Ok(copy)
    }

    /// What a report of some kind may need after it was read.
    pub(crate) fn time_for_a_pdf(&self) -> Duration {
        KEPT + self.typesetter.time_limit()
    }

    /// Whether a mail is rather left to the next run, which has all the time that its PDF may take. A run that had too little
    /// of it from the beginning leaves nothing to another that has no more.
    pub(crate) fn leaves_to_the_next(&self, day: Date, edition: Edition, shift: &Shift<'_>) -> bool {
        let needed = self.time_for_a_pdf();
        let is_short = shift.deadline.remaining() < needed;
        is_short && shift.time_at_first >= needed && !shift.press.needs_no_time(day, edition)
    }

    async fn typeset(&self, report: &Report, edition: Edition, shift: &mut Shift<'_>) -> Result<Copy, NightError> {
        let mut remarks = Vec::new();
        if shift.press.is_broken {
            return Ok(Copy { pdf: None, remarks: vec![Remark::NotMade] });
        }
        let brought = self.brought(shift).await;
        if !brought.lacking.is_empty() {
            remarks.push(Remark::BuiltInLook);
        }
        let order = brought.order(sheet(report, edition.language), edition.paper, moment(report));
        if !order.is_customised() {
            return self.built_in(order, remarks, shift).await;
        }
        let built_in = order.built_in();
        if !shift.press.own_look_failed {
            match self.tried(order, shift).await? {
                Ok(set) => return Ok(finished(set, remarks, shift)),
                Err(error @ TypesetterError::NoTime) => return Ok(not_made(&error, shift)),
                Err(error @ TypesetterError::NoProcess(_)) => {
                    shift.press.is_broken = true; // no other look would start it
                    return Ok(not_made(&error, shift));
                }
                Err(error) => {
                    shift.press.own_look_failed = true;
                    let line = format!("the PDF gets the built-in look, since the company's own failed: {error}");
                    tracing::error!("{line}");
                    shift.report.warn(line);
                }
            }
        }
        if !remarks.contains(&Remark::BuiltInLook) {
            remarks.push(Remark::BuiltInLook);
        }
        self.built_in(built_in, remarks, shift).await
    }

    async fn built_in(&self, order: Order, remarks: Vec<Remark>, shift: &mut Shift<'_>) -> Result<Copy, NightError> {
        match self.tried(order, shift).await? {
            Ok(set) => Ok(finished(set, remarks, shift)),
            Err(error) => {
                // Too little time says nothing about the report: the next run has more.
                shift.press.is_broken |= !matches!(error, TypesetterError::NoTime);
                Ok(not_made(&error, shift))
            }
        }
    }

    /// One try, in what time there is. The lease outlives it: it was renewed just before.
    async fn tried(&self, order: Order, shift: &mut Shift<'_>) -> Result<Result<Typeset, TypesetterError>, NightError> {
        shift.held.renew().await?;
        let most = self.typesetter.time_limit();
        let limit = most.min(shift.deadline.remaining().saturating_sub(KEPT));
        if limit < WORTH_TRYING.min(most) {
            return Ok(Err(TypesetterError::NoTime));
        }
        match self.typesetter.typeset(order, limit).await {
            // With all the time that it may take it might have been made: neither the look nor the report is at fault.
            Err(TypesetterError::TooSlow(_)) if limit < most => Ok(Err(TypesetterError::NoTime)),
            ended => Ok(ended),
        }
    }

    /// The company's look, fetched once in a run.
    async fn brought(&self, shift: &mut Shift<'_>) -> Arc<Brought> {
        if let Some(brought) = &shift.press.brought {
            return brought.clone();
        }
        let brought = Arc::new(self.settings.look.bring(&self.archive).await);
        if !brought.lacking.is_empty() {
            let line = format!("the PDF lacks files of the company's look: {}", brought.lacking.join(", "));
            tracing::error!("{line}");
            shift.report.warn(line);
        }
        shift.press.brought = Some(brought.clone());
        brought
    }
}

/// No copy, and why. What it would have looked like is of no interest then.
fn not_made(error: &TypesetterError, shift: &mut Shift<'_>) -> Copy {
    let line = format!("no PDF was made, text and HTML have everything: {error}");
    tracing::error!("{line}");
    shift.report.warn(line);
    Copy { pdf: None, remarks: vec![Remark::NotMade] }
}

/// A finished copy, and what the engine remarked.
fn finished(set: Typeset, mut remarks: Vec<Remark>, shift: &mut Shift<'_>) -> Copy {
    let Typeset { pdf, pages, replaced, is_accessible, warnings } = set;
    tracing::info!(pages, bytes = pdf.len(), replaced, is_accessible, "the PDF was typeset");
    if !is_accessible {
        remarks.push(Remark::NotAccessible);
        shift.report.warn("the PDF does not keep PDF/UA-1 and PDF/A-2a");
    }
    if replaced > 0 {
        remarks.push(Remark::Replaced(replaced as u64));
        shift.report.warn(format!("characters that no font has, each shown as a box in the PDF: {replaced}"));
    }
    if warnings.iter().any(|warning| warning.contains("font")) && !remarks.contains(&Remark::BuiltInLook) {
        remarks.push(Remark::BuiltInLook); // one of the company's cannot be read or found: the built-in ones stand for it
    }
    for warning in warnings {
        tracing::warn!(warning, "the engine remarked something about the PDF");
        shift.report.warn(format!("the PDF: {warning}"));
    }
    Copy { pdf: Some(pdf), remarks }
}

fn moment(report: &Report) -> Moment {
    let offset_min = Zone::named(&report.zone).map_or(0, |zone| zone.offset_minutes(report.made_at));
    Moment { unix_s: report.made_at.as_second(), offset_min }
}
