//! Deleting, merging, undeleting and purging, as an administrator or a user in the browser does it.
//!
//! A deleted row goes to the recycle bin and its stamp moves. A merge deletes the losers and leaves in each the id of
//! the winner; when the winner is merged later, that makes a chain. What belonged to a loser moves to the winner: here
//! the contacts who report to it.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::record::{Grave, Record};
use super::state::{Records, whole_seconds};
use crate::salesforce::columns::{self, Object};
use crate::salesforce::ids::Id;

/// The vendor merges at most three records at once.
const LOSERS_MAX: usize = 2;

/// One line of the log of deletions.
pub(crate) struct Deleted {
    pub(crate) id: Id,
    pub(crate) at: Timestamp,
}

impl Records {
    /// Puts a row into the recycle bin; with an account go its contacts. Who reported to it reports to nobody.
    ///
    /// # Errors
    /// A sentence when there is no such row.
    pub(crate) fn delete(&mut self, object: Object, id: &str, now: Timestamp) -> Result<(), String> {
        let id = self.living(object, id)?.id;
        self.bury(object, id, None, now);
        if object == Object::Contact {
            self.point_elsewhere("ReportsToId", id, None, now);
            return Ok(());
        }
        for contact in self.pointing_at("AccountId", id) {
            self.bury(Object::Contact, contact, None, now);
        }
        Ok(())
    }

    /// Merges up to two rows into `master`: the losers are deleted and say so, the master may get columns of theirs.
    ///
    /// # Errors
    /// A sentence when a row does not exist or is deleted, a loser is the master, or there are too many.
    pub(crate) fn merge(
        &mut self,
        object: Object,
        master: &str,
        losers: &[&str],
        fields: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<Id, String> {
        let master = self.living(object, master)?.id;
        let losers = losers.iter().map(|id| Ok(self.living(object, id)?.id)).collect::<Result<Vec<_>, String>>()?;
        if losers.is_empty() || losers.len() > LOSERS_MAX || losers.contains(&master) {
            return Err(format!("losers must be 1 to {LOSERS_MAX} other records than the master"));
        }
        self.update(object, master.as_str(), &Value::Object(fields.clone()), now)?;
        let children = if object == Object::Contact { "ReportsToId" } else { "AccountId" };
        for loser in losers {
            self.point_elsewhere(children, loser, Some(master), now);
            self.bury(object, loser, Some(master), now);
        }
        Ok(master)
    }

    /// Takes a row out of the recycle bin.
    ///
    /// # Errors
    /// A sentence when there is no such row in the bin.
    pub(crate) fn undelete(&mut self, object: Object, id: &str, now: Timestamp) -> Result<(), String> {
        let id = self.existing(object, id)?.id;
        let record = self.table_mut(object).get_mut(&id);
        let in_bin = |record: &&mut Record| record.grave.as_deref().is_some_and(|grave| grave.purged.is_none());
        let record = record.filter(in_bin).ok_or_else(|| format!("{id} is not in the recycle bin"))?;
        record.grave = None;
        (record.modified, record.stamp) = (whole_seconds(now), whole_seconds(now));
        Ok(())
    }

    /// Empties the recycle bin: of one row, or of all.
    ///
    /// # Errors
    /// A sentence when the row named is not in the bin.
    pub(crate) fn purge(&mut self, object: Object, id: Option<&str>, now: Timestamp) -> Result<usize, String> {
        let wanted = id.map(|id| Ok::<_, String>(self.existing(object, id)?.id)).transpose()?;
        let mut purged = 0;
        for record in self.table_mut(object).values_mut() {
            let chosen = wanted.is_none_or(|id| id == record.id);
            if let (Some(grave), true) = (record.grave.as_deref_mut(), chosen) {
                purged += usize::from(grave.purged.is_none());
                grave.purged.get_or_insert(whole_seconds(now));
            }
        }
        match (wanted, purged) {
            (Some(id), 0) => Err(format!("{id} is not in the recycle bin")),
            _ => Ok(purged),
        }
    }

    /// Shows or hides a row to the user that reads. Sharing moves no time, which is why it is a trap.
    ///
    /// # Errors
    /// A sentence when there is no such row.
    pub(crate) fn share(&mut self, object: Object, id: &str, visible: bool) -> Result<(), String> {
        let id = self.existing(object, id)?.id;
        if let Some(record) = self.table_mut(object).get_mut(&id) {
            record.visible = visible;
        }
        Ok(())
    }

    /// Forgets the log of deletions before a moment, as the vendor does when it grows too long.
    pub(crate) fn shorten_log(&mut self, before: Timestamp) {
        self.log_begins = Some(before);
    }

    pub(crate) fn log_begins(&self) -> Option<Timestamp> {
        self.log_begins
    }

    /// What was deleted in `[from, to)` and can be seen, oldest first. `with_purged` keeps those that left the bin.
    pub(crate) fn deleted(&self, object: Object, from: Timestamp, to: Timestamp, with_purged: bool) -> Vec<Deleted> {
        let line = |record: &Record| {
            let grave = record.grave.as_deref().filter(|_| record.visible)?;
            let kept = with_purged || grave.purged.is_none();
            (kept && (from..to).contains(&grave.at)).then_some(Deleted { id: record.id, at: grave.at })
        };
        let mut log: Vec<_> = self.table(object).values().filter_map(line).collect();
        log.sort_by_key(|line| (line.at, line.id));
        log
    }

    fn bury(&mut self, object: Object, id: Id, master: Option<Id>, now: Timestamp) {
        if let Some(record) = self.table_mut(object).get_mut(&id).filter(|record| record.grave.is_none()) {
            let at = whole_seconds(now);
            record.stamp = at;
            record.grave = Some(Box::new(Grave { at, master, purged: None }));
        }
    }

    /// Living contacts whose column has this id.
    fn pointing_at(&self, column: &str, id: Id) -> Vec<Id> {
        let points =
            |record: &&Record| !record.is_deleted() && record.text(Object::Contact, column) == Some(id.as_str());
        self.contacts.values().filter(points).map(|record| record.id).collect()
    }

    fn point_elsewhere(&mut self, column: &str, from: Id, to: Option<Id>, now: Timestamp) {
        let Some(place) = columns::find(Object::Contact, column) else {
            return;
        };
        for id in self.pointing_at(column, from) {
            if let Some(record) = self.contacts.get_mut(&id) {
                record.row = record.row.with(&[(place, to.map(|id| id.to_string()))]);
                // An automatic change: the stamp moves, the time of the last edit does not.
                record.stamp = later(record.stamp, whole_seconds(now));
            }
        }
    }
}

fn later(stamp: Timestamp, now: Timestamp) -> Timestamp {
    if now.duration_since(stamp) > SignedDuration::ZERO { now } else { stamp }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn merges_make_chains_and_move_what_belonged_to_the_loser() {
        let mut records = Records::default();
        let made = moment("2026-11-22T04:00:00Z");
        let ids: Vec<Id> = (0..3)
            .map(|number| records.insert(Object::Contact, &json!({"LastName": format!("{number}")}), made).unwrap())
            .collect();
        let report = json!({"LastName": "Report", "ReportsToId": ids[0].as_str()});
        let report = records.insert(Object::Contact, &report, made).unwrap();
        let now = moment("2026-11-23T04:00:00Z");
        let none = Map::new();
        records.merge(Object::Contact, ids[1].as_str(), &[ids[0].as_str()], &none, now).unwrap();
        records.merge(Object::Contact, ids[2].as_str(), &[ids[1].as_str()], &none, now).unwrap();
        let master = |id: &Id| records.contacts[id].grave.as_deref().unwrap().master;
        assert_eq!((master(&ids[0]), master(&ids[1])), (Some(ids[1]), Some(ids[2])));
        assert_eq!(records.contacts[&report].text(Object::Contact, "ReportsToId"), Some(ids[2].as_str()));
        assert!(records.merge(Object::Contact, ids[2].as_str(), &[ids[0].as_str()], &none, now).is_err());
    }

    #[test]
    fn with_an_account_go_its_contacts() {
        let mut records = Records::default();
        let made = moment("2026-11-22T04:00:00Z");
        let contact = json!({"LastName": "Sá", "Account": {"Name": "Acme"}});
        let id = records.insert(Object::Contact, &contact, made).unwrap();
        let account = records.account_of(&records.contacts[&id]).unwrap().id;
        records.delete(Object::Account, account.as_str(), made).unwrap();
        assert!(records.contacts[&id].is_deleted());
    }
}
