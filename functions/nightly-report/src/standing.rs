//! What is remembered about a day and its mails, what the mail service told included.

use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::lock::Held;

use crate::connect::NightlyReport;
use crate::due::{DayRow, Standing};
use crate::failure::NightError;
use crate::ledger::{Entry, State};

/// A mail of which something new was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) list: String,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
}

impl NightlyReport {
    /// What is remembered about a day, brought up to the events about its mails; and what of it is news.
    ///
    /// # Errors
    /// [`NightError::State`].
    pub(crate) async fn standing(&self, day: Date, held: &Held) -> Result<(Standing, Vec<Heard>), NightError> {
        let row = self.day_row(day).await?;
        let configured = self.settings.lists.iter().map(|list| list.name.clone());
        let mut lists: Vec<String> = row.iter().flat_map(|row| row.lists.clone()).chain(configured).collect();
        lists.sort();
        lists.dedup();
        let names: Vec<String> = lists.iter().map(|list| format!("{day}#{list}")).collect();
        let mut entries = self.ledger.read::<Entry>(&names).await?;
        let (mut mails, mut heard) = (BTreeMap::new(), Vec::new());
        for list in lists {
            let Some(entry) = entries.remove(&format!("{day}#{list}")) else { continue };
            let now_known = self.hear(day, &list, &entry).await?;
            if now_known != entry {
                self.write_entry(day, &list, &now_known, held).await?;
                if now_known.state != entry.state {
                    heard.push(Heard { list: list.clone(), state: now_known.state, reason: now_known.reason.clone() });
                }
            }
            mails.insert(list, now_known);
        }
        Ok((Standing { day: row, mails }, heard))
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
