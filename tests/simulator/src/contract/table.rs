//! The rows, read once from the files under `contract/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::shape::Shape;
use super::spec::{self, Form, Spec};

const FILES: &[(&str, &str)] = &[
    ("genesys.toml", include_str!("../../contract/genesys.toml")),
    ("genesys-contacts.toml", include_str!("../../contract/genesys-contacts.toml")),
    ("genesys-routing.toml", include_str!("../../contract/genesys-routing.toml")),
    ("genesys-analytics.toml", include_str!("../../contract/genesys-analytics.toml")),
    ("genesys-organizations.toml", include_str!("../../contract/genesys-organizations.toml")),
    ("genesys-import.toml", include_str!("../../contract/genesys-import.toml")),
    ("salesforce.toml", include_str!("../../contract/salesforce.toml")),
];

/// One file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    shape: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    operation: BTreeMap<String, Written>,
}

/// One row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The topic of the vendor's documentation.
    section: String,
    query: Option<BTreeMap<String, String>>,
    form: Option<BTreeMap<String, String>>,
    request: Option<String>,
    /// Who refuses a wrong structure: the table with this code, or (absent) the operation in its own words.
    refusal: Option<String>,
    answer: BTreeMap<String, String>,
}

/// One operation.
pub(super) struct Row {
    section: String,
    pub(super) query: Option<Shape>,
    pub(super) form: Option<Shape>,
    pub(super) request: Option<Spec>,
    pub(super) refusal: Option<String>,
    pub(super) answers: BTreeMap<u16, Spec>,
}

/// Everything that is described.
#[derive(Default)]
pub(super) struct Table {
    pub(super) rows: BTreeMap<String, Row>,
    pub(super) shapes: BTreeMap<String, Shape>,
    pub(super) login_error: Spec,
    pub(super) genesys_error: Spec,
    pub(super) salesforce_error: Spec,
}

impl Default for Spec {
    fn default() -> Self {
        Self { required: false, form: Form::Any, range: spec::UNBOUNDED }
    }
}

/// The table. A file that cannot be read describes nothing; a test reads them all.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| read().unwrap_or_default());

/// Reads all files.
///
/// # Errors
/// A sentence with the file and what cannot be read in it.
pub(super) fn read() -> Result<Table, String> {
    let mut table = Table {
        login_error: spec::parse("!OAuthError")?,
        genesys_error: spec::parse("!ErrorBody")?,
        salesforce_error: spec::parse("![SalesforceError] 1..")?,
        ..Table::default()
    };
    for (name, text) in FILES {
        let file: File = toml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        for (shape, members) in file.shape {
            let read = Shape::read(members).map_err(|error| format!("{name}, {shape}: {error}"))?;
            table.shapes.insert(shape, read);
        }
        for (operation, row) in file.operation {
            let read = row.read().map_err(|error| format!("{name}, {operation}: {error}"))?;
            table.rows.insert(operation, read);
        }
    }
    extend(&mut table.shapes)?;
    Ok(table)
}

/// Gives each shape what its base has; a base has no base.
fn extend(shapes: &mut BTreeMap<String, Shape>) -> Result<(), String> {
    let plain = shapes.clone();
    for (name, shape) in shapes.iter_mut() {
        let Some(base) = shape.base.as_ref() else { continue };
        let base = plain.get(base).filter(|base| base.base.is_none());
        shape.extend(base.ok_or_else(|| format!("{name} extends what does not exist or extends something itself"))?);
    }
    Ok(())
}

impl Written {
    fn read(self) -> Result<Row, String> {
        let answers = self.answer.iter().map(|(status, text)| {
            let status = status.parse().map_err(|_| format!("{status} is no status"))?;
            Ok::<_, String>((status, spec::parse(text)?))
        });
        Ok(Row {
            answers: answers.collect::<Result<_, _>>()?,
            section: self.section,
            query: self.query.map(Shape::read).transpose()?,
            form: self.form.map(Shape::read).transpose()?,
            request: self.request.map(|text| spec::parse(&text)).transpose()?,
            refusal: self.refusal,
        })
    }
}

pub(super) fn row(operation: &str) -> Option<&'static Row> {
    TABLE.rows.get(operation)
}

/// What `GET /_sim/about` says of a row.
pub(crate) fn describe(operation: &str) -> Value {
    row(operation)
        .map_or(Value::Null, |row| json!({"section": row.section, "statuses": row.answers.keys().collect::<Vec<_>>()}))
}
