//! What a person asks for: a day again, days for the archive, a report to look at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use platform::deadline::Deadline;
use platform::report::{RunReport, Status};
use platform::telemetry::caught;
use serde_json::json;

use crate::NAME;
use crate::connect::NightlyReport;
use crate::failure::NightError;
use crate::ledger::Entry;
use crate::night::Shift;
use crate::read_plan;
use crate::record;
use crate::render;
use crate::store::pages;

impl NightlyReport {
    /// A day is read anew, worked out and stored; with `resend` its mail goes out again, marked where it may have arrived.
    ///
    /// # Errors
    /// [`NightError`].
    pub(crate) async fn again(
        &self,
        day: Date,
        resend: bool,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), NightError> {
        self.must_be_over(day)?;
        let Some(held) = self.locks.try_hold(NAME, self.lease).await? else {
            report.end(Status::Skipped, "another run is at it; invoke it again");
            return Ok(());
        };
        let mut shift = Shift::new(&held, deadline, report);
        let worked = caught(Box::pin(self.prepare_and_resend(day, resend, &mut shift))).await;
        let released = held.release().await;
        worked??;
        Ok(released?)
    }

    async fn prepare_and_resend(&self, day: Date, resend: bool, shift: &mut Shift<'_>) -> Result<(), NightError> {
        // What is mailed now is not mailed once more for a PDF that there was no time for.
        let until = if resend { shift.deadline.leaving(self.time_for_a_pdf()) } else { shift.deadline };
        self.prepare(day, true, until, shift).await?;
        if !resend {
            return Ok(());
        }
        let standing = self.standing(day, shift).await?;
        let now = self.platform.clock.now();
        for list in &self.settings.lists {
            let known = standing.mails.get(&list.name).cloned();
            let entry = known.map_or_else(|| Entry::due(now), |entry| entry.asked_again(now));
            self.mail(day, &list.name, &entry, shift).await?;
        }
        let due = self.settings.schedule.report_at(now);
        let is_watched = day == due.day || day == self.settings.schedule.report_before(&due).day;
        if !is_watched && shift.report.failed > 0 {
            shift.report.end(Status::Failed, "a mail about so old a day is not tried again by itself: invoke it again");
        }
        Ok(())
    }

    /// Text, page and PDF of a day are made again from its archived report, in the look and language of now.
    ///
    /// # Errors
    /// [`NightError`]; [`NightError::NoReport`] when the archive has none that this release reads.
    pub(crate) async fn typeset_again(
        &self,
        day: Date,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), NightError> {
        let Some(held) = self.locks.try_hold(NAME, self.lease).await? else {
            report.end(Status::Skipped, "another run is at it; invoke it again");
            return Ok(());
        };
        let mut shift = Shift::new(&held, deadline, report);
        let worked = caught(Box::pin(async {
            let archived = self.archived_report(day).await?;
            self.store_pages(&archived, &mut shift).await
        }))
        .await;
        let released = held.release().await;
        record::count_typeset(report, day, worked??);
        Ok(released?)
    }

    /// Fills the archive with the figures of days; those that it has are left.
    ///
    /// # Errors
    /// [`NightError`]; days that were put stay.
    pub(crate) async fn backfill(
        &self,
        from: Date,
        to: Date,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), NightError> {
        self.must_be_over(to)?;
        let Some(held) = self.locks.try_hold(NAME, self.lease).await? else {
            report.end(Status::Skipped, "another run is at it; invoke it again");
            return Ok(());
        };
        let mut shift = Shift::new(&held, deadline, report);
        let filled = caught(Box::pin(self.fill(from, to, &mut shift))).await;
        let released = held.release().await;
        filled??;
        Ok(released?)
    }

    async fn fill(&self, from: Date, to: Date, shift: &mut Shift<'_>) -> Result<(), NightError> {
        let mut lacking = BTreeSet::new();
        for day in from.series(1.day()).take_while(|day| *day <= to) {
            if self.has_archived(day).await? {
                record::count_known(shift.report);
            } else {
                lacking.insert(day);
            }
        }
        let queues = self.genesys.queue_names(shift.deadline).await?.len();
        for piece in read_plan::history(self.zone(), &lacking, queues) {
            if shift.deadline.is_closing() {
                shift.report.end(Status::Continued, "invoke it again: the archive has what was read");
                return Ok(());
            }
            shift.held.renew().await?;
            for day in self.read_piece(&piece, &mut BTreeMap::new(), shift.deadline).await? {
                // A day that was stored meanwhile has more than this one.
                shift.held.renew().await?;
                if self.has_archived(day.date).await? {
                    record::count_known(shift.report);
                } else {
                    self.put_day(&day).await?;
                    record::count_filled(shift.report);
                }
            }
        }
        Ok(())
    }

    /// The report of a day as it would be mailed now; nothing is stored.
    ///
    /// # Errors
    /// [`NightError`].
    pub(crate) async fn dry_run(
        &self,
        day: Option<Date>,
        report: &mut RunReport,
        deadline: Deadline,
    ) -> Result<(), NightError> {
        let day = day.unwrap_or_else(|| self.settings.schedule.report_at(self.platform.clock.now()).day);
        self.must_be_over(day)?;
        let night = self.read_night(day, false, deadline).await?;
        night.warnings.iter().for_each(|line| report.warn(line));
        let built = self.report(&night, &report.run_id);
        let language = self.settings.edition.language;
        let pages = pages(&built, language, &[])?;
        let subject = render::subject(&built, language, false);
        let lists: Vec<&str> = self.settings.lists.iter().map(|list| list.name.as_str()).collect();
        record::count_dry_run(report, &subject);
        report.plan = Some(json!({ "date": day, "subject": subject, "lists": lists, "text": pages.text }));
        Ok(())
    }

    fn must_be_over(&self, day: Date) -> Result<(), NightError> {
        let is_over = self.zone().interval(day).to <= self.platform.clock.now();
        if is_over { Ok(()) } else { Err(NightError::NotOver { day }) }
    }
}
