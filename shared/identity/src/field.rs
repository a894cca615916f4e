//! The fields of a Genesys external contact that cx-bridge writes, under the names Genesys gives them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What stands before the name of a custom field, in the map and in Genesys.
const CUSTOM_PREFIX: &str = "customFields.";

/// A field of a Genesys external contact. Reads and prints as the real Genesys name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Field {
    /// `firstName`
    FirstName,
    /// `middleName`
    MiddleName,
    /// `lastName`
    LastName,
    /// `salutation`
    Salutation,
    /// `title`: the job title
    Title,
    /// `workPhone`
    WorkPhone,
    /// `cellPhone`
    CellPhone,
    /// `homePhone`
    HomePhone,
    /// `otherPhone`
    OtherPhone,
    /// `workEmail`
    WorkEmail,
    /// `personalEmail`
    PersonalEmail,
    /// `otherEmail`
    OtherEmail,
    /// `externalOrganization`: the company
    ExternalOrganization,
    /// `customFields.<name>`, with the prefix. Needs a schema in Genesys.
    Custom(String),
}

/// What kind of value a field holds, which decides how it is validated and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Free text of at most [`crate::Text::CHARS_MAX`] characters.
    Text,
    /// A phone number object.
    Phone,
    /// An e-mail address.
    Email,
    /// The id of an account, which stands for the external organization that it became.
    Account,
    /// Typed by the schema of the Genesys organisation.
    Custom,
}

/// Names and fields, in the order in which error messages list them.
const NAMED: [(&str, Field, Kind); 13] = [
    ("firstName", Field::FirstName, Kind::Text),
    ("middleName", Field::MiddleName, Kind::Text),
    ("lastName", Field::LastName, Kind::Text),
    ("salutation", Field::Salutation, Kind::Text),
    ("title", Field::Title, Kind::Text),
    ("workPhone", Field::WorkPhone, Kind::Phone),
    ("cellPhone", Field::CellPhone, Kind::Phone),
    ("homePhone", Field::HomePhone, Kind::Phone),
    ("otherPhone", Field::OtherPhone, Kind::Phone),
    ("workEmail", Field::WorkEmail, Kind::Email),
    ("personalEmail", Field::PersonalEmail, Kind::Email),
    ("otherEmail", Field::OtherEmail, Kind::Email),
    ("externalOrganization", Field::ExternalOrganization, Kind::Account),
];

impl Field {
    /// Reads a Genesys field name, exactly as Genesys spells it. `None` for a name that cx-bridge does not write.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(custom) = name.strip_prefix(CUSTOM_PREFIX) {
            let plain = !custom.is_empty() && custom.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            return plain.then(|| Self::Custom(name.to_owned()));
        }
        NAMED.iter().find(|(known, _, _)| *known == name).map(|(_, field, _)| field.clone())
    }

    /// The name in Genesys, for example `workPhone` or `customFields.score`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Custom(name) => name,
            named => NAMED.iter().find(|(_, field, _)| field == named).map_or("", |(name, _, _)| name),
        }
    }

    /// What kind of value the field holds.
    pub fn kind(&self) -> Kind {
        NAMED.iter().find(|(_, field, _)| field == self).map_or(Kind::Custom, |(_, _, kind)| *kind)
    }

    /// The names of all fields with a fixed name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _, _)| *name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("{name:?} is not a Genesys contact field that is synchronised"))
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_its_field() {
        for name in Field::names().chain(["customFields.score"]) {
            let field = Field::parse(name).expect("a field");
            assert_eq!(field.as_str(), name);
            assert_eq!(serde_json::to_string(&field).expect("json"), format!("\"{name}\""));
        }
        assert_eq!(Field::parse("workPhone"), Some(Field::WorkPhone));
        assert_eq!(Field::parse("customFields.score").expect("a field").kind(), Kind::Custom);
    }

    #[test]
    fn other_names_are_not_fields() {
        for name in ["workphone", "", "customFields.", "customFields.a b", "externalIds"] {
            assert_eq!(Field::parse(name), None, "{name}");
        }
    }
}
