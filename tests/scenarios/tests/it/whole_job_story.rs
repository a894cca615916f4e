//! One organisation's first days with the sync, in chapters: everything that the job does happens in it once.
//!
//! A chapter is what people do on both sides, and what the sync is asked for then. It begins at a time of its own and with a
//! cold environment, so that its calls are the same in every telling.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use scenarios::aws::sqs::CONTACT_SYNC;
use scenarios::people::{in_genesys, person};
use scenarios::{Inside, World};
use serde_json::{Map, Value, json};

use crate::brake::deploy;
use crate::organizations::{account, touch};

/// Small slices, pages and batches, so that a few dozen contacts are several of each.
const CONFIG: &str = "slice_contacts = 10\nslices_per_invocation = 2\nscan_above = 5\nscan_page_size = 20\n\
                      bulk_add_size = 5\nenrich_size = 4\nimport_above = 6\nlease_seconds = 60\nnear_real_time = true";
/// From the last chapter on deletions are carried out as such, and a number without a country code is another one.
const LATER_CONFIG: &str = "on_delete = \"delete\"\ndefault_country = \"CA\"";

/// A chapter a day: longer than a mark of deletions stays where it is, shorter than an import waits.
const DAY: Duration = Duration::from_secs(25 * 60 * 60);
const BEGIN: &str = "2026-03-02T06:00:00Z";

/// As many external ids as Genesys takes: one more is refused.
const OTHER_IDS_MAX: usize = 10;

/// A part of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    /// A first load by an import; of those who were typed in some are linked, two wait for a person, two are refused.
    Import,
    /// The rest comes in three slices; two who fit one candidate stand in the first and in the last of them.
    Slices,
    /// The queue tells of contacts; more changes than the brake lets pass, fields that are emptied, accounts that change.
    Changes,
    /// Deletions, merges, a chain of merges, and people decide about who waits.
    Departures,
    /// People have been at work in Genesys, and rows were lost: a full reconcile.
    Reconcile,
    /// Another default country, so that everybody is gone through once; deletions are carried out as such; a restoration.
    NewMap,
}

impl Chapter {
    pub const ALL: [Self; 6] =
        [Self::Import, Self::Slices, Self::Changes, Self::Departures, Self::Reconcile, Self::NewMap];
}

/// The world of the story, and who is in it.
pub struct Stage {
    pub world: World,
    pub sync: Inside,
    accounts: Vec<String>,
    people: Vec<String>,
    latecomers: Vec<String>,
    chain_end: String,
}

impl Stage {
    pub async fn set() -> Self {
        let begin: Timestamp = BEGIN.parse().unwrap();
        let builder = World::builder().page_size(15).config(CONFIG).config_from_parameter().starts_at(begin);
        let world = builder.start().await;
        let sync = world.inside();
        let (accounts, people, latecomers) = <(Vec<String>, Vec<String>, Vec<String>)>::default();
        Self { world, sync, accounts, people, latecomers, chain_end: String::new() }
    }

    /// What people do at the begin of a chapter; what the sync is asked for.
    pub async fn open(&mut self, chapter: Chapter) -> VecDeque<Value> {
        self.sync.restart().await;
        self.turn_to_day(chapter as u32);
        match chapter {
            Chapter::Import => {
                self.first_people();
                [json!({"mode": "import"})].into()
            }
            Chapter::Slices => {
                self.more_people();
                VecDeque::new()
            }
            Chapter::Changes => {
                self.tell();
                self.change();
                VecDeque::new()
            }
            Chapter::Departures => {
                self.depart();
                self.decide()
            }
            Chapter::Reconcile => {
                self.work_in_genesys();
                [json!({"mode": "full"})].into()
            }
            Chapter::NewMap => {
                self.remove();
                VecDeque::new()
            }
        }
    }

    /// However long the chapters before took. Nobody has a token any more.
    fn turn_to_day(&self, day: u32) {
        let morning = BEGIN.parse::<Timestamp>().unwrap() + jiff::SignedDuration::try_from(DAY * day).unwrap();
        let ahead = morning.duration_since(self.world.clock().now());
        self.world.advance(Duration::try_from(ahead).unwrap_or_default());
        let rows = self.world.state_rows();
        for pk in rows.iter().filter_map(|row| row["pk"]["S"].as_str()).filter(|pk| pk.starts_with("token#")) {
            self.world.lose_state_row(pk, "token");
        }
    }

    fn first_people(&mut self) {
        self.accounts = self.world.salesforce.insert_accounts(&(0..4).map(account).collect::<Vec<_>>());
        let mut typed_in: Vec<_> = (0..5).map(in_genesys).collect();
        for number in [1, 3] {
            let others = (0..OTHER_IDS_MAX).map(|n| json!({"source": "Billing", "value": format!("B-{number}-{n}")}));
            typed_in[number].insert("externalIds".to_owned(), others.collect());
        }
        self.world.genesys.insert(&typed_in);
        let mut people: Vec<_> = (0..18).map(person).collect();
        people[17].insert("Email".to_owned(), person(0)["Email"].clone());
        (4..16).for_each(|n| belongs_to(&mut people[n], &self.accounts[n % 4]));
        self.people = self.world.salesforce.insert(&people);
    }

    fn more_people(&mut self) {
        self.accounts.extend(self.world.salesforce.insert_accounts(&(4..7).map(account).collect::<Vec<_>>()));
        self.world.genesys.insert(&[in_genesys(100)]);
        let mut people: Vec<_> = (100..122).map(person).collect();
        people[21].insert("Email".to_owned(), person(100)["Email"].clone());
        (3..15).for_each(|n| belongs_to(&mut people[n], &self.accounts[4 + n % 2]));
        self.latecomers = self.world.salesforce.insert(&people);
    }

    fn change(&self) {
        let salesforce = &self.world.salesforce;
        for (number, id) in self.latecomers.iter().enumerate().skip(1).take(13) {
            salesforce.update(id, &json!({"FirstName": format!("Renomeada{number:02}")}));
        }
        self.people[6..10].iter().for_each(|id| salesforce.update(id, &json!({"Phone": null})));
        salesforce.update(&self.people[10], &json!({"Email": "nenhum-endereco", "MobilePhone": "+15125550177"}));
        salesforce.update(&self.people[11], &json!({"AccountId": self.accounts[6]}));
        salesforce.update(&self.people[12], &json!({"AccountId": null}));
        salesforce.update_account(&self.accounts[0], &json!({"Industry": null}));
        salesforce.update_account(&self.accounts[1], &json!({"Name": "Nome Novo", "Phone": "+15127770000"}));
        salesforce.update_account(&self.accounts[4], &json!({"Website": null}));
        [4, 5].iter().for_each(|number| touch(&self.world, &self.people[*number]));
    }

    fn tell(&mut self) {
        let ids = [5, 16, 13].map(|number| self.people[number].clone());
        ids[..2].iter().for_each(|id| self.world.salesforce.update(id, &json!({"FirstName": "Avisada"})));
        self.world.salesforce.delete(&ids[2]);
        let mut new = person(200);
        belongs_to(&mut new, &self.accounts[2]);
        let new = self.world.salesforce.insert(&[new]).remove(0);
        self.world.salesforce.update(&self.latecomers[15], &json!({"Phone": null})); // Of whom nobody tells.
        let told: Vec<_> = ids.iter().chain([&new]).collect();
        let event = json!({
            "specversion": "1.0", "id": "e", "source": "cx-bridge/webhooks/salesforce", "type": "contacts.changed",
            "time": self.world.clock().now().to_string(), "data": {"id": "e", "ids": told},
        });
        let now_ms = self.world.clock().now_ms();
        let sent =
            self.world.desk.open().queues.get_mut(CONTACT_SYNC).unwrap().send(&event.to_string(), None, None, now_ms);
        sent.unwrap();
    }

    fn depart(&mut self) {
        let salesforce = &self.world.salesforce;
        // Two who are linked, one who was refused, one who waits for a person.
        [&self.people[7], &self.latecomers[16], &self.people[3], &self.latecomers[21]]
            .into_iter()
            .for_each(|id| salesforce.delete(id));
        let heir = salesforce.insert(&[person(210)]).remove(0);
        salesforce.merge(&heir, &[&self.people[8]], &json!({}));
        salesforce.merge(&self.people[14], &[&self.people[15]], &json!({"FirstName": "Unida"}));
        let chain = salesforce.insert(&[person(211), person(212)]);
        salesforce.merge(&chain[0], &[&self.latecomers[1]], &json!({}));
        salesforce.merge(&chain[1], &[&chain[0]], &json!({}));
        self.chain_end = chain[1].clone();
    }

    fn decide(&self) -> VecDeque<Value> {
        let refused = self.typed_in(1);
        let others: Vec<_> = (0..4).map(|n| json!({"source": "Billing", "value": format!("B-1-{n}")})).collect();
        self.world.genesys.update(&refused, &json!({ "externalIds": others }));
        [
            json!({"decide": self.people[0], "candidate": self.typed_in(0)}),
            json!({"decide": self.people[17], "candidate": "new"}),
            json!({"decide": self.latecomers[0], "candidate": "new"}),
            json!({"release": self.people[1]}),
        ]
        .into()
    }

    fn work_in_genesys(&self) {
        let genesys = &self.world.genesys;
        for id in [&self.people[4], &self.people[9], &self.latecomers[5]] {
            genesys.update(&self.genesys_id(id), &json!({"lastName": "Digitada-Errada"}));
        }
        genesys.update(&self.genesys_id(&self.people[5]), &json!({"workEmail": "agente@northwind.example"}));
        genesys.delete(&self.genesys_id(&self.people[6]));
        genesys.update(&self.genesys_id(&self.latecomers[6]), &json!({"externalIds": null}));
        let twin = genesys.insert(&[in_genesys(300)]).remove(0);
        genesys.merge(&[&self.genesys_id(&self.latecomers[7]), &twin]);
        for (id, is_deleted) in [(&self.people[16], false), (&self.latecomers[8], true)] {
            let genesys_id = self.genesys_id(id);
            self.world.lose_state_row(&format!("link#{id}"), "link");
            self.world.lose_state_row(&format!("peer#{genesys_id}"), "link");
            if is_deleted {
                self.world.salesforce.delete(id);
            }
        }
        self.world.salesforce.share(&self.latecomers[9], false);
    }

    fn remove(&self) {
        deploy(&self.world, &format!("{CONFIG}\n{LATER_CONFIG}"));
        let salesforce = &self.world.salesforce;
        [&self.people[2], &self.latecomers[10], &self.chain_end].into_iter().for_each(|id| salesforce.delete(id));
        salesforce.undelete(&self.people[7]);
        let hidden = salesforce.insert(&[person(220)]).remove(0);
        salesforce.share(&hidden, false);
        salesforce.merge(&hidden, &[&self.latecomers[11]], &json!({}));
    }

    fn genesys_id(&self, salesforce_id: &str) -> String {
        let contact = self.world.genesys.contact_of(salesforce_id);
        id_of(&contact.unwrap_or_else(|| panic!("{salesforce_id} is not in Genesys")))
    }

    /// The contact that somebody typed into Genesys for this person.
    fn typed_in(&self, number: usize) -> String {
        let name = person(number)["LastName"].clone();
        let contacts = self.world.genesys.contacts();
        id_of(contacts.iter().find(|contact| contact["lastName"] == name).expect("somebody typed it in"))
    }
}

fn belongs_to(person: &mut Map<String, Value>, account: &str) {
    person.insert("AccountId".to_owned(), json!(account));
}

fn id_of(contact: &Value) -> String {
    contact["id"].as_str().expect("an id").to_owned()
}
