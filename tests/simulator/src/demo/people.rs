//! Names, sites, numbers and times of made-up people.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::world::iso;

/// Where a person works.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Site {
    Austin,
    Toronto,
    SaoPaulo,
}

pub(super) const SITES: [Site; 3] = [Site::Austin, Site::Toronto, Site::SaoPaulo];

const ENGLISH: [&str; 24] = [
    "Emma", "Liam", "Olivia", "Noah", "Ava", "Ethan", "Grace", "Mason", "Chloe", "Lucas", "Harper", "Owen", "Nora",
    "Jack", "Ruby", "Henry", "Ivy", "Felix", "Hazel", "Oscar", "Maeve", "Simon", "Tessa", "Victor",
];
const ENGLISH_LAST: [&str; 24] = [
    "Walker", "Bennett", "Carter", "Dawson", "Ellis", "Foster", "Graham", "Hughes", "Jensen", "Keller", "Lawson",
    "Mercer", "Nolan", "Osborne", "Parker", "Quinn", "Reyes", "Sawyer", "Turner", "Vance", "Whitman", "Yates",
    "Tremblay", "Gagnon",
];
const PORTUGUESE: [&str; 20] = [
    "Ana", "Bruno", "Carla", "Daniel", "Elisa", "Fernanda", "Gustavo", "Helena", "Igor", "Julia", "Lara", "Marcos",
    "Natalia", "Otavio", "Paula", "Rafael", "Sofia", "Tiago", "Vera", "Renata",
];
const PORTUGUESE_LAST: [&str; 20] = [
    "Silva", "Souza", "Oliveira", "Pereira", "Costa", "Ribeiro", "Almeida", "Carvalho", "Gomes", "Martins", "Rocha",
    "Barbosa", "Cardoso", "Teixeira", "Moreira", "Campos", "Duarte", "Freitas", "Pinto", "Ramos",
];
pub(super) const ACCENTED: [(&str, &str); 12] = [
    ("José", "Conceição"),
    ("Zoë", "Müller"),
    ("François", "Lévesque"),
    ("Renée", "Côté"),
    ("Inês", "Brandão"),
    ("Łukasz", "Wójcik"),
    ("Søren", "Ødegård"),
    ("Çiğdem", "Yılmaz"),
    ("João", "Araújo"),
    ("Siân", "O’Brien-Núñez"),
    ("Đorđe", "Šarić"),
    ("美咲", "佐藤"),
];
const COMPANIES: [&str; 12] = [
    "Lone Star Logistics",
    "Barton Creek Dental",
    "Pecan Street Software",
    "Hill Country Foods",
    "Lakeshore Insurance",
    "Maple Leaf Freight",
    "Queen West Studios",
    "Don Valley Medical",
    "Paulista Engenharia",
    "Ibirapuera Turismo",
    "Mooca Alimentos",
    "Pinheiros Tecnologia",
];
const TITLES: [&str; 8] =
    ["Account Manager", "Buyer", "Chief Engineer", "Office Manager", "Nurse", "Head of Support", "Driver", "Partner"];

impl Site {
    fn names(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Austin | Self::Toronto => (&ENGLISH, &ENGLISH_LAST),
            Self::SaoPaulo => (&PORTUGUESE, &PORTUGUESE_LAST),
        }
    }

    /// Spellings of the country that people use.
    fn countries(self) -> &'static [&'static str] {
        match self {
            Self::Austin => &["United States", "US", "USA"],
            Self::Toronto => &["Canada", "CA"],
            Self::SaoPaulo => &["Brazil", "BR", "Brasil"],
        }
    }

    fn companies(self) -> &'static [&'static str] {
        match self {
            Self::Austin => &COMPANIES[..4],
            Self::Toronto => &COMPANIES[4..8],
            Self::SaoPaulo => &COMPANIES[8..],
        }
    }
}

/// A number in parts, so that each kind can spell it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    site: Site,
    area: u32,
    first: u32,
    last: u32,
}

impl Number {
    pub(super) fn e164(self) -> String {
        let code = if self.site == Site::SaoPaulo { 55 } else { 1 };
        format!("+{code}{}{}{:04}", self.area, self.first, self.last)
    }

    /// As somebody in the country writes it.
    pub(super) fn national(self) -> String {
        format!("({}) {}-{:04}", self.area, self.first, self.last)
    }

    pub(super) fn international(self) -> String {
        if self.site == Site::SaoPaulo {
            return format!("+55 {} {}-{:04}", self.area, self.first, self.last);
        }
        format!("+1 {}-{}-{:04}", self.area, self.first, self.last)
    }

    /// With the trunk prefix and a carrier's code, as dialled for a long-distance call in Brazil.
    pub(super) fn by_carrier(self) -> String {
        format!("0 15 {} {}-{:04}", self.area, self.first, self.last)
    }
}

/// Makes people, never twice the same number or address.
pub(super) struct Maker {
    pub(super) chance: fastrand::Rng,
    now: Timestamp,
    people: u32,
    numbers: [u32; 3],
}

/// No change is younger, so that a run which stops a little before now still sees everybody.
const YOUNGEST_CHANGE: SignedDuration = SignedDuration::from_mins(16);
const YEAR_S: i64 = 365 * 86_400;
/// Every so many people were loaded in one go and share a second.
const BULK_LOADED_EVERY: u32 = 40;

impl Maker {
    pub(super) fn new(seed: u64, now: Timestamp) -> Self {
        Self { chance: fastrand::Rng::with_seed(seed), now, people: 0, numbers: [0; 3] }
    }

    pub(super) fn site(&mut self) -> Site {
        SITES[self.chance.usize(..SITES.len())]
    }

    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.chance.usize(..all.len())]
    }

    /// A number nobody else has.
    pub(super) fn number(&mut self, site: Site) -> Number {
        let count = &mut self.numbers[site as usize];
        *count += 1;
        // 555 is kept for fiction in North America; beyond ten thousand people other exchanges follow.
        let (block, last) = (*count / 10_000, *count % 10_000);
        let exchange = if block == 0 { 555 } else { 559 + block };
        match site {
            Site::Austin => Number { site, area: 512, first: exchange, last },
            Site::Toronto => Number { site, area: 416, first: exchange, last },
            Site::SaoPaulo => Number { site, area: 11, first: 98_000 + block, last },
        }
    }

    /// An address nobody else has.
    pub(super) fn email(&mut self, first: &str, last: &str) -> String {
        let plain = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
        let (first, last) = (plain(first), plain(last));
        let name = if first.is_empty() || last.is_empty() { "contact".to_owned() } else { format!("{first}.{last}") };
        format!("{name}.{}@example.com", self.people)
    }

    /// An ordinary person with an account, an address and a number in international form.
    pub(super) fn person(&mut self, site: Site) -> Map<String, Value> {
        let (firsts, lasts) = site.names();
        let (first, last) = (self.pick(firsts), self.pick(lasts));
        self.named(site, first, last)
    }

    pub(super) fn named(&mut self, site: Site, first: &str, last: &str) -> Map<String, Value> {
        self.people += 1;
        let (created, changed) = self.times();
        let email = self.email(first, last);
        let phone = self.number(site).international();
        let country = self.pick(site.countries());
        let record = json!({
            "FirstName": first,
            "LastName": last,
            "Title": self.pick(&TITLES),
            "Email": email,
            "Phone": phone,
            "MailingCountry": country,
            "Account": {"Name": self.pick(site.companies()), "BillingCountry": site.countries()[0]},
            "Lead_Score__c": self.chance.u32(..100),
            "CreatedDate": iso(created),
            "LastModifiedDate": iso(changed),
            "SystemModstamp": iso(changed),
        });
        let mut record = record.as_object().cloned().unwrap_or_default();
        if self.chance.u32(..3) == 0 {
            let mobile = self.number(site).international();
            record.insert("MobilePhone".to_owned(), json!(mobile));
        }
        record
    }

    fn times(&mut self) -> (Timestamp, Timestamp) {
        let ago = |seconds: i64| self.now.saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(self.now);
        let age_s = if self.people.is_multiple_of(BULK_LOADED_EVERY) {
            200 * 86_400
        } else {
            self.chance.i64(YOUNGEST_CHANGE.as_secs()..YEAR_S)
        };
        let older_s = self.chance.i64(0..YEAR_S);
        (ago(age_s + older_s), ago(age_s))
    }
}
