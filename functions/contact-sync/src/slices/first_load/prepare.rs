//! Plans an import: reads what the ordinary run would read, matches it the same way, and puts whoever is new in every
//! respect into files instead of creating them.

use genesys::ImportSettings;
use platform::digest::fingerprint;
use platform::lock::Held;
use platform::report::RunReport;

use super::super::{Flow, Shift};
use crate::check::check;
use crate::failure::JobError;
use crate::first_load::{Columns, Files, Import, ImportFile, Stage, is_new};
use crate::plan::{Read, Standing, Step, plan};
use crate::progress::Run;
use crate::read::claims::Keys;
use crate::read::{Cursor, Slice, Window};
use crate::record;

/// Characters of a fingerprint that a person copies; 60 bits.
const ID_CHARS: usize = 10;

/// What was planned.
struct Planned {
    files: Files,
    print: String,
    rivals: String,
}

impl Shift<'_> {
    /// Plans, and brings the files to Genesys when there is enough in them.
    pub(super) async fn plan_import(&mut self, run: &mut Run, report: &mut RunReport) -> Result<Flow, JobError> {
        let Some(planned) = self.import_files(run, report).await? else {
            let why = "the time was up before all contacts were read; nothing was begun. Give the function more time";
            self.finish(run).await?;
            return Ok(Flow::NotNeeded(why.to_owned()));
        };
        let (rows, above) = (planned.files.rows(), self.job.config.import_above);
        let Some(held) = self.live() else {
            report.decide(format!("{rows} contacts are new; an import takes {above} or more"));
            return Ok(Flow::On(None));
        };
        if rows < above.max(1) {
            let why = format!("{rows} contacts are new: below {above} (import_above) the ordinary run creates them");
            self.finish(run).await?;
            return Ok(Flow::NotNeeded(why));
        }
        let import = self.bring(planned, held).await?;
        tracing::info!(
            plan = import.plan,
            contacts = rows,
            files = import.files.len(),
            "an import was brought to Genesys"
        );
        self.has_achieved = true;
        Ok(run.import_moves_to(import))
    }

    /// Goes through the ordinary run's window without writing; `None` when the time is up.
    async fn import_files(&mut self, run: &Run, report: &mut RunReport) -> Result<Option<Planned>, JobError> {
        let files = Files::new(Columns::of(&self.job.map));
        let mut planned = Planned { files, print: String::new(), rivals: String::new() };
        let mut keys = Keys::default();
        // Under a map that waits for approval, every contact is to be gone through.
        let is_agreed = self.job.is_map_agreed(self.live()).await?;
        let window = if is_agreed { self.window(None) } else { Window::since(self.job.config.start) };
        let mut next = Some(Cursor::Changes(window));
        while let Some(cursor) = next.take() {
            if self.deadline.is_closing() {
                return Ok(None);
            }
            let slice = self.reader().slice(&cursor, &self.read.asides, None).await?;
            self.match_up(&slice, run).await?;
            slice.that_are(Standing::Unlinked, &self.read.asides).into_iter().for_each(|source| keys.add(source));
            let mut read = std::mem::take(&mut self.read);
            Slice { sources: read.sources, links: read.links, next, .. } = slice;
            let taken = self.take_new(&read, &mut planned, report).await;
            self.read = Read { sources: Vec::new(), links: Default::default(), ..read };
            taken?;
        }
        planned.rivals = fingerprint(&keys.wanted(&self.read.candidates).join(" "));
        Ok(Some(planned))
    }

    /// Whether those who were new still are, as far as Genesys is concerned: somebody may have been typed in there since.
    /// `None` when the time is up.
    pub(super) async fn is_still_new(&mut self, run: &Run, import: &Import) -> Result<Option<bool>, JobError> {
        self.forget_genesys();
        let mut report = RunReport::start(&self.job.platform.clock);
        let planned = self.import_files(run, &mut report).await?;
        Ok(planned.map(|planned| planned.rivals == import.rivals))
    }

    async fn take_new(&mut self, read: &Read, planned: &mut Planned, report: &mut RunReport) -> Result<(), JobError> {
        let steps = plan(read);
        check(&steps, read.sources.len(), self.external_source.as_deref())?;
        record::count_read(report, &steps);
        record::count_spared(report, &steps, "planned");
        let goes = |step: &&Step<'_>| is_new(step) && !read.asides.contains_key(step.source.id.as_str());
        let new: Vec<&Step<'_>> = steps.iter().filter(goes).collect();
        if !new.is_empty() {
            let marks = self.marks().await?;
            new.iter().for_each(|step| planned.files.add(step, &marks));
            let lines: String = new.iter().map(|step| format!("{} {}\n", step.source.id, step.source.hash)).collect();
            planned.print = fingerprint(&(std::mem::take(&mut planned.print) + &lines));
        }
        if self.held.is_none() {
            self.rehearsal.add(&steps);
        }
        Ok(())
    }

    async fn bring(&self, planned: Planned, held: &Held) -> Result<Import, JobError> {
        let (genesys, deadline) = (&self.job.genesys, self.deadline);
        let Planned { files, print, rivals } = planned;
        let (columns, files) = files.into_parts();
        let plan = format!("import-{}", print.chars().take(ID_CHARS).collect::<String>());
        let fields = columns.fields();
        let settings = ImportSettings {
            name: &format!("cx-bridge {plan}"),
            source_id: self.external_source.as_deref().unwrap_or_default(),
            // By nothing: who exists was found out here, and two people may share an address.
            matching: &[],
            fields: &fields,
        };
        held.renew().await?;
        let settings_id = genesys.make_import_settings(&settings, held.guard(), deadline).await?;
        let columns_id = genesys.name_import_columns(&settings_id, &fields, held.guard(), deadline).await?;
        let (planned_ms, mut brought) = (self.job.platform.clock.now_ms(), Vec::new());
        for (number, csv) in (1..).zip(files) {
            held.renew().await?;
            let (name, rows) = (format!("{plan}-{planned_ms}-{number}.csv"), csv.rows() as u64);
            let upload = genesys.upload(&name, csv, held.guard(), deadline).await?;
            brought.push(ImportFile { name, upload: upload.id, job: None, rows });
        }
        Ok(Import {
            stage: Stage::Checking,
            plan,
            rivals,
            planned_ms,
            map_version: self.job.map_version.clone(),
            columns: columns_id,
            files: brought,
            ..Import::default()
        })
    }
}
