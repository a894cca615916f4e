//! One contact by what identifies it.

use std::fmt;

use platform::deadline::Deadline;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{ExternalContact, ExternalId, Genesys};

const OPERATION: &str = "look up a contact";

/// What identifies a contact. Personal data: prints its kind only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// Its id in another system.
    ExternalId(ExternalId),
    /// An e-mail address.
    Email(String),
    /// A phone number in E.164.
    Phone(String),
}

impl Identifier {
    /// The identifier that a record has under one source.
    pub fn external_id(source_id: impl Into<String>, value: impl Into<String>) -> Self {
        Self::ExternalId(ExternalId { source_id: source_id.into(), value: value.into() })
    }
}

impl Genesys {
    /// The contact with this identifier (`POST /api/v2/externalcontacts/identifierlookup/contacts`). Sees what was
    /// written a moment ago, which the search does not.
    ///
    /// # Errors
    /// [`CallError`]. No such contact is `None`, and so is an identifier whose contact is gone.
    pub async fn lookup(
        &self,
        identifier: &Identifier,
        deadline: Deadline,
    ) -> Result<Option<ExternalContact>, CallError> {
        let url = self.url(OPERATION, "/api/v2/externalcontacts/identifierlookup/contacts").await?;
        let request = Request::json(OPERATION, Method::POST, url, identifier, Repeat::Safe);
        let found: ExternalContact = match self.ask(&request, deadline).await {
            Ok(contact) => contact,
            Err(error) if is_absent(&error.failure) => return Ok(None),
            Err(error) => return Err(error),
        };
        if found.current_id().is_none() {
            return Err(self.api.error(OPERATION, Failure::Unexpected("a contact without an id".to_owned())));
        }
        Ok(Some(found))
    }
}

/// Whether the failure says that there is nothing with this identifier.
pub(crate) fn is_absent(failure: &Failure) -> bool {
    match failure {
        Failure::NotFound { .. } => true,
        Failure::Conflict { code } => code == "identifier.entity.missing",
        _ => false,
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, value) = match self {
            Self::ExternalId(id) => ("ExternalId", &id.value),
            Self::Email(address) => ("Email", address),
            Self::Phone(number) => ("Phone", number),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", kind)?;
        map.serialize_entry("value", value)?;
        if let Self::ExternalId(id) = self {
            map.serialize_entry("externalSource", &serde_json::json!({ "id": id.source_id }))?;
        }
        map.end()
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExternalId(_) => "ExternalId([redacted])",
            Self::Email(_) => "Email([redacted])",
            Self::Phone(_) => "Phone([redacted])",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn identifiers_stand_in_json_as_documented() {
        let sent = |identifier: Identifier| serde_json::to_value(identifier).unwrap();
        assert_eq!(
            sent(Identifier::Phone("+15125550100".to_owned())),
            json!({ "type": "Phone", "value": "+15125550100" })
        );
        assert_eq!(sent(Identifier::Email("a@b.c".to_owned())), json!({ "type": "Email", "value": "a@b.c" }));
        let by_source = json!({ "type": "ExternalId", "value": "003A", "externalSource": { "id": "s-1" } });
        assert_eq!(sent(Identifier::external_id("s-1", "003A")), by_source);
    }

    #[test]
    fn only_a_missing_contact_is_absent() {
        let code = |code: &str| code.to_owned();
        assert!(is_absent(&Failure::NotFound { code: code("not.found") }));
        assert!(is_absent(&Failure::Conflict { code: code("identifier.entity.missing") }));
        assert!(!is_absent(&Failure::Conflict { code: code("request.conflict") }));
        assert!(!is_absent(&Failure::NoAnswer));
        assert!(!is_absent(&Failure::Busy { retry_after: std::time::Duration::ZERO }));
    }

    #[test]
    fn printing_an_identifier_does_not_print_its_value() {
        assert_eq!(format!("{:?}", Identifier::Email("ana@example.com".to_owned())), "Email([redacted])");
    }
}
