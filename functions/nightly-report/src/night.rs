//! Whatever is due, from the lock to its outcomes: [`due`] says what, this carries it out.
//!
//! Two reports are looked at: the one that is made today, and the last one before it, whose mails may still be open or have
//! to be given up. After days without a tick, those between them too: each was awaited. For the days on which no list was
//! enabled nobody waits. A tick that finds another run at work goes away; the next one comes in a quarter of an hour.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use platform::deadline::Deadline;
use platform::lock::Held;
use platform::report::{RunReport, Status};
use platform::telemetry::caught;

use crate::NAME;
use crate::connect::NightlyReport;
use crate::due::{self, DayRow, Moments, Step};
use crate::failure::NightError;
use crate::ledger::Entry;
use crate::press::Press;
use crate::record;
use crate::render;
use crate::settings::List;

/// The schedule fires every quarter of an hour, and so long a run takes at most.
const NEXT_RUN_WITHIN: SignedDuration = SignedDuration::from_mins(20);

/// How often it is asked what is due about one day: to prepare, to mail, and once to see that nothing is left.
const ROUNDS_MAX: usize = 3;

/// So long a run that mails asks for what is missing: there is time left for the PDF and the mail, should Genesys hang.
pub(crate) const LAST_TRY_MAX: Duration = Duration::from_secs(90);

/// Reports before the one that is due among which the last one is looked for. A schedule that was off for a week was
/// switched off by somebody, who knows.
const REPORTS_BACK_MAX: usize = 7;

/// A run under the lock.
pub(crate) struct Shift<'a> {
    pub(crate) held: &'a Held,
    pub(crate) deadline: Deadline,
    /// What was left until it when the run began.
    pub(crate) time_at_first: Duration,
    pub(crate) report: &'a mut RunReport,
    /// What this run has typeset.
    pub(crate) press: Press,
}

/// A report before the one that is due.
struct Earlier {
    moments: Moments,
    /// The lists that waited for it, where no tick came on its day: those of the last report before it.
    missed_by: Option<Vec<String>>,
}

impl<'a> Shift<'a> {
    pub(crate) fn new(held: &'a Held, deadline: Deadline, report: &'a mut RunReport) -> Self {
        Self { held, deadline, time_at_first: deadline.remaining(), report, press: Press::default() }
    }
}

impl NightlyReport {
    /// Does whatever is due.
    ///
    /// # Errors
    /// [`NightError`].
    pub(crate) async fn tick(&self, report: &mut RunReport, deadline: Deadline) -> Result<(), NightError> {
        if self.settings.lists.is_empty() {
            report.end(Status::Skipped, "no list is enabled in [nightly-report]: there is nobody to report to");
            return self.await_nothing().await;
        }
        let Some(held) = self.locks.try_hold(NAME, self.lease).await? else {
            report.end(Status::Skipped, "another run is at it");
            return Ok(());
        };
        let mut shift = Shift::new(&held, deadline, report);
        let worked = caught(Box::pin(self.work_through(&mut shift))).await;
        let released = held.release().await;
        worked??;
        Ok(released?)
    }

    /// For the report that is due nobody waits. This is written down once, so that after the stop nobody is told of a mail
    /// that was missed.
    async fn await_nothing(&self) -> Result<(), NightError> {
        let day = self.settings.schedule.report_at(self.platform.clock.now()).day;
        if self.day_row(day).await?.is_some_and(|row| row.lists.is_empty()) {
            return Ok(());
        }
        let Some(held) = self.locks.try_hold(NAME, self.lease).await? else { return Ok(()) };
        let written = self.write_awaited_by_nobody(day, &held).await;
        let released = held.release().await;
        written?;
        Ok(released?)
    }

    async fn write_awaited_by_nobody(&self, day: Date, held: &Held) -> Result<(), NightError> {
        // A run that was at work until now may have prepared it.
        let known = self.day_row(day).await?;
        let row = known.unwrap_or_else(|| DayRow::unprepared(self.platform.clock.now(), Vec::new()));
        self.write_day(day, &DayRow { lists: Vec::new(), ..row }, held).await
    }

    async fn work_through(&self, shift: &mut Shift<'_>) -> Result<(), NightError> {
        let due = self.settings.schedule.report_at(self.platform.clock.now());
        for Earlier { moments, missed_by } in self.earlier(&due).await? {
            if let Some(lists) = missed_by {
                // Not before its turn: a run that is cut off leaves the rest without a row, and the next one finds them so.
                let row = DayRow::unprepared(self.platform.clock.now(), lists);
                self.write_day(moments.day, &row, shift.held).await?;
            }
            if !self.rounds(&moments, shift).await? {
                return Ok(());
            }
        }
        self.rounds(&due, shift).await.map(drop)
    }

    /// The last report before the one that is due, and those after it, in their order. A day without a tick leaves nothing
    /// behind; when there was a report before it, its readers wait for one.
    async fn earlier(&self, due: &Moments) -> Result<Vec<Earlier>, NightError> {
        let before = |moments: &Moments| Some(self.settings.schedule.report_before(moments));
        let newest_first = std::iter::successors(before(due), before).take(REPORTS_BACK_MAX);
        let named: Vec<_> = newest_first.map(|moments| (moments.day.to_string(), moments)).collect();
        let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
        let known = self.ledger.read::<DayRow>(&names).await?;
        // For a day that only a person asked for nobody waits.
        let is_awaited = |name: &String| known.get(name).is_some_and(|row| !row.lists.is_empty());
        let last = names.iter().position(is_awaited);
        let waiting = last.and_then(|last| known.get(&names[last])).map(|row| row.lists.clone());
        let earlier = named.into_iter().take(last.unwrap_or(0) + 1).map(|(name, moments)| Earlier {
            moments,
            missed_by: if known.contains_key(&name) { None } else { waiting.clone() },
        });
        let mut earlier: Vec<Earlier> = earlier.collect();
        earlier.reverse();
        Ok(earlier)
    }

    /// Everything that is due about one day now; says whether time is left for another.
    async fn rounds(&self, moments: &Moments, shift: &mut Shift<'_>) -> Result<bool, NightError> {
        for _ in 0..ROUNDS_MAX {
            if shift.deadline.is_closing() {
                shift.report.end(Status::Continued, "the time of this invocation is nearly up");
                return Ok(false);
            }
            if !self.round(moments, shift).await? {
                break;
            }
        }
        Ok(true)
    }

    /// What is due about one day now; says whether to ask again.
    async fn round(&self, moments: &Moments, shift: &mut Shift<'_>) -> Result<bool, NightError> {
        let mut standing = self.standing(moments.day, shift).await?;
        let lists = self.list_names();
        if let Some(row) = &mut standing.day {
            // A list that was taken out of the configuration waits for nothing.
            row.lists.retain(|list| lists.contains(list));
        }
        let mut asks_again = false;
        // A report that is stored is mailed, however the try to complete it ends.
        let is_prepared = standing.day.as_ref().is_some_and(|row| row.prepared_at.is_some());
        for step in due::next(self.platform.clock.now(), moments, &lists, self.settings.on_unknown, &standing) {
            match step {
                Step::Wait { until } => record::count_wait(shift.report, moments.day, until),
                Step::Prepare { day } => {
                    // What is stored already is completed, and its mail does not wait for it.
                    let until = if is_prepared { shift.deadline.within(LAST_TRY_MAX) } else { shift.deadline };
                    asks_again |= self.prepare_or_count(day, until, shift).await? || is_prepared;
                }
                Step::Mail { day, list, .. } if self.waits_for_time(moments, day, &list, shift) => {
                    shift.report.end(Status::Continued, "too little time is left for a PDF: the next run mails");
                    return Ok(false);
                }
                Step::Mail { day, list, entry } => self.mail(day, &list, &entry, shift).await?,
                Step::Hold { day, list, entry } | Step::GiveUp { day, list, entry } => {
                    let line = record::count_ended(shift.report, day, &list, &entry, is_prepared);
                    self.alarm(shift, day, &list, &line).await;
                    self.write_entry(day, &list, &entry, shift.held).await?;
                }
            }
        }
        Ok(asks_again)
    }

    /// Whether the next run is to hand a mail over, since it has time for the PDF and the day of the mail is not over by then.
    fn waits_for_time(&self, moments: &Moments, day: Date, list: &str, shift: &Shift<'_>) -> bool {
        let is_too_late = self.platform.clock.now() + NEXT_RUN_WITHIN >= moments.end;
        let edition = self.list(list).map(|list| list.edition);
        !is_too_late && edition.is_some_and(|edition| self.leaves_to_the_next(day, edition, shift))
    }

    /// A day that cannot be prepared now is tried again; the rest of the run goes on.
    async fn prepare_or_count(&self, day: Date, until: Deadline, shift: &mut Shift<'_>) -> Result<bool, NightError> {
        match self.prepare(day, false, until, shift).await {
            Ok(()) => Ok(true),
            Err(error @ NightError::State(_)) => Err(error),
            Err(error) => {
                record::count_failure(shift.report, day, &error);
                Ok(false)
            }
        }
    }

    /// Reads a day, `until` a moment at most, works it out and stores it.
    ///
    /// # Errors
    /// [`NightError`].
    pub(crate) async fn prepare(
        &self,
        day: Date,
        anew: bool,
        until: Deadline,
        shift: &mut Shift<'_>,
    ) -> Result<(), NightError> {
        let now = self.platform.clock.now();
        let known = self.day_row(day).await?;
        let is_first = known.is_none();
        let mut row = match known {
            Some(known) if !known.lists.is_empty() => DayRow { tried_at: now, ..known },
            // Nobody waited for it so far.
            Some(known) => DayRow { tried_at: now, lists: self.waiting(day, now), ..known },
            None => DayRow::unprepared(now, self.waiting(day, now)),
        };
        self.write_day(day, &row, shift.held).await?;
        let mut night = self.read_night(day, anew, until).await?;
        // Of a day that had a row it is known whether a mail went out. If none did, nobody was told anything else.
        if anew && !is_first && !self.was_handed_over(day, &row).await? {
            night.day.forget_first();
        }
        night.warnings.iter().for_each(|line| shift.report.warn(line));
        let built = self.report(&night, &shift.report.run_id);
        shift.held.renew().await?;
        row.is_complete = self.store(&night, &built, shift).await?;
        row.prepared_at = row.prepared_at.or(Some(now));
        self.write_day(day, &row, shift.held).await?;
        record::count_prepared(
            shift.report,
            &render::subject(&built, self.settings.edition.language, false),
            &row,
            night.read_again.len(),
        );
        Ok(())
    }

    /// Only the day that is due has to reach anybody: a day that a person asks for is mailed when they say so.
    fn waiting(&self, day: Date, now: Timestamp) -> Vec<String> {
        let is_due = self.settings.schedule.report_at(now).day == day;
        if is_due { self.list_names() } else { Vec::new() }
    }

    fn list_names(&self) -> Vec<String> {
        self.settings.lists.iter().map(|list| list.name.clone()).collect()
    }

    async fn write_day(&self, day: Date, row: &DayRow, held: &Held) -> Result<(), NightError> {
        Ok(self.ledger.put(&[(day.to_string(), row)], held.fence()).await?)
    }

    /// Hands one mail over.
    ///
    /// # Errors
    /// [`NightError::State`]: what became of it is asked for by the next run.
    pub(crate) async fn mail(
        &self,
        day: Date,
        list: &str,
        entry: &Entry,
        shift: &mut Shift<'_>,
    ) -> Result<(), NightError> {
        let Some(list) = self.list(list) else { return Ok(()) };
        match self.post(day, list, entry, shift).await {
            Ok(posted) => record::count_posted(shift.report, day, &list.name, &posted),
            Err(error @ NightError::State(_)) => return Err(error),
            Err(error) => record::count_failure(shift.report, day, &error),
        }
        Ok(())
    }

    fn list(&self, name: &str) -> Option<&List> {
        self.settings.lists.iter().find(|list| list.name == name)
    }
}
