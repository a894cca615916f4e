//! The first part of a tick: contacts that Salesforce deleted or merged away since the last one.
//!
//! Whoever takes over a Genesys contact is written right away, and the mark of the deletions moves only then: a run that
//! is killed in between finds the same deletions again.

use std::time::Duration;

use jiff::Timestamp;
use platform::mark::Mark;
use platform::report::RunReport;

use super::proportion::Survey;
use super::{Flow, Shift, proportion};
use crate::NAME;
use crate::agenda::{WANTED, WANTED_FULL};
use crate::apply::blame::Blame;
use crate::apply::{Applied, Outcome, Stop, apply};
use crate::check::Tally;
use crate::config::Effect;
use crate::failure::JobError;
use crate::gone::apply::apply as carry_out_departures;
use crate::gone::plan::{GoneAction, GoneStep, MERGED_TWIN, plan as plan_departures};
use crate::gone::{Fate, GoneRead};
use crate::organizations::{Desk, tell, untried};
use crate::plan::{Read, Step, plan};
use crate::progress::{Purpose, Run};
use crate::read::gone::{DeletedRow, GoneReader, GoneWindow, Lookup};
use crate::read::position;
use crate::record;

/// The marks of the deletions, beside those of the changes.
const DELETED: &str = "salesforce_deleted";
const SHADOW_DELETED: &str = "shadow_deleted";
/// A mark that nothing moves is moved once a day: one that is older than the recycle bin asks for a full reconcile.
const MOVED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// What became of departed contacts.
#[derive(Default)]
pub(super) struct Departures {
    /// One outcome per departed contact.
    pub outcomes: Vec<Outcome>,
    /// Why it stopped early, if it did.
    pub stop: Option<Stop>,
    /// Whoever took over a Genesys contact.
    pub heirs: Vec<String>,
}

/// How those stand who took over a Genesys contact.
pub(super) enum Heirs {
    Settled,
    /// One of them at least could not be written, which keeps nobody else from it.
    Owed,
}

impl Shift<'_> {
    pub(super) fn gone_reader(&self) -> GoneReader<'_> {
        GoneReader {
            salesforce: &self.job.salesforce,
            links: &self.job.links,
            config: &self.job.config,
            pulse: self.pulse(),
            deadline: self.deadline,
        }
    }

    /// The name of the deletions' mark: a shadow run has its own here too.
    pub(super) fn deleted_mark(&self) -> &'static str {
        match self.job.config.mode {
            Effect::Live => DELETED,
            Effect::Shadow => SHADOW_DELETED,
        }
    }

    /// Sees to all deletions since the mark.
    pub(super) async fn departures(&mut self, run: &mut Run, report: &mut RunReport) -> Result<Flow, JobError> {
        let mark = self.job.marks.read(NAME, self.deleted_mark()).await?;
        let reader = self.gone_reader();
        let mut window = reader.window(mark.as_ref(), &self.read.asides).await?;
        let owed = reader.still_owed(&window.heirs_owed).await?;
        let released = self.read.asides.values().filter(|aside| aside.answer.is_some());
        let released: Vec<String> = released.map(|aside| aside.source_id.clone()).collect();
        reader.add_released(&released, &mut window).await?;
        self.say_what_is_out_of_reach(&window, run, report).await?;
        let mut departures = Departures::default();
        if !window.rows.is_empty() {
            let read = self.read_departed(&mut window).await?;
            departures = match self.depart(run, &read, mark.as_ref(), report).await? {
                Ok(departures) => departures,
                Err(flow) => return Ok(flow),
            };
        }
        if let Some(stop) = departures.stop.take() {
            return Ok(flow_of(stop));
        }
        match self.see_to_heirs(run, &departures.heirs, &owed, report).await? {
            Err(flow) => return Ok(flow),
            // One that is owed is found again by whom it took over from, so the mark stays before that one.
            Ok(Heirs::Owed) => {}
            Ok(Heirs::Settled) => self.move_deleted_mark(&window, &departures.outcomes, mark.as_ref()).await?,
        }
        Ok(Flow::On(None))
    }

    async fn read_departed(&mut self, window: &mut GoneWindow) -> Result<GoneRead, JobError> {
        self.external_source = self.genesys_side().await?.external_source;
        let lookup = Lookup {
            genesys: &self.job.genesys,
            external_source: self.external_source.as_deref(),
            deadline: self.deadline,
        };
        let links = std::mem::take(&mut window.links);
        let read = self.gone_reader().departed(&window.rows, links, &Default::default(), &lookup).await?;
        // The outcomes that come are about these.
        let known = |row: &DeletedRow| read.departed.iter().any(|departed| departed.id == row.id);
        window.rows.retain(known);
        Ok(read)
    }

    /// Plans, checks and carries out what becomes of departed contacts; `Err` when the brake stops it. A shadow run lists
    /// those that it has not listed before, up to `told_to`.
    pub(super) async fn depart(
        &mut self,
        run: &mut Run,
        read: &GoneRead,
        told_to: Option<&Mark>,
        report: &mut RunReport,
    ) -> Result<Result<Departures, Flow>, JobError> {
        let steps = plan_departures(read, self.job.config.on_delete);
        let planned = tally_of(steps.iter());
        let excess = self.excess(run, &planned);
        if !excess.is_empty() && self.live().is_some() {
            let survey = Survey::whole(&lines(&steps), planned);
            return self.pass_or_stop(run, survey, report).await.map(Err);
        }
        proportion::warn(&excess, report);
        report.fetched += steps.len() as u64;
        let Some(held) = self.live() else {
            let reason = if self.held.is_some() { "shadow" } else { "dry_run" };
            steps.iter().for_each(|_| report.count_skip(reason));
            self.rehearsal.add_gone(&steps);
            self.csv.add_gone(&steps, told_to);
            return Ok(Ok(Departures {
                outcomes: vec![Outcome::Skipped(reason); steps.len()],
                ..Departures::default()
            }));
        };
        let marks = self.marks().await?;
        let blame = Blame { is_tick: run.is_tick(), heard: self.heard, failed: &self.failed };
        let tools = self.job.tools(self.digest_key.id(), held, &marks, blame);
        let applied = carry_out_departures(&steps, &tools, &mut self.audit, self.deadline).await;
        self.heard |= applied.heard;
        self.doubt_departed(run, &steps, &applied.outcomes);
        self.in_doubt.add(applied.in_doubt);
        self.note(run, &steps, &applied.outcomes, report);
        let heirs = relinked(&steps, &applied.outcomes);
        Ok(Ok(Departures { outcomes: applied.outcomes, stop: applied.stop, heirs }))
    }

    /// Who failed, and who does not stand in doubt any more.
    fn doubt_departed(&mut self, run: &Run, steps: &[GoneStep<'_>], outcomes: &[Outcome]) {
        for (GoneStep { departed, action, .. }, outcome) in steps.iter().zip(outcomes) {
            if outcome.is_durable() {
                self.in_doubt.forget(&departed.id);
                if let GoneAction::Relink { heir, .. } = action {
                    self.in_doubt.forget(heir);
                }
            } else if run.is_tick() && matches!(outcome, Outcome::Failed(_)) {
                self.failed.insert(departed.id.clone());
            }
        }
    }

    /// Counts what was done, and says it.
    fn note(&mut self, run: &mut Run, steps: &[GoneStep<'_>], outcomes: &[Outcome], report: &mut RunReport) {
        record::count_outcomes(report, &Applied { outcomes: outcomes.to_vec(), ..Applied::default() });
        let done =
            steps.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Updated).map(|(step, _)| step);
        run.count(&tally_of(done.clone()));
        for step in done {
            self.has_achieved = true;
            if step.why == MERGED_TWIN {
                report.warn_by(MERGED_TWIN);
            }
            report.decide(format!("{}: {} ({})", step.departed.id, step.action.name(), step.why));
            if step.action.takes_away() {
                self.linked = self.linked.map(|linked| linked.saturating_sub(1));
            }
        }
        self.asides_changed |= !steps.is_empty();
    }

    /// Writes the values of those who took over a Genesys contact: an ordinary plan about them. `new` have just taken it
    /// over; `owed` have before. `Err` when the brake or a vendor stops the run.
    pub(super) async fn see_to_heirs(
        &mut self,
        run: &mut Run,
        new: &[String],
        owed: &[String],
        report: &mut RunReport,
    ) -> Result<Result<Heirs, Flow>, JobError> {
        let ids: Vec<&str> = new.iter().chain(owed).map(String::as_str).collect();
        if self.live().is_none() || ids.is_empty() {
            return Ok(Ok(Heirs::Settled));
        }
        self.refresh_asides().await?;
        let mut slice = self.reader().by_ids(&ids).await?;
        let desk = self.look_at_organizations(&mut slice.sources, run).await?;
        self.match_up(&slice, run).await?;
        let mut read = Read { sources: slice.sources, links: slice.links, ..std::mem::take(&mut self.read) };
        let written = self.write_heirs(run, &mut read, &desk, report).await;
        self.read = Read { sources: Vec::new(), links: Default::default(), ..read };
        written
    }

    async fn write_heirs(
        &mut self,
        run: &mut Run,
        read: &mut Read,
        desk: &Desk,
        report: &mut RunReport,
    ) -> Result<Result<Heirs, Flow>, JobError> {
        let Some(held) = self.live() else { return Ok(Ok(Heirs::Settled)) };
        let steps = plan(read);
        let companies = desk.wanted(&steps);
        let planned = emptied(&steps).and(&tell::tally(&companies));
        if !self.excess(run, &planned).is_empty() {
            let survey = Survey::whole(&proportion::lines(&steps), planned);
            return self.pass_or_stop(run, survey, report).await.map(Err);
        }
        let written = self.write_organizations(run, &companies, held, report).await?;
        written.hand_out(&mut read.sources);
        let steps = plan(read);
        record::count_read(report, &steps);
        let marks = self.marks().await?;
        let blame = Blame { is_tick: run.is_tick(), heard: self.heard, failed: &self.failed };
        let tools = self.job.tools(self.digest_key.id(), held, &marks, blame);
        let mut applied = match written.stop {
            Some(stop) => untried(read, stop),
            None => apply(&steps, &read.asides, &tools, &mut self.audit, self.deadline).await,
        };
        record::count_outcomes(report, &applied);
        self.learn(run, &steps, &mut applied);
        self.asides_changed |= applied.asides_changed;
        let durable = steps.iter().zip(&applied.outcomes).filter(|(_, outcome)| outcome.is_durable());
        run.count(&emptied(durable.map(|(step, _)| step)));
        let is_owed = applied.outcomes.iter().any(|outcome| !outcome.is_durable());
        let heirs = if is_owed { Heirs::Owed } else { Heirs::Settled };
        Ok(applied.stop.map_or(Ok(heirs), |stop| Err(flow_of(stop))))
    }

    /// The mark moves to before the oldest deletion that is still owed.
    async fn move_deleted_mark(
        &mut self,
        window: &GoneWindow,
        outcomes: &[Outcome],
        mark: Option<&Mark>,
    ) -> Result<(), JobError> {
        let first_owed = outcomes.iter().position(|outcome| !outcome.is_durable());
        let to = match first_owed {
            None => Some(Mark { at: window.upto, id: String::new() }),
            Some(first) => first.checked_sub(1).map(|last| position(window.rows[last].at, &window.rows[last].id)),
        };
        let is_stale = mark.is_none_or(|mark| is_longer(mark.at, window.upto, MOVED_AFTER));
        match (self.held, to.filter(|_| window.saw_news || is_stale)) {
            (Some(_), Some(to)) if self.live().is_none() => {
                self.shadow_to.insert(SHADOW_DELETED, to);
            }
            (Some(held), Some(to)) => self.job.marks.advance(NAME, DELETED, &to, held.fence()).await?,
            _ => {}
        }
        Ok(())
    }

    /// Deletions that Salesforce has forgotten can only be found by looking at everybody.
    async fn say_what_is_out_of_reach(
        &self,
        window: &GoneWindow,
        run: &Run,
        report: &mut RunReport,
    ) -> Result<(), JobError> {
        if !window.out_of_reach || run.progress.purpose == Purpose::Full {
            return Ok(());
        }
        report.warn("Salesforce no longer knows all deletions since the last run; the next run is a full reconcile");
        if let Some(held) = self.live() {
            self.job.memories.keep(NAME, WANTED, WANTED_FULL.into(), held.fence()).await?;
        }
        Ok(())
    }
}

/// What the brake looks at: whoever takes over a Genesys contact changes it.
fn tally_of<'s, 'a: 's>(steps: impl Iterator<Item = &'s GoneStep<'a>>) -> Tally {
    let mut tally = Tally::default();
    for GoneStep { action, .. } in steps {
        tally.deletes += u64::from(action.takes_away());
        tally.changed += u64::from(matches!(action, GoneAction::Relink { .. }));
    }
    tally
}

/// What the brake looks at of the values of heirs: that they change was counted when they took over.
fn emptied<'s, 'a: 's>(steps: impl IntoIterator<Item = &'s Step<'a>>) -> Tally {
    Tally { changed: 0, ..Tally::of(steps) }
}

/// What a stop means for the slice.
pub(super) fn flow_of(stop: Stop) -> Flow {
    match stop {
        Stop::Deadline => Flow::CutOff,
        stop => Flow::Stopped(stop),
    }
}

fn is_longer(from: Timestamp, to: Timestamp, than: Duration) -> bool {
    Duration::try_from(to.duration_since(from)).is_ok_and(|span| span > than)
}

/// Whoever took over a Genesys contact.
fn relinked(steps: &[GoneStep<'_>], outcomes: &[Outcome]) -> Vec<String> {
    let heir = |(step, outcome): (&GoneStep<'_>, &Outcome)| match (&step.action, &step.departed.fate) {
        (GoneAction::Relink { heir, .. }, Fate::MergedInto(_)) if *outcome == Outcome::Updated => Some(heir.clone()),
        _ => None,
    };
    steps.iter().zip(outcomes).filter_map(heir).collect()
}

/// Everything that a plan would do, in a line each.
fn lines(steps: &[GoneStep<'_>]) -> String {
    let mut text = String::new();
    for step in steps.iter().filter(|step| step.action.target().is_some()) {
        let target = step.action.target().map_or("-", String::as_str);
        text += &format!("{} {} {target}\n", step.departed.id, step.action.name());
    }
    text
}
