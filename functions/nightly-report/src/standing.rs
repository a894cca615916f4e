//! What is remembered about a day and its mails, what the mail service told included.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::NAME;
use crate::connect::NightlyReport;
use crate::due::{DayRow, Standing};
use crate::failure::NightError;
use crate::ledger::Entry;
use crate::night::Shift;
use crate::record;

impl NightlyReport {
    /// What is remembered about a day, brought up to the events about its mails. News are counted; what people have to know
    /// is told before it is written down, so that it is told at least once.
    ///
    /// # Errors
    /// [`NightError::State`].
    pub(crate) async fn standing(&self, day: Date, shift: &mut Shift<'_>) -> Result<Standing, NightError> {
        let row = self.day_row(day).await?;
        let mut mails = BTreeMap::new();
        for (list, entry) in self.entries(day, row.as_ref()).await? {
            let now_known = self.hear(day, &list, &entry).await?;
            if now_known.state != entry.state
                && let Some(line) = record::count_heard(shift.report, day, &list, &now_known)
            {
                self.alarm(shift, day, &list, &line).await;
            }
            if now_known != entry {
                self.write_entry(day, &list, &now_known, shift.held).await?;
            }
            mails.insert(list, now_known);
        }
        Ok(Standing { day: row, mails })
    }

    /// Whether a mail about a day was ever handed over, or may have been.
    ///
    /// # Errors
    /// [`NightError::State`].
    pub(crate) async fn was_handed_over(&self, day: Date, row: &DayRow) -> Result<bool, NightError> {
        let entries = self.entries(day, Some(row)).await?;
        Ok(entries.values().any(|entry| entry.attempts > 0 || entry.may_have_arrived))
    }

    /// What is remembered about a day's mails: to the lists of its row, and to those of the configuration.
    async fn entries(&self, day: Date, row: Option<&DayRow>) -> Result<BTreeMap<String, Entry>, NightError> {
        let configured = self.settings.lists.iter().map(|list| list.name.clone());
        let mut lists: Vec<String> = row.iter().flat_map(|row| row.lists.clone()).chain(configured).collect();
        lists.sort();
        lists.dedup();
        let names: Vec<String> = lists.iter().map(|list| format!("{day}#{list}")).collect();
        let mut known = self.ledger.read::<Entry>(&names).await?;
        let entry = |list: String| known.remove(&format!("{day}#{list}")).map(|entry| (list, entry));
        Ok(lists.into_iter().filter_map(entry).collect())
    }

    /// Tells people by a message: one for each mail that needs a look in a run.
    pub(crate) async fn alarm(&self, shift: &Shift<'_>, day: Date, list: &str, line: &str) {
        let run_id = &shift.report.run_id;
        let text = format!("{line}\n\nRun {run_id}.");
        let subject = format!("cx-bridge {NAME} needs a look");
        self.platform.alerts.send(&format!("{run_id}/{day}/{list}"), &subject, &text).await;
    }

    /// The day's own row.
    pub(crate) async fn day_row(&self, day: Date) -> Result<Option<DayRow>, NightError> {
        Ok(self.ledger.read::<DayRow>(&[day.to_string()]).await?.remove(&day.to_string()))
    }

    /// Of a mail that was never handed over there is nothing to hear.
    async fn hear(&self, day: Date, list: &str, entry: &Entry) -> Result<Entry, NightError> {
        if entry.attempts == 0 {
            return Ok(entry.clone());
        }
        let fates = self.fates.of(&entry.key(day, list)).await?;
        Ok(entry.after_events(&fates, self.platform.clock.now()))
    }
}
