//! What somebody asks for a contact by. Pure.

use genesys::Identifier;
use identity::{Country, E164, Email, Phone, SalesforceId};

/// By what a contact is asked for. Prints its kind only: addresses and numbers are personal.
#[derive(Clone, PartialEq, Eq)]
pub enum Subject {
    /// A Salesforce id.
    Salesforce(SalesforceId),
    /// The Salesforce id of an account.
    Account(SalesforceId),
    /// The id of a Genesys contact.
    Genesys(String),
    /// An e-mail address.
    Email(Email),
    /// A number.
    Phone(E164),
}

impl Subject {
    /// Reads what was asked for; a number without country code is one of `country`.
    ///
    /// # Errors
    /// What it is not, in a sentence without it.
    pub fn parse(asked: &str, country: Country) -> Result<Self, &'static str> {
        let asked = asked.trim();
        if asked.contains('@') {
            return Email::parse(asked)
                .map(Self::Email)
                .map_err(|_| "This is no e-mail address that could be looked for.");
        }
        if is_uuid(asked) {
            return Ok(Self::Genesys(asked.to_ascii_lowercase()));
        }
        // An id begins with the three characters of its object; a number of fifteen digits that does so is no number.
        if asked.starts_with("003") || asked.starts_with("001") {
            let kind = if asked.starts_with("001") { Self::Account } else { Self::Salesforce };
            return SalesforceId::parse(asked).map(kind).map_err(
                |_| "This is no Salesforce id: it has 15 or 18 letters and digits, in the right case. Copy it again.",
            );
        }
        Phone::parse(asked, country).map(|phone| Self::Phone(phone.e164)).map_err(|_| {
            "This is neither the id of a Salesforce contact (003…), nor a Genesys id, an e-mail address or a phone number."
        })
    }

    /// How Genesys looks it up; ids are asked for otherwise.
    pub fn identifier(&self) -> Option<Identifier> {
        match self {
            Self::Email(email) => Some(Identifier::Email(email.as_written().to_owned())),
            Self::Phone(number) => Some(Identifier::Phone(number.as_str().to_owned())),
            Self::Salesforce(_) | Self::Account(_) | Self::Genesys(_) => None,
        }
    }

    /// Its kind, for an answer.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Salesforce(_) => "Salesforce id",
            Self::Account(_) => "account id",
            Self::Genesys(_) => "Genesys id",
            Self::Email(_) => "e-mail address",
            Self::Phone(_) => "phone number",
        }
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.kind())
    }
}

/// As Genesys writes its ids.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(asked: &str) -> Result<Subject, &'static str> {
        Subject::parse(asked, Country::parse("US").unwrap())
    }

    #[test]
    fn ids_addresses_and_numbers_are_told_apart() {
        let kinds: Vec<_> = [
            "0035g00000AbCdE",
            "0015e00000B4nDq",
            " 5B1C7E42-0000-4000-8000-0123456789ab ",
            "Ana@Example.com",
            "(512) 555-0100",
            "+5511961234567",
        ]
        .iter()
        .map(|asked| parse(asked).unwrap().kind())
        .collect();
        assert_eq!(
            kinds,
            ["Salesforce id", "account id", "Genesys id", "e-mail address", "phone number", "phone number"]
        );
        assert_eq!(parse("512 555 0100"), parse("+1 (512) 555-0100"));
    }

    #[test]
    fn what_is_none_of_them_is_refused_without_being_repeated() {
        for wrong in ["", "Ana", "ana@", "003", "0035g00000AbCdEXXX", "12"] {
            let refusal = parse(wrong).unwrap_err();
            assert!(!refusal.contains("Ana") && !refusal.contains("ana@"), "{refusal}");
        }
    }

    #[test]
    fn a_subject_prints_its_kind_only() {
        assert_eq!(format!("{:?}", parse("ana@example.com").unwrap()), "e-mail address");
    }
}
