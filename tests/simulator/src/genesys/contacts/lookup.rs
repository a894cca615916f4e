//! Identifier lookup: the contact that owns an e-mail address, a number or an external id.

use serde::Deserialize;
use serde_json::json;

use super::Identifier;
use super::fields::invalid;
use crate::genesys::bad_request;
use crate::genesys::directory::Kind;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

/// An identifier as clients send it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ContactIdentifier {
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
    external_source: Option<SourceReference>,
    /// Sent back by clients; without meaning here.
    #[serde(default, rename = "division")]
    _division: serde::de::IgnoredAny,
    #[serde(default, rename = "dateCreated")]
    _date_created: serde::de::IgnoredAny,
}

#[derive(Clone, Debug, Deserialize)]
struct SourceReference {
    id: String,
}

/// Types that exist, although no contact here owns one of them.
const SOCIAL: [&str; 9] = [
    "SocialLine",
    "SocialFacebook",
    "SocialTwitter",
    "SocialWhatsapp",
    "SocialInstagram",
    "SocialWhatsappBsuid",
    "SocialInstagramHandle",
    "AppleOpaqueId",
    "Cookie",
];

const VALUE_LENGTH_MAX: usize = 255;

impl ContactIdentifier {
    /// The identifier meant; `None` for the social ones.
    ///
    /// # Errors
    /// 422 for a value that cannot be an identifier of its type.
    pub(crate) fn resolve(&self) -> Result<Option<Identifier>, Refusal> {
        let kind = self.kind.as_deref().unwrap_or("");
        let value = self.value.as_deref().unwrap_or("").trim();
        if value.is_empty() || value.chars().count() > VALUE_LENGTH_MAX {
            let sentence = format!("value '{value}' must have 1 to {VALUE_LENGTH_MAX} characters");
            return Err(invalid("value", &json!(value), sentence));
        }
        match (kind, &self.external_source) {
            ("Email", _) => Ok(Some(Identifier::Email(value.to_lowercase()))),
            ("Phone", _) if is_e164(value) => Ok(Some(Identifier::Phone(value.to_owned()))),
            ("Phone", _) => {
                let sentence = format!("value '{value}' must be a number with + and the country code");
                Err(invalid("value", &json!(value), sentence))
            }
            ("ExternalId", Some(source)) => {
                Ok(Some(Identifier::ExternalId { source: source.id.clone(), value: value.to_owned() }))
            }
            ("ExternalId", None) => {
                let sentence = "an ExternalId needs its externalSource".to_owned();
                Err(invalid("externalSource", &json!(null), sentence))
            }
            (social, _) if SOCIAL.contains(&social) => Ok(None),
            _ => Err(invalid("type", &json!(kind), format!("'{kind}' is not a type of identifier"))),
        }
    }
}

impl ContactIdentifier {
    /// The identifier meant, for an entry of a kind: organizations have external ids only.
    ///
    /// # Errors
    /// 422 as above.
    pub(crate) fn resolve_for(&self, kind: Kind) -> Result<Option<Identifier>, Refusal> {
        if kind == Kind::Organization && self.kind.as_deref() != Some("ExternalId") {
            let sentence = "an organization is found by an ExternalId only".to_owned();
            return Err(invalid("type", &json!(self.kind), sentence));
        }
        self.resolve()
    }
}

fn is_e164(value: &str) -> bool {
    let digits = value.strip_prefix('+').unwrap_or("");
    (3..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit()) && !digits.starts_with('0')
}

/// `POST /api/v2/externalcontacts/identifierlookup/contacts`.
pub(crate) fn lookup(world: &mut World, call: &Call) -> Reply {
    lookup_of(world, call, Kind::Contact)
}

/// The entry of a kind that owns an identifier.
pub(crate) fn lookup_of(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let sent: ContactIdentifier = call.json().map_err(bad_request)?;
    let identifier = sent.resolve_for(kind)?;
    let owner = identifier.and_then(|identifier| world.genesys.directory(kind).owner(&identifier));
    let owner = owner.ok_or_else(|| Refusal::new(404, "not.found", "Nobody has this identifier."))?;
    Ok(Answer::ok(owner.render()).items(1))
}
