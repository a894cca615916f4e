//! One run from invocation to result: lock → read → plan → check → apply → record.

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsBatchResponse;
use platform::deadline::Deadline;
use platform::digest::DigestKey;
use platform::lock::Held;
use platform::mark::Mark;
use platform::report::{RunFailed, RunReport, StateUse, Status};
use platform::table::StateError;
use platform::telemetry::{self, caught};
use platform::vendor::CallError;
use serde::Serialize;
use serde_json::Value;
use tracing::Instrument;

use crate::NAME;
use crate::apply::{Applied, BatchSizes, Tools, apply};
use crate::candidates::Candidates;
use crate::check::check;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::plan::{Read, Step, plan};
use crate::read::{GenesysSide, Pulse, Reader, Seeker, Wish, candidates_for};
use crate::record;
use crate::source::Source;
use crate::trigger::{ByHand, Mode, Pass, Trigger};
use crate::wire;

/// The watermark's source in the state table.
const SOURCE: &str = "salesforce";
/// Stands in a dry run for an external source that the first real run will make.
const SOURCE_TO_BE_MADE: &str = "(to be made)";

/// What an invocation answers: SQS wants to know which messages come again, everybody else gets a result.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To SQS.
    Batch(SqsBatchResponse),
    /// To a question or a decision of a person.
    Told(Value),
    /// To a schedule, or a person who started a run.
    Report(Box<RunReport>),
}

impl ContactSync {
    /// One invocation.
    ///
    /// # Errors
    /// [`RunFailed`] when the status is `failed`; every other status is a success.
    pub async fn run(&self, event: Value, request_id: &str, deadline: Deadline) -> Result<Answer, RunFailed> {
        let mut report = RunReport::start(&self.platform.clock);
        let span = telemetry::run_span(&report.run_id, request_id);
        async {
            report.warnings.extend(self.config_warnings.iter().cloned());
            match Trigger::decode(event) {
                Ok(Trigger::ByHand(wish)) => self.answer_by_hand(&wish, report, deadline).await,
                trigger => {
                    let before = self.counters();
                    let keeps_history = !matches!(&trigger, Ok(Trigger::Pass(Pass { dry_run: true, .. })));
                    let ended = match trigger {
                        Ok(trigger) => caught(self.start(&mut report, &trigger, deadline))
                            .await
                            .unwrap_or_else(|panicked| Err(panicked.into())),
                        Err(fault) => Err(fault.into()),
                    };
                    if let Err(error) = ended {
                        record::count_untried(&mut report);
                        report.end(Status::Failed, error.to_string());
                    }
                    self.close(&mut report, before, keeps_history).await;
                    report.answer(NAME).map(|report| Answer::Report(Box::new(report)))
                }
            }
        }
        .instrument(span)
        .await
    }

    /// A person's question or decision is no run: it leaves no history.
    async fn answer_by_hand(
        &self,
        wish: &ByHand,
        mut report: RunReport,
        deadline: Deadline,
    ) -> Result<Answer, RunFailed> {
        let answered = caught(self.by_hand(wish, &report.run_id, deadline)).await;
        match answered.unwrap_or_else(|panicked| Err(panicked.into())) {
            Ok(told) => Ok(Answer::Told(told)),
            Err(error) => {
                report.end(Status::Failed, error.to_string());
                telemetry::emit(&report);
                report.answer(NAME).map(|report| Answer::Report(Box::new(report)))
            }
        }
    }

    async fn start(&self, report: &mut RunReport, trigger: &Trigger, deadline: Deadline) -> Result<(), JobError> {
        match trigger {
            Trigger::Pass(pass) if pass.mode == Mode::Changes => self.attempt(report, pass, deadline).await,
            _ => {
                report.end(Status::Failed, "this wish is not in this release");
                Ok(())
            }
        }
    }

    async fn attempt(&self, report: &mut RunReport, trigger: &Pass, deadline: Deadline) -> Result<(), JobError> {
        if trigger.dry_run {
            return self.work(report, trigger, None, deadline).await;
        }
        let lease = Duration::from_secs(self.config.lease_seconds.into());
        let Some(held) = self.locks.try_hold(NAME, lease).await? else {
            report.end(Status::Skipped, "another run holds the lock");
            return Ok(());
        };
        let worked = caught(self.work(report, trigger, Some(&held), deadline)).await;
        let released = held.release().await;
        worked??;
        Ok(released?)
    }

    /// The job. Without a held lock it is a dry run: the same path, and nothing is written.
    async fn work(
        &self,
        report: &mut RunReport,
        trigger: &Pass,
        held: Option<&Held>,
        deadline: Deadline,
    ) -> Result<(), JobError> {
        let digest_key = DigestKey::from_secret(&*self.platform.secrets.text(&self.digest_secret_id).await?);
        let mark = self.marks.read(NAME, SOURCE).await?;
        let found = self.read(self.wish(trigger, mark.as_ref()), &digest_key, held, deadline).await?;
        let steps = plan(&found.read);
        check(&steps, found.read.sources.len(), found.external_source.as_deref())?;
        record::count_read(report, &steps);
        let Some(held) = held else {
            record::count_dry_run(report, &steps);
            return Ok(());
        };
        let applied = self.apply(report, &steps, &found, &digest_key, held, deadline).await?;
        record::count_applied(report, &applied, self.comes_back(trigger, mark.as_ref()));
        let newer = if applied.asides_changed { Some(self.asides.list().await?) } else { None };
        record::warn_about_asides(
            report,
            newer.as_ref().unwrap_or(&found.read.asides).values().map(|aside| &aside.why),
        );
        let durable_to = record::durable_to(&found.read.sources, &applied.outcomes, found.complete_to);
        self.move_watermark(durable_to, mark.as_ref(), trigger, &found.read.sources, held).await?;
        self.tell_about_given_up(report).await;
        Ok(())
    }

    async fn read(
        &self,
        wish: Wish,
        digest_key: &DigestKey,
        held: Option<&Held>,
        deadline: Deadline,
    ) -> Result<Found, JobError> {
        let pulse = Pulse(held);
        let reader = Reader {
            salesforce: &self.salesforce,
            links: &self.links,
            asides: &self.asides,
            map: &self.map,
            digest_key,
            config: &self.config,
            pulse,
        };
        let changes = reader.changes(&wish, deadline).await?;
        tracing::info!(contacts = changes.sources.len(), "read from Salesforce");
        let (mut external_source, mut candidates) = (None, Candidates::default());
        // A run that has nothing to write asks Genesys nothing.
        if changes.need_genesys() {
            let side = self.genesys_side(held, deadline).await?;
            let seeker = Seeker { genesys: &self.genesys, links: &self.links, config: &self.config, pulse, deadline };
            candidates = candidates_for(&changes, &side, &seeker).await?;
            external_source = side.external_source.or_else(|| held.is_none().then(|| SOURCE_TO_BE_MADE.to_owned()));
        }
        let read = Read { sources: changes.sources, links: changes.links, asides: changes.asides, candidates };
        Ok(Found { read, external_source, complete_to: changes.complete_to })
    }

    /// The organisation is compared and our source found once per execution environment; a dry run keeps nothing.
    async fn genesys_side(&self, held: Option<&Held>, deadline: Deadline) -> Result<GenesysSide, CallError> {
        if held.is_none() {
            return GenesysSide::look(&self.genesys, &self.config, deadline).await;
        }
        let opened = self.side.get_or_try_init(|| GenesysSide::open(&self.genesys, &self.config, deadline)).await;
        opened.cloned()
    }

    /// Applies the plan.
    async fn apply(
        &self,
        report: &RunReport,
        steps: &[Step<'_>],
        found: &Found,
        digest_key: &DigestKey,
        held: &Held,
        deadline: Deadline,
    ) -> Result<Applied, JobError> {
        let record_url = match found.external_source.is_some() && self.config.record_url.is_empty() {
            true => self.salesforce.instance(deadline).await?.record_url("{id}"),
            false => self.config.record_url.clone(),
        };
        let marks = wire::Marks { external_source: found.external_source.clone().unwrap_or_default(), record_url };
        let tools = Tools {
            genesys: &self.genesys,
            links: &self.links,
            asides: &self.asides,
            held,
            marks: &marks,
            map_version: self.map.version(),
            digest_key_id: digest_key.id().to_owned(),
            batch_sizes: BatchSizes { add: self.config.bulk_add_size, enrich: self.config.enrich_size },
            give_up_after_ticks: self.config.give_up_after_ticks,
            now_ms: self.platform.clock.now_ms(),
        };
        let mut audit = self.platform.audit.open(&report.run_id);
        let applied = apply(steps, &found.read.asides, &tools, &mut audit, deadline).await;
        Ok(applied)
    }

    fn wish(&self, trigger: &Pass, mark: Option<&Mark>) -> Wish {
        let from = trigger.since.or(mark.map(|mark| mark.at)).unwrap_or(self.config.start);
        Wish { from, look_back: trigger.since.is_none() && mark.is_some(), limit: trigger.limit }
    }

    /// Whether the schedule looks again at what this run leaves undone: not at what lies behind the watermark.
    fn comes_back(&self, trigger: &Pass, mark: Option<&Mark>) -> bool {
        trigger.since.is_none_or(|since| mark.is_none_or(|mark| since > mark.at))
    }

    /// Moves the watermark over what is durable. A run that began behind a gap (`since` later than the watermark)
    /// leaves it, and so does a run that saw nothing new: the next window then only grows, and an idle run costs no write.
    async fn move_watermark(
        &self,
        durable_to: Option<Mark>,
        mark: Option<&Mark>,
        trigger: &Pass,
        sources: &[Source],
        held: &Held,
    ) -> Result<(), StateError> {
        let Some(durable_to) = durable_to else { return Ok(()) };
        let begun_at = mark.map_or(self.config.start, |mark| mark.at);
        let leaves_a_gap = trigger.since.is_some_and(|since| since > begun_at);
        let is_news = |source: &Source| {
            mark.is_none_or(|mark| (source.modified, source.id.as_str()) > (mark.at, mark.id.as_str()))
        };
        let saw_news = sources.iter().any(is_news);
        if leaves_a_gap || !saw_news {
            return Ok(());
        }
        self.marks.advance(NAME, SOURCE, &durable_to, held.fence()).await
    }

    /// A contact that keeps failing is set aside; a run that does so is a success that a person should still hear of.
    async fn tell_about_given_up(&self, report: &mut RunReport) {
        let Some(count) = report.skipped_by.get("gave_up").copied() else { return };
        let text = format!(
            "{count} contacts failed in {} runs in a row and were set aside in quarantine. The log of run {} names them.",
            self.config.give_up_after_ticks, report.run_id
        );
        self.platform.alerts.send(&report.run_id, "cx-bridge contact-sync set contacts aside", &text).await;
        report.warn(text);
    }

    fn counters(&self) -> Counters {
        let table = &self.platform.table;
        Counters {
            genesys: self.genesys.requests(),
            salesforce: self.salesforce.requests(),
            reads: table.reads(),
            writes: table.writes(),
        }
    }

    /// Counts, history, metrics, log: the same object everywhere.
    async fn close(&self, report: &mut RunReport, before: Counters, keeps_history: bool) {
        let now = self.counters();
        report.requests =
            [("genesys", now.genesys - before.genesys), ("salesforce", now.salesforce - before.salesforce)]
                .map(|(vendor, count)| (vendor.to_owned(), count))
                .into();
        report.state = StateUse { reads: now.reads - before.reads, writes: now.writes - before.writes };
        report.close(&self.platform.clock);
        if keeps_history && let Err(error) = self.platform.history.record(NAME, report).await {
            tracing::error!(%error, "the run's history was not written");
        }
        telemetry::emit(report);
    }
}

/// Everything read for one run.
struct Found {
    read: Read,
    external_source: Option<String>,
    complete_to: Mark,
}

#[derive(Clone, Copy)]
struct Counters {
    genesys: u64,
    salesforce: u64,
    reads: u64,
    writes: u64,
}
