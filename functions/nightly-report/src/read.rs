//! Reads a night: the day itself, and the days that it is compared with.
//!
//! What the archive has is not asked for again, except days whose figures were read before Genesys had all of their
//! conversations. Without the day's figures there is no report. Everything else may be missing: the report then says so, and
//! the next tick asks again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use genesys::AggregateRow;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::deadline::Deadline;
use platform::vendor::CallError;

use crate::calendar::{Interval, Zone};
use crate::connect::NightlyReport;
use crate::day::{Day, Depth, Part};
use crate::failure::NightError;
use crate::history::{self, File, HistoryError, Outline};
use crate::past::Past;
use crate::read_plan::{self, HISTORY_QUESTIONS_MAX, Piece, Question};
use crate::restate::{Restated, of_night};

/// Archived days that are fetched at once.
const FETCHES: usize = 8;

/// Such old days that are read again in one night. Whole days take room, and with a longer `settle_hours` all of them are
/// unsettled at once: the next nights go on.
const UNSETTLED_MAX: usize = 7;

/// Everything that a report is made of.
pub(crate) struct Night {
    /// The day.
    pub(crate) day: Day,
    /// What it is compared with.
    pub(crate) past: Past,
    /// Earlier days that are told again.
    pub(crate) restated: Vec<Restated>,
    /// Earlier days that were read in this night, to be archived.
    pub(crate) read_again: Vec<Day>,
    /// Whether nothing of what it is compared with is still to be asked for.
    pub(crate) has_past: bool,
    /// What could not be read, one line each.
    pub(crate) warnings: Vec<String>,
}

/// Archived days, as far as a report needs them.
#[derive(Default)]
struct Archived {
    whole: BTreeMap<Date, Day>,
    outlines: HashMap<Date, Outline>,
    /// Whole days that are neither compared queue by queue nor young, and are not final all the same.
    unsettled: usize,
}

impl NightlyReport {
    pub(crate) fn zone(&self) -> &Zone {
        &self.settings.schedule.zone
    }

    /// Reads a night; with `anew` the day's figures too, though the archive has them.
    ///
    /// # Errors
    /// [`NightError`]: without the day's own figures there is no report.
    pub(crate) async fn read_night(&self, date: Date, anew: bool, deadline: Deadline) -> Result<Night, NightError> {
        let mut warnings = Vec::new();
        let day = self.read_day(date, anew, &mut warnings, deadline).await?;
        let mut night = Night {
            past: Past::of(date),
            day,
            restated: Vec::new(),
            read_again: Vec::new(),
            has_past: false,
            warnings,
        };
        self.read_past(&mut night, deadline).await?;
        Ok(night)
    }

    async fn read_day(
        &self,
        date: Date,
        anew: bool,
        warnings: &mut Vec<String>,
        deadline: Deadline,
    ) -> Result<Day, NightError> {
        let archived = match self.archived(date).await {
            // Read anew, an archived day that is broken is replaced; whatever else is wrong with the archive is not.
            Err(error @ NightError::History { .. }) if anew => {
                warnings.push(format!("{error}; it is made anew"));
                None
            }
            archived => archived?.filter(|day| self.is_of_this_zone(day.date, day.interval)),
        };
        let is_known = archived.as_ref().is_some_and(|day| day.depth == Depth::Report);
        // Nothing was told of it yet: what is read now replaces nothing.
        let fresh = || Day::new(date, self.zone(), Depth::Comparison, self.platform.clock.now());
        let mut day = archived.unwrap_or_else(fresh);
        if anew || !is_known {
            let rows = self.ask(&read_plan::figures(day.interval), deadline).await?;
            day.take_figures(&rows, self.platform.clock.now())?;
            day.depth = Depth::Report;
            forget_parts(&mut day);
        }
        // First: the names say how many queues there are, and so in which parts the hours are asked for.
        if !day.has_names
            && let Err(error) = self.read_part(&mut day, Part::Names, None, deadline).await
        {
            warnings.push(format!("{date}: the names of the queues could not be read: {error}"));
        }
        for (part, question) in read_plan::missing(self.zone(), &day) {
            let what = match part {
                Part::Names => continue,
                Part::Hours(_) => "the hours of the day",
                Part::Agents => "the agents",
            };
            if let Err(error) = self.read_part(&mut day, part, question, deadline).await {
                warnings.push(format!("{date}: {what} could not be read: {error}"));
            }
        }
        Ok(day)
    }

    async fn read_part(
        &self,
        day: &mut Day,
        part: Part,
        question: Option<Question>,
        deadline: Deadline,
    ) -> Result<(), NightError> {
        match (part, question) {
            (Part::Hours(hours), Some(question)) => day.take_hours(hours, &self.ask(&question, deadline).await?)?,
            (Part::Agents, Some(question)) => {
                day.take_agents(&self.ask(&question, deadline).await?, &self.settings.grouping);
            }
            _ => day.take_names(&self.genesys.queue_names(deadline).await?),
        }
        Ok(())
    }

    pub(crate) async fn ask(&self, question: &Question, deadline: Deadline) -> Result<Vec<AggregateRow>, CallError> {
        self.genesys.conversation_aggregates(&question.query(self.zone()), deadline).await
    }

    /// Whether the archive has a day, in this zone.
    pub(crate) async fn has_archived(&self, date: Date) -> Result<bool, NightError> {
        Ok(self.archived(date).await?.is_some_and(|day| self.is_of_this_zone(date, day.interval)))
    }

    /// A day in the archive, whole.
    pub(crate) async fn archived(&self, date: Date) -> Result<Option<Day>, NightError> {
        let Some(bytes) = self.archive.get(&File::Data.key(date)).await? else { return Ok(None) };
        history::read(&bytes).map(Some).map_err(|error| NightError::History { day: date, error })
    }

    async fn read_past(&self, night: &mut Night, deadline: Deadline) -> Result<(), NightError> {
        let date = night.day.date;
        let days = Past::days(date);
        let mut archived = self.archived_past(date, &days, &mut night.warnings).await?;
        for (date, outline) in &archived.outlines {
            night.past.add_total(*date, outline.total);
        }
        archived.whole.values().for_each(|day| night.past.add_day(day));
        if !night.day.has_names
            && let Some(before) = archived.whole.get(&self.zone().day_before(date))
        {
            night.day.recall_names(before);
        }
        let is_lacking = |date: &Date| !archived.whole.contains_key(date) && !archived.outlines.contains_key(date);
        let settling = archived.whole.values().filter(|day| day.is_provisional(self.settings.settle));
        let to_ask: BTreeSet<Date> =
            days.iter().copied().filter(is_lacking).chain(settling.map(|day| day.date)).collect();
        let pieces = read_plan::history(self.zone(), &to_ask, night.day.queues.len());
        night.has_past = pieces.len() <= HISTORY_QUESTIONS_MAX;
        for piece in pieces.into_iter().take(HISTORY_QUESTIONS_MAX) {
            match self.read_piece(&piece, &mut archived.whole, deadline).await {
                Ok(days) => night.read_again.extend(days),
                // The vendor is asked no more in this run; what is lacking is named by the report.
                Err(error) => {
                    night.has_past = false;
                    night.warnings.push(format!("{date}: days to compare with could not be read: {error}"));
                    break;
                }
            }
        }
        night.read_again.iter().for_each(|day| night.past.add_day(day));
        // Also what a run of the same night read that was killed before it could tell.
        let since = self.settings.schedule.report_about(date).prepare;
        night.restated = of_night(archived.whole.values().chain(&night.read_again), since, &self.settings);
        Ok(())
    }

    /// Whether an archived day is the day of that name here. When the zone was corrected, those before are not: they have
    /// hours of other days.
    fn is_of_this_zone(&self, date: Date, interval: Interval) -> bool {
        interval == self.zone().interval(date)
    }

    /// The archived days among these; whole where they are compared queue by queue or may still settle.
    /// A day that is broken, or of another zone, is as good as none: it is asked for again.
    async fn archived_past(
        &self,
        date: Date,
        days: &[Date],
        warnings: &mut Vec<String>,
    ) -> Result<Archived, NightError> {
        let fetches = days.iter().map(|day| async move {
            let bytes = self.archive.get(&File::Data.key(*day)).await?;
            Ok::<_, NightError>((*day, bytes))
        });
        let fetched = stream::iter(fetches).buffer_unordered(FETCHES);
        let (mut archived, now) = (Archived::default(), self.platform.clock.now());
        let night = self.settings.schedule.report_about(date).prepare;
        let mut fetched = std::pin::pin!(fetched);
        while let Some((day, bytes)) = fetched.try_next().await? {
            let Some(bytes) = bytes else { continue };
            let is_whole = Past::is_needed_by_queue(date, day) || self.may_settle(day, now);
            if let Err(error) = self.keep_archived(&mut archived, day, is_whole, night, &bytes) {
                warnings.push(format!("{day}: {error}; it is read again"));
            }
        }
        Ok(archived)
    }

    /// Keeps of an archived day what a report needs. A day that no night could read again when it had settled is needed
    /// whole, so that this one does, and so is one that this `night` has read again, which it may still have to tell.
    fn keep_archived(
        &self,
        archived: &mut Archived,
        day: Date,
        is_whole: bool,
        night: Timestamp,
        bytes: &[u8],
    ) -> Result<(), HistoryError> {
        if !is_whole {
            let outline = history::outline(bytes)?;
            let may_be_told = outline.is_provisional(self.settings.settle) || outline.read_at >= night;
            let is_needed = may_be_told && archived.unsettled < UNSETTLED_MAX;
            if !is_needed {
                if self.is_of_this_zone(day, outline.interval) {
                    archived.outlines.insert(day, outline);
                }
                return Ok(());
            }
            archived.unsettled += 1;
        }
        let whole = history::read(bytes)?;
        if self.is_of_this_zone(day, whole.interval) {
            archived.whole.insert(day, whole);
        }
        Ok(())
    }

    /// Whether the figures of a day may have been read before they were final: one tick late is final too.
    fn may_settle(&self, day: Date, now: Timestamp) -> bool {
        const NIGHTS: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);
        let settled = self.zone().interval(day).to.saturating_add(self.settings.settle);
        settled.and_then(|settled| settled.saturating_add(NIGHTS)).is_ok_and(|over| now < over)
    }

    /// The days of one question, brought up to its answer.
    pub(crate) async fn read_piece(
        &self,
        piece: &Piece,
        known: &mut BTreeMap<Date, Day>,
        deadline: Deadline,
    ) -> Result<Vec<Day>, NightError> {
        let rows = self.ask(&piece.question, deadline).await?;
        let now = self.platform.clock.now();
        let mut of_day: HashMap<Date, Vec<AggregateRow>> = HashMap::new();
        for row in rows {
            of_day.entry(self.zone().day_at(row.from)).or_default().push(row);
        }
        let mut days = Vec::new();
        for date in &piece.days {
            let fresh = || Day::new(*date, self.zone(), Depth::Comparison, now);
            let mut day = known.remove(date).unwrap_or_else(fresh);
            day.take_figures(&of_day.remove(date).unwrap_or_default(), now)?;
            days.push(day);
        }
        Ok(days)
    }
}

/// What was read beside figures that are read anew belongs to the old ones.
fn forget_parts(day: &mut Day) {
    day.hours_read.clear();
    day.agents = None;
    day.has_names = false;
    for queue in day.queues.values_mut() {
        queue.hours.clear();
        queue.agents = None;
    }
}
