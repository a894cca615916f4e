//! The agents of the swarm: what they type into Genesys, and whose value has to stand there.
//!
//! The rule of the sync: a value that an agent typed into a mapped field stays until the same field changes in Salesforce.
//! That is exact where both sides had agreed on the field when the agent came. Where the field was on its way, or a run
//! was under way, the two wrote at the same time, and either may be the last. A full reconcile gives Salesforce's value
//! back to the fields whose `conflict` says so, and leaves the others.

use std::collections::BTreeMap;

use fastrand::Rng;
use scenarios::World;
use serde_json::{Value, json};

use crate::swarm_scene::text;

/// The mapped fields that agents change. The others are those by which the first people are recognised.
const TYPED: [(&str, &str); 3] = [("FirstName", "firstName"), ("LastName", "lastName"), ("MobilePhone", "cellPhone")];
/// Of these, those into which a full reconcile writes Salesforce's value again.
const RECONCILED: [&str; 2] = ["firstName", "lastName"];

/// Whose value has to stand.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stands {
    /// The agent's: nothing was owed to the field.
    Agents,
    /// The agent's or Salesforce's: they wrote at the same time.
    Either,
}

/// What agents have typed in and nobody in Salesforce has changed since, by Salesforce id and Genesys field.
#[derive(Default)]
pub struct Agents {
    typed: BTreeMap<(String, &'static str), (String, Stands)>,
    /// Titles: a field that the sync does not know.
    titles: BTreeMap<String, String>,
}

/// A value that an agent wrote.
pub struct Typed {
    pub id: String,
    pub field: &'static str,
    pub value: String,
}

impl Agents {
    /// An agent changes a contact of somebody in Salesforce, if Genesys has it: a title, or a field that is mapped.
    pub fn work(&mut self, world: &World, id: &str, chance: &mut Rng, is_run_under_way: bool) -> Option<Typed> {
        let contact = world.genesys.contact_of(id)?;
        let genesys_id = contact["id"].as_str().unwrap();
        let number = chance.usize(..1_000_000);
        if chance.u8(..3) == 0 {
            let title = format!("Cliente {number:06}");
            world.genesys.update(genesys_id, &json!({ "title": title }));
            self.titles.insert(id.to_owned(), title.clone());
            return Some(Typed { id: id.to_owned(), field: "title", value: title });
        }
        let (column, field) = *chance.choice(&TYPED).unwrap();
        let stands = self.stands(world, id, (column, field), &contact, is_run_under_way);
        let value = match field {
            "cellPhone" => format!("+1416{}", 7_100_000 + number),
            _ => format!("Digitada{number:06}"),
        };
        let change = if field == "cellPhone" { json!({ "display": value }) } else { json!(value) };
        world.genesys.update(genesys_id, &json!({ field: change }));
        if let Some(stands) = stands {
            self.typed.insert((id.to_owned(), field), (value.clone(), stands));
        }
        Some(Typed { id: id.to_owned(), field, value })
    }

    /// Whose value has to stand if an agent writes this field now; `None` where Salesforce's is owed to it and comes.
    fn stands(
        &self,
        world: &World,
        id: &str,
        (column, field): (&str, &'static str),
        contact: &Value,
        is_run_under_way: bool,
    ) -> Option<Stands> {
        let before = self.typed.get(&(id.to_owned(), field)).map(|(_, stands)| *stands);
        let row = world.state_rows().into_iter().find(|row| row["pk"]["S"] == json!(format!("link#{id}")));
        let row = row.unwrap_or_default();
        let is_linked = row["genesys_id"]["S"].is_string();
        let is_on_its_way = row["digests"]["M"][field]["S"] == "?";
        if is_run_under_way || !is_linked || is_on_its_way {
            return Some(Stands::Either);
        }
        let contacts = world.salesforce.contacts();
        let source = contacts.iter().find(|record| record["Id"] == id)?;
        let is_equal = text(&source[column]) == text(&contact[field]);
        before.or(is_equal.then_some(Stands::Agents))
    }

    /// The field changed in Salesforce: its value wins.
    pub fn give_way(&mut self, id: &str, column: &str) {
        if let Some((_, field)) = TYPED.into_iter().find(|(known, _)| *known == column) {
            self.typed.remove(&(id.to_owned(), field));
        }
    }

    /// Everything was compared with Salesforce.
    pub fn are_reconciled(&mut self) {
        self.typed.retain(|(_, field), _| !RECONCILED.contains(field));
    }

    /// What must hold at any moment: what agents wrote, and nobody else since, is there.
    pub fn check(&self, id: &str, contact: &Value) -> Result<(), String> {
        if let Some(title) = self.titles.get(id)
            && contact["title"] != json!(title)
        {
            return Err(format!("{id} has lost its title: {contact}"));
        }
        let of_contact = self.typed.iter().filter(|((of, _), (_, stands))| of == id && *stands == Stands::Agents);
        for ((_, field), (value, _)) in of_contact {
            if text(&contact[*field]).as_ref() != Some(value) {
                return Err(format!("{id} has lost the {field} {value} that an agent wrote: {contact}"));
            }
        }
        Ok(())
    }

    /// Whether an agent's value may stand in a field in the place of Salesforce's.
    pub fn may_have_written(&self, id: &str, field: &'static str, found: Option<&str>) -> bool {
        self.typed.get(&(id.to_owned(), field)).is_some_and(|(value, _)| found == Some(value))
    }

    /// Contacts whose value an agent changed against Salesforce's, for a test of the test.
    pub fn have_the_last_word(&self) -> usize {
        self.typed.values().filter(|(_, stands)| *stands == Stands::Agents).count()
    }
}
