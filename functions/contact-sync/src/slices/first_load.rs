//! Moves an import on, a step at a time: each step looks where Genesys stands, does what is due, and never waits.
//!
//! What comes of it in every case, because nothing else of this job writes while an import is under way:
//!
//! * nobody approves for a day, somebody cancels it in Genesys, Genesys gives up or refuses: what has not begun is
//!   cancelled, people are told, and the ordinary run creates the contacts;
//! * it was approved and ends half way: what arrived is linked, the ordinary run creates the rest;
//! * an answer was lost, or the function was killed: the next step looks where the job stands.

mod jobs;
mod links;
mod prepare;

use std::time::Duration;

use genesys::{ImportCounts, ImportState, Upload, UploadCheck};
use platform::lock::Held;
use platform::report::RunReport;
use platform::vendor::CallError;

use super::{Ending, Flow, Shift};
use crate::NAME;
use crate::agenda::{WANTED, WANTED_FULL, Wish};
use crate::failure::JobError;
use crate::first_load::{Import, Stage};
use crate::progress::Run;
use crate::read::{Cursor, ScanPlace};
use crate::trigger::{Mode, Pass};
use jobs::Jobs;

/// How long a checked import waits for approval, and an approved one for Genesys.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

const SUBJECT: &str = "cx-bridge contact-sync: an import";

/// What comes of a step of an import.
enum Stepped {
    On(Flow),
    /// Nothing is written yet, and nothing will be by this import.
    GivenUp(String),
}

impl Run {
    /// Whether this is an import that Genesys still has to do with: nothing else may write meanwhile.
    pub(crate) fn is_import(&self) -> bool {
        matches!(self.cursor, Cursor::Import(_))
    }

    fn import_moves_to(&mut self, import: Import) -> Flow {
        self.move_to(Cursor::Import(Box::new(import.clone())));
        Flow::On(Some(Cursor::Import(Box::new(import))))
    }
}

impl Shift<'_> {
    /// Follows a wish while an import is under way, or when it is for one. `None`: no import has to do with it.
    pub(crate) async fn first_load(
        &mut self,
        wish: &Wish,
        unfinished: Option<&mut Run>,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Option<Ending>, JobError> {
        let is_wanted = matches!(wish, Wish::Pass(Pass { mode: Mode::Import, .. }));
        match unfinished {
            Some(run) if run.is_import() => {
                if matches!(wish, Wish::Pass(Pass { mode: Mode::Full, .. })) {
                    self.job.memories.keep(NAME, WANTED, WANTED_FULL.into(), held.fence()).await?;
                }
                self.approval = if let Wish::Approve(plan) = wish { Some(plan.clone()) } else { None };
                self.go(run, report).await.map(Some)
            }
            Some(run) if is_wanted => {
                let why = match &run.progress.braked {
                    Some(plan) => format!("the plan {plan} waits for approval, and comes before an import"),
                    None => "an unfinished run comes first; ask again when it is through".to_owned(),
                };
                Ok(Some(Ending::NotNeeded(why)))
            }
            None if is_wanted => {
                let mut run = self.own_run(wish, report);
                self.go(&mut run, report).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The next step of an import.
    pub(super) async fn import_step(
        &mut self,
        run: &mut Run,
        import: Import,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        let Some(held) = self.live().filter(|_| import.stage != Stage::Planning) else {
            return self.plan_import(run, report).await;
        };
        let is_before = matches!(import.stage, Stage::Checking | Stage::Checked);
        let stepped = match import.stage.clone() {
            Stage::Planning | Stage::Checking => self.check_import(run, import.clone(), held).await,
            Stage::Checked => self.ask_about_import(run, import.clone(), held, report).await,
            Stage::Importing => self.watch_import(run, import.clone(), held, report).await.map(Stepped::On),
            Stage::Linking(place) => {
                self.link_imported(run, import.clone(), &place, held, report).await.map(Stepped::On)
            }
            Stage::Missing => self.ask_about_missing(run, import.clone(), report).await.map(Stepped::On),
        };
        let why = match stepped {
            Ok(Stepped::On(flow)) => return Ok(flow),
            Ok(Stepped::GivenUp(why)) => why,
            // Nothing is written yet, and the next run would fare no better.
            Err(error) if is_before && error.is_for_good() => error.to_string(),
            Err(error) => return Err(error),
        };
        // A job that this step has started is in the run already.
        let import = if let Cursor::Import(now) = &run.cursor { (**now).clone() } else { import };
        self.give_up_import(run, &import, &why, held, report).await
    }

    /// Files are looked at, and then each gets a job.
    async fn check_import(&mut self, run: &mut Run, mut import: Import, held: &Held) -> Result<Stepped, JobError> {
        let mut is_looked_at = true;
        for index in 0..import.files.len() {
            let file = &import.files[index];
            if file.job.is_some() {
                continue;
            }
            held.renew().await?;
            let upload = Upload { id: file.upload.clone() };
            match self.job.genesys.check_upload(&upload, self.deadline).await? {
                UploadCheck::Pending => is_looked_at = false,
                UploadCheck::Invalid { errors, line } => {
                    let place = line.map(|line| format!(", the first in line {line}")).unwrap_or_default();
                    return Ok(Stepped::GivenUp(format!("Genesys cannot read a file: {errors} faults{place}")));
                }
                UploadCheck::Valid => {
                    import.files[index].job = Some(self.job_of(&upload, &import, index, held).await?);
                    run.import_moves_to(import.clone());
                    self.save(run).await?;
                }
            }
        }
        let jobs = self.look_at_jobs(&import).await?;
        if let Some(why) = jobs.end_early() {
            return Ok(Stepped::GivenUp(why.to_owned()));
        }
        if !is_looked_at || jobs.any(&[ImportState::Checking]) {
            if self.is_past(import.planned_ms) {
                return Ok(Stepped::GivenUp("Genesys has not looked through its files for a day".to_owned()));
            }
            let why = format!("Genesys looks through {} contacts; a later run goes on", import.rows());
            return Ok(Stepped::On(Flow::Waits(why)));
        }
        import.stage = Stage::Checked;
        self.has_achieved = true;
        Ok(Stepped::On(run.import_moves_to(import)))
    }

    /// The job of a file; one that was started and not answered is there already.
    async fn job_of(&self, upload: &Upload, import: &Import, index: usize, held: &Held) -> Result<String, CallError> {
        let genesys = &self.job.genesys;
        match genesys.find_import(&import.files[index].name, self.deadline).await? {
            Some(job) => Ok(job),
            None => genesys.start_import(upload, &import.columns, held.guard(), self.deadline).await,
        }
    }

    /// The import is shown, and goes on when somebody approves.
    async fn ask_about_import(
        &mut self,
        run: &mut Run,
        mut import: Import,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Stepped, JobError> {
        let jobs = self.look_at_jobs(&import).await?;
        let approval = self.approval.take();
        if jobs.go_by_themselves() {
            report.warn(format!("Genesys goes on with the import {} by itself", import.plan));
        } else {
            if let Some(why) = self.leads_nowhere(&import, &jobs, approval.as_deref()) {
                return Ok(Stepped::GivenUp(why.to_owned()));
            }
            if approval.as_ref() != Some(&import.plan) {
                let why = words(&import, &jobs.dry_run, approval.is_some());
                return self.brake_import(run, &import, why, report).await.map(Stepped::On);
            }
            match self.is_still_new(run, &import).await? {
                Some(true) => {}
                Some(false) => return self.plan_anew(run, &import, &jobs, held, report).await.map(Stepped::On),
                None => {
                    let why = "the time was up before everything was looked at again; approve once more";
                    return Ok(Stepped::On(Flow::Waits(why.to_owned())));
                }
            }
        }
        run.progress.braked = None;
        (import.stage, import.approved_ms) = (Stage::Importing, self.job.platform.clock.now_ms());
        self.has_achieved = true;
        Ok(Stepped::On(run.import_moves_to(import)))
    }

    /// Why a checked import is not to be written, whoever approves of it.
    fn leads_nowhere(&self, import: &Import, jobs: &Jobs, approval: Option<&str>) -> Option<&'static str> {
        if let Some(why) = jobs.end_early() {
            return Some(why);
        }
        if self.is_past(import.planned_ms) {
            return Some("nobody approved of it for a day");
        }
        let is_of_another_map = import.map_version != self.job.map_version;
        let is_approved = approval == Some(import.plan.as_str());
        (is_approved && is_of_another_map)
            .then_some("the field map, filter or default country is another one than in its files")
    }

    /// Somebody was typed into Genesys who may be one of the file, or is not there any more: other files, another plan.
    async fn plan_anew(
        &mut self,
        run: &mut Run,
        import: &Import,
        jobs: &Jobs,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        self.cancel_jobs(jobs, held).await?;
        report.warn(format!("contacts came to Genesys since {} was planned; it is planned anew", import.plan));
        run.progress.braked = None;
        Ok(run.import_moves_to(Import::default()))
    }

    /// Genesys is told to write, and watched until it has.
    async fn watch_import(
        &mut self,
        run: &mut Run,
        mut import: Import,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        let mut jobs = self.look_at_jobs(&import).await?;
        self.continue_jobs(&jobs, held).await?;
        if self.is_past(import.approved_ms) {
            self.cancel_jobs(&jobs, held).await?;
            report.warn(format!("the import {} took longer than a day and was cancelled", import.plan));
        }
        if !jobs.are_over() {
            jobs = self.look_at_jobs(&import).await?;
        }
        if !jobs.are_over() {
            let (rows, imported) = (import.rows(), jobs.imported.succeeded);
            return Ok(Flow::Waits(format!("Genesys imports {rows} contacts, {imported} so far; a later run goes on")));
        }
        let ImportCounts { succeeded, failed } = jobs.imported;
        report.decide(format!("{}: Genesys imported {succeeded} contacts and refused {failed}", import.plan));
        (import.stage, import.imported) = (Stage::Linking(ScanPlace::default()), succeeded);
        self.has_achieved = true;
        Ok(run.import_moves_to(import))
    }

    /// Told once, and then said by each run until somebody approves.
    async fn brake_import(
        &mut self,
        run: &mut Run,
        import: &Import,
        why: String,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        if run.progress.braked.is_none() {
            // Before it is kept: a run that is killed in between tells people twice, not never.
            self.job.alerts().send(&report.run_id, SUBJECT, &why).await;
            run.progress.braked = Some(import.plan.clone());
            self.save(run).await?;
        }
        Ok(Flow::Braked(why))
    }

    /// The import is over before anything was written: its jobs are cancelled, and the ordinary run creates the contacts.
    async fn give_up_import(
        &mut self,
        run: &mut Run,
        import: &Import,
        why: &str,
        held: &Held,
        report: &mut RunReport,
    ) -> Result<Flow, JobError> {
        let cancelled = match self.look_at_jobs(import).await {
            Ok(jobs) => self.cancel_jobs(&jobs, held).await,
            Err(error) => Err(error.into()),
        };
        let left = match cancelled {
            Ok(()) => "",
            // The same permission is missing, for example.
            Err(error) if error.is_for_good() => "; cancel what is left of it in Genesys",
            Err(error) => return Err(error),
        };
        let why =
            format!("the import {} was given up: {why}{left}. The ordinary run creates the contacts", import.plan);
        // Told first: a run that dies in between tells it twice rather than never.
        self.job.alerts().send(&report.run_id, SUBJECT, &why).await;
        self.finish(run).await?;
        Ok(Flow::NotNeeded(why))
    }

    fn is_past(&self, since_ms: i64) -> bool {
        let passed = self.job.platform.clock.now_ms().saturating_sub(since_ms);
        u128::try_from(passed).is_ok_and(|passed| passed > PATIENCE.as_millis())
    }
}

fn words(import: &Import, dry_run: &ImportCounts, is_another: bool) -> String {
    let opening = if is_another { "another plan waits: " } else { "" };
    let ImportCounts { succeeded, failed } = dry_run;
    format!(
        "{opening}an import of {} new contacts is ready; Genesys checked it and would take {succeeded} and refuse {failed}, \
         which the ordinary run then tries one by one. Nothing is written, by ordinary runs neither: send {{\"approve\":\"{}\"}} \
         within a day, or cancel the import in Genesys",
        import.rows(),
        import.plan
    )
}
