//! What comes next for a contact: what a tick would do about it, and what has to happen before.

use platform::aside::Aside;
use platform::deadline::Deadline;
use platform::report::RunReport;

use super::story::{self, Known};
use crate::NAME;
use crate::config::Effect;
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::progress::Run;
use crate::read::gone::is_given_up;
use crate::slices::Shift;

/// What keeps the next run from writing, whatever it would write.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Obstacle {
    /// Runs write nothing.
    Shadow,
    /// Genesys imports a file.
    Import,
    /// This plan waits for a person.
    Approval(String),
}

impl ContactSync {
    /// Adds what comes next: whether Salesforce shows the contact, its company, and what the next run would do.
    pub(super) async fn look_ahead(
        &self,
        known: &mut Known,
        aside: Option<&Aside>,
        deadline: Deadline,
    ) -> Result<(), JobError> {
        if let Err(error) = Box::pin(self.foresee(known, aside, deadline)).await {
            known.gaps.push(format!("what the next run would do could not be found out: {error}"));
        }
        if let Some(obstacle) = self.obstacle().await? {
            known.next = Some(obstacle.before(known.next.take()));
        }
        Ok(())
    }

    /// A dry run for this one contact, and for its deletion where it has one.
    async fn foresee(&self, known: &mut Known, aside: Option<&Aside>, deadline: Deadline) -> Result<(), JobError> {
        let mut report = RunReport::start(&self.platform.clock);
        let mut shift = Shift::begin(self, None, &report.run_id, deadline).await?;
        let plan = shift.foresee(&known.salesforce_id, &mut report).await?;
        known.is_seen = report.fetched > 0;
        known.company = story::company_line(&plan["organizations"][0]);
        // Nothing follows from the deletion of somebody who is unknown here, or whose tombstone is there.
        let may_be_owed = known.link.as_ref().map_or(aside.is_some(), |link| link.gone.is_none());
        let departure = match may_be_owed && !known.is_seen {
            true => shift.foresee_departure(&known.salesforce_id).await?,
            false => None,
        };
        known.next = Some(match departure {
            Some(_) if aside.is_some_and(is_given_up) => story::DEPARTURE_GIVEN_UP.to_owned(),
            Some(action) => story::departure_line(&action),
            None => story::next_line(known.is_seen, plan["steps"].get(0)),
        });
        Ok(())
    }

    /// In the order in which a run comes to them.
    async fn obstacle(&self) -> Result<Option<Obstacle>, JobError> {
        if self.config.mode == Effect::Shadow {
            return Ok(Some(Obstacle::Shadow));
        }
        let unfinished = self.checkpoints.read(NAME).await?.and_then(Run::resume);
        if unfinished.as_ref().is_some_and(Run::is_import) {
            return Ok(Some(Obstacle::Import));
        }
        let map = self.map_that_waits(unfinished.as_ref()).await?;
        Ok(map.or(unfinished.and_then(|run| run.progress.braked)).map(Obstacle::Approval))
    }
}

impl Obstacle {
    /// What comes next, in a sentence; `next` is what would without it, if that could be found out.
    fn before(&self, next: Option<String>) -> String {
        let then = |word: &str| next.map(|next| format!("; {word} {next}")).unwrap_or_default();
        match self {
            Self::Shadow => format!("nothing is written while mode is shadow{}", then("live,")),
            Self::Import => "nothing before the import that is under way is over; then what differs is sent".to_owned(),
            Self::Approval(plan) => format!("nothing before {plan} is approved{}", then("then")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_run_from_writing_comes_before_what_it_would_write() {
        let before = |obstacle: Obstacle, next: Option<&str>| obstacle.before(next.map(str::to_owned));
        let plan = || Obstacle::Approval("plan-1".to_owned());
        assert_eq!(
            before(plan(), Some("the next run would patch g-1")),
            "nothing before plan-1 is approved; then the next run would patch g-1"
        );
        assert_eq!(before(plan(), None), "nothing before plan-1 is approved");
        assert_eq!(
            before(Obstacle::Shadow, Some("the next run would patch g-1")),
            "nothing is written while mode is shadow; live, the next run would patch g-1"
        );
        assert!(before(Obstacle::Import, Some("whatever")).ends_with("then what differs is sent"));
    }
}
