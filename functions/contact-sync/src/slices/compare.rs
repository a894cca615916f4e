//! The slices of a full reconcile: both sides compared, what was found told and counted.

use std::collections::HashMap;

use platform::report::RunReport;

use super::departures::Heirs;
use super::{Flow, Shift};
use crate::NAME;
use crate::failure::JobError;
use crate::plan::Standing;
use crate::progress::{Purpose, Run};
use crate::read::both_sides::{BothSides, Compared};
use crate::read::gone::{Lookup, is_given_up};
use crate::read::{Cursor, Slice, position};
use crate::reconcile::Findings;
use crate::source::Source;

/// Missing contacts that a result names; the log names all.
const NAMED_MAX: usize = 20;

impl Shift<'_> {
    /// The slice at a cursor of whatever reader, only looked at.
    pub(super) async fn look(&self, cursor: &Cursor, run_id: &str, limit: Option<usize>) -> Result<Slice, JobError> {
        if let Cursor::Scan(_) | Cursor::ById { .. } = cursor {
            let compared = self.both_sides(cursor, run_id).await?;
            return Ok(self.limited(compared.map(|compared| compared.slice).unwrap_or_default(), limit));
        }
        Ok(self.reader().slice(cursor, &self.read.asides, limit).await?)
    }

    /// The slice at the run's cursor, compared with the other side. Deleted contacts that Genesys still carries are seen
    /// to at once; `Err` when that ends the slice.
    pub(super) async fn compare(
        &mut self,
        run: &mut Run,
        report: &mut RunReport,
    ) -> Result<Result<Slice, Flow>, JobError> {
        let Some(mut compared) = self.both_sides(&run.cursor.clone(), &run.id).await? else {
            return Ok(Err(Flow::On(None)));
        };
        self.leave_to_others(&mut compared).await?;
        let Compared { slice, findings, gone, gone_links, carriers } = compared;
        // A pilot is about so many contacts and does not begin with deletions.
        if !gone.is_empty() && run.progress.limit.is_none() {
            self.external_source = self.genesys_side().await?.external_source;
            let lookup = Lookup {
                genesys: &self.job.genesys,
                external_source: self.external_source.as_deref(),
                deadline: self.deadline,
            };
            let read = self.gone_reader().departed(&gone, gone_links, &carriers, &lookup).await?;
            let departed = match self.depart(run, &read, None, report).await? {
                Ok(departed) => departed,
                Err(flow) => return Ok(Err(flow)),
            };
            if let Some(stop) = departed.stop {
                return Ok(Err(super::departures::flow_of(stop)));
            }
            let is_owed = departed.outcomes.iter().any(|outcome| !outcome.is_durable());
            match self.see_to_heirs(run, &departed.heirs, &[], report).await? {
                Err(flow) => return Ok(Err(flow)),
                Ok(heirs) => run.progress.owed |= is_owed || matches!(heirs, Heirs::Owed),
            }
        }
        run.progress.compared += slice.sources.len() as u64;
        let (slice_number, so_far) = (run.number, run.progress.compared);
        tracing::info!(run = run.id, slice = slice_number, contacts = so_far, "compared both sides so far");
        tell(&findings, report);
        Ok(Ok(self.limited(slice, run.progress.limit)))
    }

    /// A deletion that its mark has not passed is tried by every tick until it is carried out or given up, and one that
    /// was given up waits for a person: neither is this run's business.
    async fn leave_to_others(&self, compared: &mut Compared) -> Result<(), JobError> {
        if compared.gone.is_empty() {
            return Ok(());
        }
        let mark = self.job.marks.read(NAME, self.deleted_mark()).await?;
        let Compared { gone, gone_links, .. } = compared;
        gone.retain(|row| {
            let is_linked = gone_links.get(&row.id).is_some_and(|link| link.genesys_id.is_some());
            let is_passed = mark.as_ref().is_some_and(|mark| position(row.at, &row.id) <= *mark);
            (is_passed || !is_linked) && !self.read.asides.get(&row.id).is_some_and(is_given_up)
        });
        Ok(())
    }

    /// The slice up to the limit of contacts that need something, behind which the reader ends.
    fn limited(&self, mut slice: Slice, limit: Option<usize>) -> Slice {
        let Some(limit) = limit else { return slice };
        let is_loud = |source: &Source| slice.standing(source, &self.read.asides) != Standing::Quiet;
        let loud = slice.sources.iter().enumerate().filter(|(_, source)| is_loud(source));
        if let Some(first_too_many) = loud.map(|(index, _)| index).nth(limit) {
            slice.sources.truncate(first_too_many);
            slice.next = None;
        }
        slice
    }

    /// Both sides at this cursor; nothing before the first real run has made our external source.
    async fn both_sides(&self, cursor: &Cursor, run_id: &str) -> Result<Option<Compared>, JobError> {
        let side = self.genesys_side().await?;
        let Some(external_source) = side.external_source.as_deref() else { return Ok(None) };
        let both = BothSides {
            reader: self.reader(),
            genesys: &self.job.genesys,
            external_source,
            map_version: &self.job.map_version,
            organizations: &self.job.organizations,
            seen: &self.job.seen,
            run: run_id,
        };
        Ok(Some(match cursor {
            Cursor::Scan(place) => both.scan(place).await?,
            Cursor::ById { behind } => both.by_id(behind.as_deref()).await?,
            _ => Compared::default(),
        }))
    }

    /// A full reconcile of all contacts knows how many are linked.
    pub(super) fn adopt_count(&mut self, run: &Run) {
        if run.progress.purpose == Purpose::Full && run.progress.limit.is_none() && self.live().is_some() {
            self.linked = Some(run.progress.counted);
        }
    }
}

/// What was found, for people: counts by kind, and the missing ones by id.
fn tell(findings: &Findings, report: &mut RunReport) {
    let counts: HashMap<&str, u64> = HashMap::from([
        ("drift", findings.drift),
        ("drift_left", findings.drift_left),
        ("relinked", findings.relinked),
        ("remade", findings.remade),
        ("doubled", findings.doubled),
        ("missing", findings.missing.len() as u64),
    ]);
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        *report.warnings_by.entry(code.to_owned()).or_default() += count;
    }
    for id in findings.missing.iter().take(NAMED_MAX) {
        report.decide(format!("{id}: missing: Genesys carries it and Salesforce does not show it; left alone"));
    }
    if !findings.missing.is_empty() {
        report.warn("Genesys carries contacts that Salesforce does not show: hidden by sharing, or long deleted; nothing was done to them");
    }
}
