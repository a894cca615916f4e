//! The organizations of a slice: looked at before its contacts are planned, and written before they are.

use std::collections::{BTreeMap, BTreeSet};

use identity::Field;
use platform::link::LinkState;
use platform::lock::Held;
use platform::mark::Mark;
use platform::organization::OrganizationRow;
use platform::report::RunReport;
use platform::table::StateError;

use super::Shift;
use crate::apply::blame::Blame;
use crate::apply::{NO_ORGANIZATION, Outcome, Stop};
use crate::failure::JobError;
use crate::organizations::apply::{Fate, Tools, Written, apply};
use crate::organizations::company::Company;
use crate::organizations::plan::{OrganizationStep, plan as plan_organizations};
use crate::organizations::{Desk, tell, untried};
use crate::plan::{Read, Step, plan};
use crate::progress::{Purpose, Run};
use crate::read::Cursor;
use crate::record;
use crate::source::Source;

/// The reason of a contact whose write found nobody.
const NOT_FOUND: &str = "not_found";

impl Shift<'_> {
    /// Finds out what has to be done about the accounts of these contacts, and tells the contacts what is known. Costs
    /// one state read for each hundred accounts, and nothing where nobody has one.
    pub(super) async fn look_at_organizations(&self, sources: &mut [Source], run: &Run) -> Result<Desk, StateError> {
        let fields: Vec<_> = self.job.map.organization_fields().collect();
        let of_accounts = companies(sources);
        if fields.is_empty() || of_accounts.is_empty() {
            return Ok(Desk::default());
        }
        self.pulse().beat().await?;
        let ids: Vec<String> = of_accounts.keys().map(|id| (*id).to_owned()).collect();
        let rows = self.job.organizations.get(&ids).await?;
        let accounts = of_accounts.values().filter_map(|source| source.account.as_ref());
        let companies = accounts.map(|account| Company::of(account, &fields, &self.digest_key));
        let tries_again = tries_again(run) && self.told.is_none();
        let desk = Desk { steps: plan_organizations(companies, rows, tries_again) };
        desk.hand_out(sources);
        Ok(desk)
    }

    /// Writes organizations, and tells what became of them. A stop means that no contact is to be written either.
    pub(super) async fn write_organizations(
        &mut self,
        run: &mut Run,
        wanted: &[&OrganizationStep],
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Written, JobError> {
        if wanted.is_empty() {
            return Ok(Written::default());
        }
        if self.external_source.is_none() {
            self.external_source = self.genesys_side().await?.external_source;
        }
        tell::count_warnings(report, wanted);
        let (job, marks) = (self.job, self.marks().await?);
        let tools = Tools {
            genesys: &job.genesys,
            organizations: &job.organizations,
            held,
            marks: &marks,
            map_version: &job.map_version,
            digest_key_id: self.digest_key.id(),
            add_max: job.config.bulk_add_size,
            enrich_max: job.config.enrich_size,
            give_up_after_ticks: job.config.give_up_after_ticks,
            blame: Blame { is_tick: run.is_tick(), heard: self.heard, failed: &self.failed },
            lot: job.platform.clock.now_ms().unsigned_abs(),
        };
        let mut written = apply(wanted, &tools, &mut self.audit, self.deadline).await;
        self.heard |= written.heard;
        for (account, fate) in &written.fates {
            match fate {
                Fate::Failed if run.is_tick() => _ = self.failed.insert(account.clone()),
                Fate::Failed => {}
                _ => self.in_doubt.forget(account),
            }
        }
        self.in_doubt.add(std::mem::take(&mut written.in_doubt));
        tell::count_written(report, &written);
        let is_written = |step: &&OrganizationStep| {
            matches!(written.fates.get(&step.company.id), Some(Fate::There(_) | Fate::Kept(_)))
        };
        run.count(&tell::tally(&wanted.iter().copied().filter(is_written).collect::<Vec<_>>()));
        self.has_achieved |= written.fates.values().any(|fate| matches!(fate, Fate::There(_)));
        Ok(written)
    }

    /// Organizations that Genesys did not know when a contact was written: somebody deleted them there. The next run makes
    /// them again, and their contacts, which still fail, follow.
    pub(super) async fn doubt_organizations(
        &self,
        steps: &[Step<'_>],
        outcomes: &[Outcome],
        held: &Held,
    ) -> Result<(), StateError> {
        let is_lost = |(step, outcome): &(&Step<'_>, &Outcome)| {
            let is_about_it = matches!(outcome, Outcome::Failed(NO_ORGANIZATION | NOT_FOUND));
            is_about_it && step.action.writes() && step.difference.set.contains(&Field::ExternalOrganization)
        };
        let lost = steps.iter().zip(outcomes).filter(is_lost);
        let ids: BTreeSet<String> = lost.filter_map(|(step, _)| step.source.account_id().map(str::to_owned)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let rows = self.job.organizations.get(&ids.into_iter().collect::<Vec<_>>()).await?.into_values();
        let doubted = rows.map(|row| OrganizationRow {
            genesys_id: None,
            digests: BTreeMap::new(),
            state: LinkState::Sending,
            ..row
        });
        self.job.organizations.put(&doubted.collect::<Vec<_>>(), held.fence()).await
    }

    /// Writes the organizations of a slice and then its contacts, who are planned anew by what became of those.
    pub(super) async fn apply_behind_organizations(
        &mut self,
        run: &mut Run,
        read: &mut Read,
        wanted: &[&OrganizationStep],
        complete_to: Option<Mark>,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Option<Stop>, JobError> {
        let written = self.write_organizations(run, wanted, held, report).await?;
        written.hand_out(&mut read.sources);
        let steps = plan(read);
        record::count_read(report, &steps);
        let Some(stop) = written.stop else {
            return self.apply(run, read, &steps, complete_to, held, report).await;
        };
        let applied = untried(read, stop);
        record::count_outcomes(report, &applied);
        Ok(applied.stop)
    }
}

/// Whatever the cause of a refusal was, it may be gone a week later, or when somebody asks for a contact of the account;
/// not whenever the queue tells of one.
fn tries_again(run: &Run) -> bool {
    match run.progress.purpose {
        Purpose::Ids => true,
        Purpose::Full => matches!(run.cursor, Cursor::ById { .. }),
        _ => false,
    }
}

/// The accounts of contacts, each once, by a contact that carries its columns.
fn companies(sources: &[Source]) -> BTreeMap<&str, &Source> {
    sources.iter().filter_map(|source| Some((source.account_id()?, source))).collect()
}
