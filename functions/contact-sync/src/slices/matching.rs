//! Which Genesys contacts the unlinked contacts of a run may be: asked for once, for all slices that are to come.

use std::collections::HashSet;

use platform::vendor::CallError;

use super::Shift;
use crate::failure::JobError;
use crate::plan::Standing;
use crate::progress::Run;
use crate::read::claims::{Claims, Keys};
use crate::read::{GenesysSide, Seeker, Slice};
use crate::source::Source;

/// Stands where nothing is written for an external source that the first real run will make.
const SOURCE_TO_BE_MADE: &str = "(to be made)";

/// For whom the candidates at hand were asked for.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Their marks: everybody without a link, to the end of this reader as it was then.
    asked: HashSet<u64>,
    /// Genesys was read from end to end in this invocation.
    has_scanned: bool,
}

/// Contacts without a link.
#[derive(Default)]
struct Unlinked {
    keys: Keys,
    /// The contacts themselves, as long as they are few enough to be looked up one by one.
    few: Vec<Source>,
}

impl Unlinked {
    fn add(&mut self, sources: &[&Source], few_max: usize) {
        sources.iter().for_each(|source| self.keys.add(source));
        let room = few_max.saturating_sub(self.few.len());
        self.few.extend(sources.iter().take(room).map(|source| (*source).clone()));
    }
}

impl Shift<'_> {
    /// Finds out what matching this slice takes. A slice that has nothing to write asks Genesys nothing.
    pub(super) async fn match_up(&mut self, slice: &Slice, run: &Run) -> Result<(), JobError> {
        let needs_genesys =
            slice.sources.iter().any(|source| slice.standing(source, &self.read.asides) != Standing::Quiet);
        if !needs_genesys {
            return Ok(());
        }
        let side = self.genesys_side().await?;
        let is_live = self.live().is_some();
        self.external_source =
            side.external_source.clone().or_else(|| (!is_live).then(|| SOURCE_TO_BE_MADE.to_owned()));
        let unlinked = slice.that_are(Standing::Unlinked, &self.read.asides);
        let mut all = Unlinked::default();
        all.add(&unlinked, self.job.config.scan_above);
        // Whoever has come, or has got another address, since the rest was looked at is asked for now.
        if !all.keys.marks().all(|mark| self.scope.asked.contains(&mark)) {
            self.add_the_rest(slice, run, &mut all).await?;
            self.ask(&all, &side).await?;
            self.scope.asked = all.keys.marks().collect();
        }
        self.look_at_chosen(slice, &side).await
    }

    /// What became of the contacts that people have chosen.
    async fn look_at_chosen(&mut self, slice: &Slice, side: &GenesysSide) -> Result<(), JobError> {
        let (genesys, links, config) = (&self.job.genesys, &self.job.links, &self.job.config);
        let seeker = Seeker { genesys, links, config, pulse: self.pulse(), deadline: self.deadline };
        let mut candidates = std::mem::take(&mut self.read.candidates);
        let looked = seeker.look_at_chosen(&slice.sources, &self.read.asides, side, &mut candidates).await;
        self.read.candidates = candidates;
        Ok(looked?)
    }

    /// A new reader begins: who else claims a candidate there nobody has asked yet.
    pub(super) fn forget_the_rest(&mut self) {
        self.scope.asked.clear();
    }

    /// What Genesys holds has changed since it was asked.
    pub(super) fn forget_genesys(&mut self) {
        self.scope = Scope::default();
        (self.read.candidates, self.read.claims) = Default::default();
    }

    /// Everybody without a link in the slices that are to come.
    async fn add_the_rest(&mut self, slice: &Slice, run: &Run, all: &mut Unlinked) -> Result<(), JobError> {
        let mut next = slice.next.clone();
        while let Some(cursor) = next {
            let slice = self.look(&cursor, &run.id, None).await?;
            all.add(&slice.that_are(Standing::Unlinked, &self.read.asides), self.job.config.scan_above);
            next = slice.next;
        }
        tracing::info!(unlinked = all.keys.contacts(), run = run.id, "contacts to be matched");
        Ok(())
    }

    async fn ask(&mut self, all: &Unlinked, side: &GenesysSide) -> Result<(), JobError> {
        let (genesys, links, config) = (&self.job.genesys, &self.job.links, &self.job.config);
        let seeker = Seeker { genesys, links, config, pulse: self.pulse(), deadline: self.deadline };
        if all.keys.contacts() > config.scan_above && !self.scope.has_scanned {
            self.read.candidates = seeker.by_scan(side).await?;
            self.scope.has_scanned = true;
        } else if !self.scope.has_scanned {
            self.read.candidates = seeker.by_lookup(&all.few.iter().collect::<Vec<_>>(), side).await?;
        }
        seeker.leave_out_linked(&all.keys, &mut self.read.candidates).await?;
        self.read.claims = Claims::of(&all.keys, &self.read.candidates);
        Ok(())
    }

    /// The organisation is compared and our source found once per execution environment; a run that writes nothing makes
    /// and keeps nothing.
    pub(super) async fn genesys_side(&self) -> Result<GenesysSide, CallError> {
        let (genesys, config) = (&self.job.genesys, &self.job.config);
        if self.live().is_none() {
            return GenesysSide::look(genesys, config, self.deadline).await;
        }
        let opened = self.job.side.get_or_try_init(|| GenesysSide::open(genesys, config, self.deadline)).await;
        opened.cloned()
    }
}
