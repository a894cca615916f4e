//! The token's row: what stands in it, and who may change it when.
//!
//! ```text
//!  claim ──────────── 10 s ──────────▶ runs out: anybody may claim
//!    └─ login ─▶ store: new sealed token, new version, no claim
//! ```
//!
//! Each stored token has a version, a random name. A claim is made about the version that was seen: who read the row
//! before a refresh and claims after it is refused and finds the new token in the refusal. So many environments that start
//! together make one login.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{Age, Token, age};
use crate::change::{Change, Clause, Condition, Row, Step, text};
use crate::key::Key;
use crate::seal::Seal;
use crate::table::ROW_VERSION;
use crate::vendor::Failure;

const SEALED: &str = "sealed";
const VERSION: &str = "version";
const CLAIM_OWNER: &str = "claim_owner";
const CLAIM_EXPIRES_MS: &str = "claim_expires_ms";
/// How long a claim holds: several times a login's usual length, and short enough to wait for after a crash.
const CLAIM_MS: i64 = 10_000;

/// Claims the refresh for `owner`, who has seen `row`.
pub(super) fn claim(owner: &str, row: Option<&Row>, now_ms: i64) -> Change {
    let nobody_refreshes = Clause::Absent(CLAIM_OWNER);
    let claim_ran_out = Clause::AtMost(CLAIM_EXPIRES_MS, now_ms.into());
    // Also the repeat of our own claim whose answer was lost.
    let i_refresh = Clause::Is(CLAIM_OWNER, owner.into());
    let version_is_the_one_i_saw = match row.and_then(|row| text(row, VERSION)) {
        Some(version) => Clause::Is(VERSION, version.into()),
        None => Clause::Absent(VERSION),
    };
    Change {
        when: Condition::any([nobody_refreshes, claim_ran_out, i_refresh]).and_any([version_is_the_one_i_saw]),
        steps: vec![
            Step::Set(CLAIM_OWNER, owner.into()),
            Step::Set(CLAIM_EXPIRES_MS, now_ms.saturating_add(CLAIM_MS).into()),
            Step::Set("v", ROW_VERSION.into()),
        ],
    }
}

/// Stores a new token and ends the claim of `owner`. Refused after another one took over: that one stores its own.
pub(super) fn store(owner: &str, sealed: &str, kept: &Kept) -> Change {
    let i_refresh = Clause::Is(CLAIM_OWNER, owner.into());
    Change {
        when: Condition::all([i_refresh]),
        steps: vec![
            Step::Set(SEALED, sealed.into()),
            Step::Set(VERSION, kept.version.as_str().into()),
            Step::Set("ttl", kept.token.expires_at.as_second().into()),
            Step::Remove(CLAIM_OWNER),
            Step::Remove(CLAIM_EXPIRES_MS),
        ],
    }
}

/// Takes the token of this version out of the row.
pub(super) fn discard(version: &str) -> Change {
    let the_row_still_holds_it = Clause::Is(VERSION, version.into());
    Change { when: Condition::all([the_row_still_holds_it]), steps: vec![Step::Remove(SEALED)] }
}

/// A token with what belongs to it in the row.
pub(super) struct Kept {
    pub(super) token: Token,
    pub(super) version: String,
    pub(super) client_id: String,
    obtained_at: Timestamp,
}

impl Kept {
    pub(super) fn age(&self, now: Timestamp) -> Age {
        age(self.obtained_at, self.token.expires_at, now)
    }
}

/// The row of one OAuth client, with the seal that its secret gives.
pub(super) struct TokenRow {
    client_id: String,
    seal: Seal,
}

/// What is sealed. Times in milliseconds since 1970.
#[derive(Serialize, Deserialize)]
struct Sealed {
    bearer: String,
    obtained_ms: i64,
    expires_ms: i64,
    base_url: Option<String>,
    organization: Option<String>,
}

impl TokenRow {
    pub(super) fn new(client_id: &str, client_secret: &SecretString) -> Result<Self, Failure> {
        let seal = Seal::new(client_secret, Key::Token { client_id });
        let seal =
            seal.map_err(|_| Failure::Misconfigured("the key of the token's row could not be derived".to_owned()))?;
        Ok(Self { client_id: client_id.to_owned(), seal })
    }

    pub(super) fn key(&self) -> Key<'_> {
        Key::Token { client_id: &self.client_id }
    }

    /// A new token under a new version.
    pub(super) fn keep(&self, token: Token, obtained_at: Timestamp) -> Kept {
        Kept { token, obtained_at, version: uuid::Uuid::now_v7().to_string(), client_id: self.client_id.clone() }
    }

    pub(super) fn seal(&self, kept: &Kept) -> Option<String> {
        let token = &kept.token;
        let sealed = Sealed {
            bearer: token.bearer.expose_secret().to_owned(),
            obtained_ms: kept.obtained_at.as_millisecond(),
            expires_ms: token.expires_at.as_millisecond(),
            base_url: token.base_url.clone(),
            organization: token.organization.clone(),
        };
        self.seal.seal(&serde_json::to_vec(&sealed).ok()?).ok()
    }

    /// The row's token; `None` when there is none, or it does not open, or has a form of another version.
    pub(super) fn open(&self, row: &Row) -> Option<Kept> {
        let sealed: Sealed = serde_json::from_slice(&self.seal.open(text(row, SEALED)?)?).ok()?;
        let moment = |milliseconds| Timestamp::from_millisecond(milliseconds).ok();
        Some(Kept {
            token: Token {
                bearer: SecretString::from(sealed.bearer),
                expires_at: moment(sealed.expires_ms)?,
                base_url: sealed.base_url,
                organization: sealed.organization,
            },
            version: text(row, VERSION)?.to_owned(),
            client_id: self.client_id.clone(),
            obtained_at: moment(sealed.obtained_ms)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Outcome;

    fn after(row: Option<&Row>, change: &Change) -> Row {
        match change.apply(row) {
            Outcome::Changed(row) => row,
            Outcome::Refused(row) => panic!("refused: {row:?}"),
        }
    }

    fn refreshed_by(owner: &str, place: &TokenRow, row: Option<&Row>) -> Row {
        let token = Token {
            bearer: SecretString::from("b"),
            expires_at: Timestamp::UNIX_EPOCH,
            base_url: None,
            organization: None,
        };
        let kept = place.keep(token, Timestamp::UNIX_EPOCH);
        after(Some(&after(row, &claim(owner, row, 0))), &store(owner, &place.seal(&kept).unwrap(), &kept))
    }

    #[test]
    fn a_claim_keeps_others_away_until_it_runs_out() {
        let claimed = after(None, &claim("a", None, 0));
        assert!(!claim("b", Some(&claimed), CLAIM_MS - 1).when.holds(Some(&claimed)));
        assert!(claim("b", Some(&claimed), CLAIM_MS).when.holds(Some(&claimed)));
        assert!(claim("a", None, 1).when.holds(Some(&claimed)), "our own claim, repeated after a lost answer");
    }

    #[test]
    fn who_saw_the_row_before_a_refresh_cannot_claim_after_it() {
        let place = TokenRow::new("c", &SecretString::from("s")).unwrap();
        let late = claim("b", None, 5);
        let refreshed = refreshed_by("a", &place, None);
        let Outcome::Refused(Some(row)) = late.apply(Some(&refreshed)) else { panic!("claimed") };
        assert!(place.open(&row).is_some(), "the refusal brings the new token");
    }

    #[test]
    fn only_the_token_that_was_refused_is_discarded() {
        let place = TokenRow::new("c", &SecretString::from("s")).unwrap();
        let first = refreshed_by("a", &place, None);
        let second = refreshed_by("a", &place, Some(&first));
        let first_version = text(&first, VERSION).unwrap();
        assert!(matches!(discard(first_version).apply(Some(&second)), Outcome::Refused(_)));
        let Outcome::Changed(row) = discard(first_version).apply(Some(&first)) else { panic!("kept") };
        assert!(place.open(&row).is_none());
    }

    #[test]
    fn a_refresher_who_was_overtaken_stores_nothing() {
        let place = TokenRow::new("c", &SecretString::from("s")).unwrap();
        let claimed = after(None, &claim("a", None, 0));
        let taken_over = after(Some(&claimed), &claim("b", Some(&claimed), CLAIM_MS));
        let token = Token {
            bearer: SecretString::from("b"),
            expires_at: Timestamp::UNIX_EPOCH,
            base_url: None,
            organization: None,
        };
        let kept = place.keep(token, Timestamp::UNIX_EPOCH);
        assert!(matches!(store("a", "sealed", &kept).apply(Some(&taken_over)), Outcome::Refused(_)));
    }
}
