//! The first load by the vendor's own import of a file: where it stands, and what goes into the file. Pure.
//!
//! ```text
//!  planning ─▶ checking ─▶ checked ──{"approve":"import-…"}──▶ importing ─▶ linking ─▶ the ordinary window
//!  (files)     (Genesys'   (braked: waits                      (Genesys     (by scan)   (what differs, what was
//!               dry run)    for a person)                       writes)                  refused, what is new)
//! ```
//!
//! For thousands of new contacts a file costs a handful of requests where bulk adds cost one for fifty. The contacts of
//! the file are exactly those that the ordinary run would create; all others are left to it. An import is an unfinished
//! run whose checkpoint holds an [`Import`]: nothing else is written while it stands there, so nobody is made a second
//! time, whatever the schedule does meanwhile. How it moves on stands in `slices/first_load.rs`.

use genesys::{Csv, ImportedField};
use identity::{Field, FieldMap, Kind, Value};
use serde::{Deserialize, Serialize};

use crate::plan::{Action, Step};
use crate::read::ScanPlace;
use crate::wire::Marks;

/// The column of the Salesforce id, and where it goes.
const EXTERNAL_ID: (&str, &str) = ("salesforceId", "externalIds[0].value");
/// The column of the record's address, and where it goes.
const RECORD_URL: (&str, &str) = ("recordUrl", "externalSystemUrl");

/// An import under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// How far it is.
    pub stage: Stage,
    /// What a person approves: a fingerprint of all rows.
    pub plan: String,
    /// A fingerprint of the Genesys contacts of nobody's that contacts without a link may be: others make another plan.
    pub rivals: String,
    /// When its contacts were read, in milliseconds since 1970.
    pub planned_ms: i64,
    /// When it was approved.
    #[serde(default)]
    pub approved_ms: i64,
    /// What of the configuration decided which values stand in the files.
    pub map_version: String,
    /// Genesys' id of what column is what field.
    pub columns: String,
    /// The files, each with a job of its own.
    pub files: Vec<ImportFile>,
    /// Contacts that Genesys says it imported.
    #[serde(default)]
    pub imported: u64,
    /// Contacts of it that the scan has found so far.
    #[serde(default)]
    pub arrived: u64,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Contacts are read, files are made and brought to Genesys.
    #[default]
    Planning,
    /// Genesys looks through the files and writes nothing.
    Checking,
    /// It has, and a person has to approve.
    Checked,
    /// Genesys writes.
    Importing,
    /// Contacts that arrived are linked.
    Linking(ScanPlace),
    /// Fewer than half of them were found by their external id, and a person has to look.
    Missing,
}

/// A file that was brought to Genesys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Its name, which no other file has.
    pub name: String,
    /// Genesys' id of it.
    pub upload: String,
    /// Its job, once there is one.
    pub job: Option<String>,
    /// Contacts in it.
    pub rows: u64,
}

/// The columns of a file.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Heading, place in a contact, and the field; without one it is one of the two marks.
    columns: Vec<(String, String, Option<Field>)>,
}

/// The files under construction. A row that does not fit any more begins the next one.
#[derive(Debug)]
pub struct Files {
    columns: Columns,
    full: Vec<Csv>,
    open: Csv,
}

impl Import {
    /// Contacts in all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Whether what Genesys imported does not carry its external id: nobody would be recognised by it.
    pub fn is_missing(&self) -> bool {
        self.arrived * 2 < self.imported
    }
}

impl Columns {
    /// A column for each field of the map that a file can hold, one for the Salesforce id and one for the record's
    /// address. What a file cannot hold (an account, a field of the organisation's own) the ordinary run sends later.
    pub fn of(map: &FieldMap) -> Self {
        let column = |field: Field| {
            let place = match field.kind() {
                Kind::Text | Kind::Email => field.as_str().to_owned(),
                Kind::Phone => format!("{}.display", field.as_str()),
                _ => return None,
            };
            Some((field.as_str().to_owned(), place, Some(field)))
        };
        let mark = |(heading, place): (&str, &str)| (heading.to_owned(), place.to_owned(), None);
        let fields = map.fields().into_iter().filter_map(column);
        Self { columns: [mark(EXTERNAL_ID), mark(RECORD_URL)].into_iter().chain(fields).collect() }
    }

    /// The columns as the client takes them.
    pub fn fields(&self) -> Vec<ImportedField<'_>> {
        self.columns.iter().map(|(column, field, _)| ImportedField { column, field }).collect()
    }

    fn headings(&self) -> Vec<&str> {
        self.columns.iter().map(|(heading, ..)| heading.as_str()).collect()
    }

    /// One contact's row: the values that an add would send, as they are. A value that looks like a formula stays what
    /// it is, because a server reads the file and not a spreadsheet.
    fn row(&self, step: &Step<'_>, marks: &Marks) -> Vec<String> {
        let mark = marks.contact(step.source, &Default::default());
        let cell = |(heading, _, field): &(String, String, Option<Field>)| match field {
            Some(field) => step.source.contact.fields.get(field).map(text),
            None if heading == EXTERNAL_ID.0 => Some(step.source.id.as_str().to_owned()),
            None => mark.external_system_url.clone(),
        };
        self.columns.iter().map(|column| cell(column).unwrap_or_default()).collect()
    }
}

impl Files {
    /// Nobody yet.
    pub fn new(columns: Columns) -> Self {
        let open = Csv::new(&columns.headings());
        Self { columns, full: Vec::new(), open }
    }

    /// Adds a contact.
    pub fn add(&mut self, step: &Step<'_>, marks: &Marks) {
        let row = self.columns.row(step, marks);
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        if self.open.push(&cells).is_err() {
            let full = std::mem::replace(&mut self.open, Csv::new(&self.columns.headings()));
            self.full.push(full);
            // A row of a few fields fits an empty file: values are shorter than a thousand characters.
            let fits = self.open.push(&cells);
            debug_assert!(fits.is_ok(), "one contact is never larger than a file");
        }
    }

    /// Contacts in all files.
    pub fn rows(&self) -> usize {
        self.full.iter().map(Csv::rows).sum::<usize>() + self.open.rows()
    }

    /// The columns, and the files that have rows.
    pub fn into_parts(self) -> (Columns, Vec<Csv>) {
        let files = self.full.into_iter().chain([self.open]).filter(|file| file.rows() > 0);
        (self.columns, files.collect())
    }
}

/// Whether a step belongs into the file: a contact that is new in every respect. One that waits, was decided about, was
/// refused before or may be on its way goes the ordinary way.
pub fn is_new(step: &Step<'_>) -> bool {
    matches!(step.action, Action::Create { .. }) && step.link.is_none()
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.reveal().to_owned(),
        Value::Email(email) => email.as_written().to_owned(),
        Value::Phone(phone) => phone.e164.as_str().to_owned(),
        Value::Account(_) => String::new(),
    }
}
