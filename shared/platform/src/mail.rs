//! Mail to people, handed over once, and what became of it.
//!
//! ```text
//!  send ──taken──▶ Sent          its events come later: sent, delivered, bounced …
//!   ├──busy, refused, denied──▶  nothing was sent
//!   └──no answer──▶              it may have been: ask what became of it before sending it again
//! ```
//!
//! No mail service recognises a mail that it was given before. So a mail is handed over once: nobody repeats it here, not
//! the SDK, not the HTTP client, not this module. Each mail carries a key of its sender's ([`tag`]); the service's events
//! bring the key back ([`event`]), and what they say is kept by key ([`fate`]). Two services are known: SES, and any mail
//! server by SMTP, which sends no events.
//!
//! Addresses, subjects and texts of servers appear in no error and no log line: what went wrong is said by code, and a
//! recipient by their place in the list.

mod check;
mod error;
pub mod event;
pub mod fate;
mod ses;
mod smtp;
pub mod tag;

pub use error::MailError;
pub use ses::Ses;
pub use smtp::Smtp;

use std::fmt;
use std::time::Duration;

use crate::deadline::Deadline;
use check::Checked;

/// Time for handing one mail over: ten megabytes take a few seconds, a mail server may take its time to look at them.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// One mail. Prints without addresses and content.
#[derive(Clone)]
pub struct Mail {
    /// The sender: `name@example.com`, or `Name <name@example.com>`.
    pub from: String,
    /// The recipients, each as `from`; 50 at most. All of them see each other.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text, for whoever reads no HTML.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Files; ten megabytes in all.
    pub attachments: Vec<Attachment>,
    /// What the sender calls this mail, or this try of it. It comes back with the events ([`fate`]), and it is part of
    /// the message's id where we choose that, so that a receiver can tell a repeat. At most [`tag::CHARS_MAX`]
    /// characters as a tag.
    pub key: String,
}

/// A file that goes with a mail.
#[derive(Clone)]
pub struct Attachment {
    /// Its name, in ASCII: other names arrive differently at each receiver.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// That a service has taken a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message's id: the service's, or the one that we gave it.
    pub message_id: String,
    /// How many recipients were refused at once, while the others were taken. SES takes all and tells by events.
    pub recipients_refused: usize,
}

/// The way to a mail service.
#[derive(Clone, Debug)]
pub enum Mailer {
    /// Amazon SES, version 2.
    Ses(Ses),
    /// A mail server.
    Smtp(Smtp),
}

impl Mailer {
    /// Hands `mail` over, once.
    ///
    /// # Errors
    /// [`MailError`]. After [`MailError::NoAnswer`] it may have been taken; after any other error it was not.
    pub async fn send(&self, mail: &Mail, deadline: Deadline) -> Result<Sent, MailError> {
        let checked = Checked::of(mail)?;
        let Some(timeout) = deadline.request_timeout(SEND_TIMEOUT) else {
            return Err(MailError::busy("the mailer", "no time left"));
        };
        match self {
            Self::Ses(ses) => ses.send(&checked, timeout).await,
            Self::Smtp(smtp) => smtp.send(&checked, timeout).await,
        }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("key", &self.key)
            .field("recipients", &self.to.len())
            .field("attachments", &self.attachments)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment").field("name", &self.name).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
