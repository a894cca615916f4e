//! E-mail addresses: the text as it was written, and one canonical form to compare by.
//!
//! The canonical form is the whole address in lower case with the domain in its ASCII form. Lower-casing the part
//! before the `@` is our policy, not the mail standard's: no provider in use tells addresses apart by case, and
//! people type them in any. Tags (`+news`) and dots are never taken away, because at most providers they
//! belong to different people.

use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use crate::text::trim;

/// Bytes before the `@` (RFC 5321 §4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// Bytes of a whole address that can be a mail's recipient (RFC 5321 §4.5.3.1.3 less the angle brackets).
const ADDRESS_BYTES_MAX: usize = 254;

/// A valid e-mail address. Personal data: prints redacted. Two addresses are equal when their canonical forms are.
#[derive(Clone)]
pub struct Email {
    written: String,
    canonical: String,
}

/// Why a text is not an e-mail address. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EmailFault {
    /// Nothing but white space.
    #[error("the e-mail address is empty")]
    Empty,
    /// No `@` outside quotes.
    #[error("the e-mail address has no @")]
    NoAt,
    /// More than one `@` outside quotes: two addresses in one field, or a typing error.
    #[error("the e-mail field holds several addresses or more than one @")]
    SeveralAddresses,
    /// The part before the `@` has a character or a dot where none may be.
    #[error("the part of the e-mail address before the @ is not valid")]
    LocalPart,
    /// The domain is no full domain name.
    #[error("the domain of the e-mail address is not valid")]
    Domain,
    /// Longer than mail allows.
    #[error("the e-mail address is longer than mail allows")]
    TooLong,
}

impl Email {
    /// Reads an address; white space and invisible marks around it are dropped.
    ///
    /// # Errors
    /// [`EmailFault`], whose text and code never hold the address.
    pub fn parse(raw: &str) -> Result<Self, EmailFault> {
        let written = trim(raw);
        let (local, domain) = split(written)?;
        let local = local.to_lowercase();
        if !local_is_valid(&local) {
            return Err(EmailFault::LocalPart);
        }
        let domain = ascii_domain(domain)?;
        let canonical = format!("{local}@{domain}");
        if local.len() > LOCAL_BYTES_MAX || canonical.len() > ADDRESS_BYTES_MAX {
            return Err(EmailFault::TooLong);
        }
        Ok(Self { written: written.to_owned(), canonical })
    }

    /// Lower case with an ASCII domain: what addresses are compared, matched and digested by.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The address as the person wrote it, trimmed.
    pub fn as_written(&self) -> &str {
        &self.written
    }
}

impl EmailFault {
    /// A stable name for counting, for example `email_domain`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "email_empty",
            Self::NoAt => "email_no_at",
            Self::SeveralAddresses => "email_several_addresses",
            Self::LocalPart => "email_local_part",
            Self::Domain => "email_domain",
            Self::TooLong => "email_too_long",
        }
    }
}

/// Splits at the one `@` that does not stand in quotes.
fn split(address: &str) -> Result<(&str, &str), EmailFault> {
    if address.is_empty() {
        return Err(EmailFault::Empty);
    }
    let quoted_end = quoted_length(address);
    let at = address[quoted_end..].find('@').ok_or(EmailFault::NoAt)? + quoted_end;
    let domain = &address[at + 1..];
    if domain.contains('@') {
        return Err(EmailFault::SeveralAddresses);
    }
    Ok((&address[..at], domain))
}

/// The bytes of a leading quoted part such as `"a@b"`; 0 when the address does not begin with one.
fn quoted_length(address: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in address.bytes().enumerate() {
        match byte {
            b'"' if index == 0 => {}
            _ if index == 0 => return 0,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    0
}

fn local_is_valid(local: &str) -> bool {
    let quoted = quoted_length(local);
    if quoted > 0 {
        return quoted == local.len() && quoted > 2 && !local.chars().any(char::is_control);
    }
    local.split('.').all(|part| !part.is_empty() && part.chars().all(is_plain))
}

/// The characters that mail allows before the `@` without quotes, letters of other scripts among them.
fn is_plain(c: char) -> bool {
    match c {
        c if c.is_ascii_alphanumeric() => true,
        c if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(c),
        c => !c.is_whitespace() && !c.is_control() && !crate::text::is_invisible(c),
    }
}

fn ascii_domain(domain: &str) -> Result<String, EmailFault> {
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map_err(|_| EmailFault::Domain)?;
    let top = ascii.rsplit_once('.').map(|(_, top)| top).ok_or(EmailFault::Domain)?;
    // A numeric last label is an IP address, which is no address of a person.
    if top.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmailFault::Domain);
    }
    Ok(ascii.into_owned())
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Email {}

impl std::hash::Hash for Email {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email([redacted])")
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
