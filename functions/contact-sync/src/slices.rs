//! The slices of a run, one after the other: read → plan → check → apply → record → checkpoint.
//!
//! ```text
//!  slice 1 ──▶ slice 2 ──▶ … the time is nearly up ──▶ checkpoint ──▶ message ──▶ lock released   `continued`
//!                                 the next invocation ◀── (or the next tick, if no message comes)
//! ```
//!
//! A slice is dropped before the next one is read, so memory does not grow with the number of contacts. The watermark
//! moves after each slice. An invocation that achieved nothing sends no message: otherwise two of them could call each
//! other for ever.

mod carry;
mod compare;
mod departures;
mod first_load;
mod foresight;
mod hand_over;
mod matching;
mod organizations;
mod proportion;
mod told;

use std::collections::{BTreeMap, HashMap, HashSet};

use platform::audit::AuditStream;
use platform::deadline::Deadline;
use platform::digest::DigestKey;
use platform::lock::Held;
use platform::mark::Mark;
use platform::report::RunReport;
use platform::table::StateError;

use crate::NAME;
use crate::apply::Stop;
use crate::apply::blame::InDoubt;
use crate::check::{Tally, check};
use crate::config::Effect;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::organizations::{Desk, tell};
use crate::plan::{Read, Standing, plan, standing};
use crate::progress::{Purpose, Run};
use crate::read::{Cursor, Pulse, Reader, ScanPlace, Slice, Window};
use crate::record::{self, Rehearsal};
use crate::shadow_csv::{ShadowCsv, is_news};
use crate::source::Source;
use told::Told;

/// What one invocation holds in its hands while it works through slices.
pub(crate) struct Shift<'a> {
    pub(crate) job: &'a ContactSync,
    /// The lock; a dry run has none.
    pub(crate) held: Option<&'a Held>,
    pub(crate) deadline: Deadline,
    pub(crate) audit: AuditStream,
    /// Quarantine and review, and the Genesys contacts that are known. The contacts of a slice come and go.
    pub(crate) read: Read,
    pub(crate) mark: Option<Mark>,
    /// How far a shadow run has seen everything, by the name of the mark. Kept once it has told people.
    pub(crate) shadow_to: BTreeMap<&'static str, Mark>,
    /// How many contacts are linked; `None` where nobody has counted yet.
    pub(crate) linked: Option<u64>,
    linked_kept: Option<u64>,
    /// The plan that somebody has approved.
    pub(crate) approval: Option<String>,
    pub(crate) rehearsal: Rehearsal,
    pub(crate) csv: ShadowCsv,
    pub(crate) digest_key: DigestKey,
    /// The id of the external source under which contacts are written, once it is known.
    external_source: Option<String>,
    scope: matching::Scope,
    told: Option<Told>,
    /// Who has failed in this invocation.
    failed: HashSet<String>,
    /// Whether Genesys has answered a write of this invocation.
    heard: bool,
    /// Who may be to blame, if it does.
    in_doubt: InDoubt,
    /// Contacts that were set aside after they had been counted as failed.
    pub(crate) given_up: u64,
    asides_changed: bool,
    slices: usize,
    has_achieved: bool,
}

/// How an invocation's part of a run ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Nothing is left of it.
    Finished,
    /// The next invocation goes on.
    HandedOver,
    /// Nothing was achieved in the whole invocation.
    Stuck,
    /// There was nothing to do, because …
    NotNeeded(String),
    /// A vendor is at work, and a later run goes on.
    Waits(String),
    /// A person has to approve of what is planned.
    Braked(String),
    /// No later contact could fare better.
    Stopped(Stop),
}

/// What comes after a slice.
enum Flow {
    /// The slice at this cursor; the next phase, without one.
    On(Option<Cursor>),
    /// The same slice again, because somebody has approved of it.
    Again,
    /// The invocation's time was up in the middle of the slice.
    CutOff,
    NotNeeded(String),
    Waits(String),
    Braked(String),
    Stopped(Stop),
}

/// What became of a slice's plan.
enum Carried {
    Out(Option<Stop>),
    OutOfProportion,
}

impl<'a> Shift<'a> {
    /// An invocation that begins to work. Without a held lock it is a dry run: the same path, and nothing is written.
    pub(crate) async fn begin(
        job: &'a ContactSync,
        held: Option<&'a Held>,
        run_id: &str,
        deadline: Deadline,
    ) -> Result<Self, JobError> {
        let secret = job.platform.secrets.text(&job.digest_secret_id).await?;
        let mark = job.marks.read(NAME, job.mark_name()).await?;
        let linked = job.linked(mark.as_ref()).await?;
        Ok(Self {
            digest_key: DigestKey::from_secret(&secret),
            audit: job.platform.audit.open(run_id),
            read: Read { asides: job.asides.list().await?, ..Read::default() },
            linked,
            linked_kept: linked,
            mark,
            job,
            held,
            deadline,
            approval: None,
            rehearsal: Rehearsal::default(),
            csv: ShadowCsv::default(),
            shadow_to: BTreeMap::new(),
            external_source: None,
            scope: matching::Scope::default(),
            told: None,
            failed: HashSet::new(),
            heard: false,
            in_doubt: InDoubt::default(),
            given_up: 0,
            asides_changed: false,
            slices: 0,
            has_achieved: false,
        })
    }

    /// The lock, if vendors and links are written.
    fn live(&self) -> Option<&'a Held> {
        self.held.filter(|_| self.job.config.mode == Effect::Live)
    }

    fn pulse(&self) -> Pulse<'a> {
        Pulse(self.held)
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader {
            salesforce: &self.job.salesforce,
            links: &self.job.links,
            map: &self.job.map,
            filter: self.job.filter.as_ref(),
            digest_key: &self.digest_key,
            config: &self.job.config,
            pulse: self.pulse(),
            deadline: self.deadline,
        }
    }

    /// Works on `run` until it is finished, the time is up, or something stops it.
    pub(crate) async fn go(&mut self, run: &mut Run, report: &mut RunReport) -> Result<Ending, JobError> {
        self.forget_the_rest(); // Another run may look at others.
        let ending = self.work(run, report).await?;
        self.blame_those_in_doubt().await?;
        Ok(ending)
    }

    async fn work(&mut self, run: &mut Run, report: &mut RunReport) -> Result<Ending, JobError> {
        loop {
            let is_late = self.deadline.is_closing() || self.slices >= self.job.config.slices_per_invocation;
            if is_late && self.has_achieved {
                return self.hand_over(run).await;
            }
            let flow = match self.slice(run, report).await {
                Err(_) if self.has_achieved && self.deadline.is_closing() => return self.hand_over(run).await,
                flow => flow?,
            };
            match flow {
                Flow::Again => {}
                Flow::On(Some(cursor)) => {
                    run.move_to(cursor);
                    self.save(run).await?;
                }
                Flow::On(None) => match self.next_phase(run) {
                    Some(cursor) => {
                        self.forget_the_rest();
                        run.move_to(cursor);
                    }
                    None => {
                        self.adopt_count(run);
                        self.finish(run).await?;
                        return Ok(Ending::Finished);
                    }
                },
                Flow::CutOff => return self.hand_over(run).await,
                Flow::NotNeeded(why) => return Ok(Ending::NotNeeded(why)),
                Flow::Waits(why) => return Ok(Ending::Waits(why)),
                Flow::Braked(why) => return Ok(Ending::Braked(why)),
                Flow::Stopped(stop) => {
                    self.keep_count(run, &stop).await?;
                    return Ok(Ending::Stopped(stop));
                }
            }
        }
    }

    /// The reader after the one that is through.
    fn next_phase(&self, run: &Run) -> Option<Cursor> {
        match (&run.progress.purpose, &run.cursor) {
            (Purpose::Tick | Purpose::Full, Cursor::Gone) => Some(Cursor::Answered),
            (Purpose::Changes(since), Cursor::Gone) => Some(Cursor::Changes(self.window(*since))),
            (Purpose::Full, Cursor::Answered) => Some(Cursor::Scan(ScanPlace::default())),
            (Purpose::Full, Cursor::Scan(_)) => Some(Cursor::ById { behind: None }),
            // Not before: the watermark may have moved.
            (Purpose::Tick, Cursor::Answered) => Some(Cursor::Changes(self.window(None))),
            _ => None,
        }
    }

    /// The window of changes since the watermark, or since another moment.
    pub(crate) fn window(&self, since: Option<jiff::Timestamp>) -> Window {
        let look_back = jiff::SignedDuration::from_mins(self.job.config.look_back_minutes.into());
        let from = match (since, &self.mark) {
            (Some(since), _) => since,
            (None, Some(mark)) => mark.at.saturating_sub(look_back).unwrap_or(jiff::Timestamp::MIN),
            (None, None) => self.job.config.start,
        };
        Window::since(from)
    }

    async fn slice(&mut self, run: &mut Run, report: &mut RunReport) -> Result<Flow, JobError> {
        let mut slice = match &run.cursor {
            Cursor::Gone => return self.departures(run, report).await,
            Cursor::Import(import) => return self.import_step(run, (**import).clone(), report).await,
            cursor if self.has_nobody(cursor) => return Ok(Flow::On(None)),
            Cursor::Scan(_) | Cursor::ById { .. } => match self.compare(run, report).await? {
                Ok(slice) => slice,
                Err(flow) => return Ok(flow),
            },
            cursor => self.reader().slice(cursor, &self.read.asides, run.progress.limit).await?,
        };
        tracing::info!(contacts = slice.sources.len(), run = run.id, "read from Salesforce");
        let desk = self.look_at_organizations(&mut slice.sources, run).await?;
        self.match_up(&slice, run).await?;
        let mut read = std::mem::take(&mut self.read);
        let (next, complete_to, pinned);
        Slice { sources: read.sources, links: read.links, next, complete_to, pinned } = slice;
        if let Some(pinned) = pinned.filter(|pinned| *pinned != run.cursor) {
            run.move_to(pinned);
        }
        let carried = self.carry_out(run, &mut read, &desk, complete_to, report).await;
        self.read = Read { sources: Vec::new(), links: HashMap::new(), ..read };
        match carried? {
            Carried::Out(None) => {
                self.slices += 1;
                self.has_achieved = true;
                self.refresh_asides().await?;
                Ok(Flow::On(next))
            }
            Carried::Out(Some(Stop::Deadline)) => Ok(Flow::CutOff),
            Carried::Out(Some(stop)) => Ok(Flow::Stopped(stop)),
            Carried::OutOfProportion => self.brake(run, report).await,
        }
    }

    pub(crate) async fn refresh_asides(&mut self) -> Result<(), StateError> {
        if std::mem::take(&mut self.asides_changed) {
            self.read.asides = self.job.asides.list().await?;
        }
        Ok(())
    }

    /// A reader that needs no request to know that nobody is there.
    fn has_nobody(&self, cursor: &Cursor) -> bool {
        *cursor == Cursor::Answered && self.read.asides.values().all(|aside| aside.answer.is_none())
    }

    /// Plans a slice, checks the plan and carries it out, or tells what it would be.
    async fn carry_out(
        &mut self,
        run: &mut Run,
        read: &mut Read,
        desk: &Desk,
        complete_to: Option<Mark>,
        report: &mut RunReport,
    ) -> Result<Carried, JobError> {
        let steps = plan(read);
        check(&steps, read.sources.len(), self.external_source.as_deref())?;
        let companies = desk.wanted(&steps);
        let planned = Tally::of(&steps).and(&tell::tally(&companies));
        let excess = self.excess(run, &planned);
        if !excess.is_empty() && self.live().is_some() {
            return Ok(Carried::OutOfProportion);
        }
        self.count_told(run, &planned).await?;
        proportion::warn(&excess, report);
        tell::count_unchanged(report, desk);
        if let Some(held) = self.live().filter(|_| !companies.is_empty()) {
            let stop = self.apply_behind_organizations(run, read, &companies, complete_to, held, report).await?;
            return Ok(Self::carried(run, read, stop));
        }
        record::count_read(report, &steps);
        let stop = match (self.held, self.live()) {
            (_, Some(held)) => self.apply(run, read, &steps, complete_to, held, report).await?,
            (Some(_), None) => {
                record::count_spared(report, &steps, "shadow");
                let told_to = if run.progress.purpose == Purpose::Changes(None) { self.mark.as_ref() } else { None };
                self.csv.add(&steps, told_to);
                self.csv.add_organizations(&desk.wanted(steps.iter().filter(|step| is_news(step, told_to))));
                self.see_to_shadow(run, complete_to);
                None
            }
            (None, None) => {
                record::count_spared(report, &steps, "dry_run");
                self.rehearsal.add(&steps);
                // Whoever asks about single contacts hears of their companies too.
                let is_about_some = matches!(run.cursor, Cursor::Ids { .. });
                self.rehearsal.add_organizations(&if is_about_some { desk.steps.iter().collect() } else { companies });
                None
            }
        };
        Ok(Self::carried(run, read, stop))
    }

    fn carried(run: &mut Run, read: &Read, stop: Option<Stop>) -> Carried {
        run.progress.limit = run.progress.limit.map(|limit| limit.saturating_sub(loud(read)));
        Carried::Out(stop)
    }
}

/// Contacts that need something.
fn loud(read: &Read) -> usize {
    let is_loud = |source: &&Source| {
        let id = source.id.as_str();
        standing(source, read.links.get(id), read.asides.get(id)) != Standing::Quiet
    };
    read.sources.iter().filter(is_loud).count()
}
