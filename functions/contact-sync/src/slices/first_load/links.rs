//! Links what an import has made: Genesys is read by scan, and each contact that carries our external id, was made since
//! the import was planned and has no link gets one.
//!
//! Whether a job's report names ids is not published, so nobody relies on it. What Genesys holds counts as agreed, field by
//! field: the ordinary run then sends only what differs by now.

use std::collections::{BTreeMap, BTreeSet};

use genesys::ExternalContact;
use identity::SalesforceId;
use jiff::Timestamp;
use platform::audit::AuditLine;
use platform::link::{LinkRow, LinkState};
use platform::lock::Held;
use platform::report::RunReport;

use super::super::{Flow, Shift};
use crate::check::Tally;
use crate::failure::JobError;
use crate::first_load::{Import, Stage};
use crate::progress::Run;
use crate::read::scan::{Scanned, scan};
use crate::read::{Cursor, ScanPlace};
use crate::wire::{canonical, held as value_held};

/// How far Genesys' clock may be behind this one.
const CLOCKS_APART_MS: i64 = 60 * 60 * 1000;

impl Shift<'_> {
    /// Links the contacts of the next pages; behind the last page the ordinary window follows.
    pub(super) async fn link_imported(
        &mut self,
        run: &mut Run,
        mut import: Import,
        place: &ScanPlace,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        let Some(external_source) = self.genesys_side().await?.external_source else { return Ok(Flow::On(None)) };
        let mut arrived: BTreeMap<String, ExternalContact> = BTreeMap::new();
        let reader = self.reader();
        let scanned = scan(&self.job.genesys, &reader, place, |contact| {
            if let Some(id) = of_import(&contact, &external_source, &import) {
                arrived.entry(id).or_insert(contact);
            }
        });
        let next = match scanned.await? {
            Scanned::Again(place) => {
                (import.arrived, import.stage) = (0, Stage::Linking(place));
                return Ok(run.import_moves_to(import));
            }
            Scanned::UpTo(place) => Some(place),
            Scanned::Whole => None,
        };
        self.link(&import, &arrived, held, report).await?;
        import.arrived += arrived.len() as u64;
        (self.slices, self.has_achieved) = (self.slices + 1, true);
        import.stage = match next {
            Some(place) => Stage::Linking(place),
            None if import.is_missing() => Stage::Missing,
            None => return self.after_import(run, &import, report).await,
        };
        Ok(run.import_moves_to(import))
    }

    /// Genesys imported contacts, and hardly one carries its external id: the ordinary run would not recognise them.
    pub(super) async fn ask_about_missing(
        &mut self,
        run: &mut Run,
        import: Import,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        if self.approval.take().as_ref() == Some(&import.plan) {
            run.progress.braked = None;
            return self.after_import(run, &import, report).await;
        }
        let Import { imported, arrived, plan, .. } = &import;
        let why = format!(
            "Genesys imported {imported} contacts, and {arrived} of them carry their Salesforce id: the others would be made \
             twice. Nothing more is written: delete them in Genesys, and then send {{\"approve\":\"{plan}\"}}"
        );
        self.brake_import(run, &import, why, report).await
    }

    /// Writes the links that are missing.
    async fn link(
        &mut self,
        import: &Import,
        arrived: &BTreeMap<String, ExternalContact>,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<(), JobError> {
        let ids: Vec<String> = arrived.keys().cloned().collect();
        let linked = self.job.links.get(&ids).await?;
        let genesys_ids: Vec<String> = arrived.values().filter_map(|contact| contact.id.clone()).collect();
        let peers = self.job.links.peers(&genesys_ids).await?;
        let is_missing = |(id, contact): &(&String, &ExternalContact)| {
            let is_taken = contact.id.as_ref().is_none_or(|genesys_id| peers.contains_key(genesys_id));
            !linked.contains_key(*id) && !is_taken && !self.read.asides.contains_key(*id)
        };
        let rows: Vec<LinkRow> =
            arrived.iter().filter(is_missing).map(|(id, contact)| self.link_of(import, id, contact)).collect();
        for row in &rows {
            self.audit.line(&AuditLine {
                subject: row.salesforce_id.clone(),
                action: "import",
                fields: row.digests.keys().cloned().collect(),
                why: "written".into(),
            });
        }
        self.audit.flush().await?;
        self.job.links.put(&rows, held.fence()).await?;
        let count = rows.len() as u64;
        report.fetched += count;
        report.created += count;
        self.linked = self.linked.map(|linked| linked + count);
        Ok(self.keep_linked(held).await?)
    }

    /// A link by which everything that Genesys holds is agreed.
    fn link_of(&self, import: &Import, salesforce_id: &str, contact: &ExternalContact) -> LinkRow {
        let map = &self.job.map;
        let digest = |field: identity::Field| {
            let value = value_held(contact, &field, map.default_country())?;
            Some((field.as_str().to_owned(), self.digest_key.digest(field.as_str(), &value)))
        };
        LinkRow {
            salesforce_id: salesforce_id.to_owned(),
            genesys_id: contact.id.clone(),
            digests: map.fields().into_iter().filter_map(digest).collect(),
            digest_key_id: self.digest_key.id().to_owned(),
            source_version: import.planned_ms,
            state: LinkState::Settled,
            fence: 0, // the table fills in the fence it is written under
            map_version: self.job.map_version.clone(),
            failed_ticks: 0,
            gone: None,
        }
    }

    /// The ordinary window: what was changed meanwhile, what was refused, and what a file cannot hold. Whoever approved
    /// of the import approved of as many changes. Under a map that waits for approval nothing follows.
    async fn after_import(&mut self, run: &mut Run, import: &Import, report: &mut RunReport) -> Result<Flow, JobError> {
        report.decide(format!("{}: {} contacts are linked", import.plan, import.arrived));
        if !self.job.is_map_agreed(self.live()).await? {
            return Ok(Flow::On(None));
        }
        run.progress.approved = Some(Tally { changed: import.rows(), ..Tally::default() });
        self.forget_genesys();
        Ok(Flow::On(Some(Cursor::Changes(self.window(None)))))
    }
}

/// The Salesforce id of a contact that this import made.
fn of_import(contact: &ExternalContact, external_source: &str, import: &Import) -> Option<String> {
    let made: Timestamp = contact.create_date.as_deref()?.parse().ok()?;
    let is_new = made.as_millisecond() >= import.planned_ms.saturating_sub(CLOCKS_APART_MS);
    let of_our_source = contact.external_ids.iter().filter(|id| id.source_id == external_source);
    let ours: BTreeSet<String> = of_our_source.map(|id| canonical(&id.value)).collect();
    // One that was merged, or that is two contacts by now, is left to the ordinary run.
    let is_one = ours.len() == 1 && contact.current_id() == contact.id.as_deref();
    ours.into_iter().next().filter(|id| is_new && is_one && SalesforceId::parse(id).is_ok())
}
