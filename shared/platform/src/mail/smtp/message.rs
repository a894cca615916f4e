//! The message as a mail server takes it.
//!
//! Its id is made from the mail's key, so that a mail that was handed over twice under one key is one message to every
//! receiver that looks.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, MultiPart, SinglePart};

use crate::mail::MailError;
use crate::mail::check::Checked;

/// The message's id, with its angle brackets.
pub(super) fn id(mail: &Checked<'_>) -> String {
    format!("<{}@{}>", mail.tag, mail.from.email.domain())
}

/// The message in bytes: ASCII only, lines short enough.
pub(super) fn made(mail: &Checked<'_>, id: &str, now: Timestamp) -> Result<Vec<u8>, MailError> {
    let mut message = Message::builder()
        .from(mail.from.clone())
        .subject(mail.subject.clone())
        .message_id(Some(id.to_owned()))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default()))
        // Keeps out-of-office answers away (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    for to in &mail.to {
        message = message.to(to.clone());
    }
    let not_made = |_| MailError::misconfigured("no message can be made of it");
    let message = if mail.mail.attachments.is_empty() {
        match &mail.mail.html {
            None => message.singlepart(SinglePart::plain(mail.mail.text.clone())),
            Some(_) => message.multipart(body(mail)),
        }
    } else {
        let mut parts = MultiPart::mixed().multipart(body(mail));
        for file in &mail.mail.attachments {
            let kind = ContentType::parse(&file.content_type)
                .map_err(|_| MailError::misconfigured("an attachment has no media type"))?;
            parts = parts.singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), kind));
        }
        message.multipart(parts)
    };
    message.map(|message| message.formatted()).map_err(not_made)
}

fn body(mail: &Checked<'_>) -> MultiPart {
    let text = SinglePart::plain(mail.mail.text.clone());
    let body = MultiPart::alternative().singlepart(text);
    match &mail.mail.html {
        None => body,
        Some(html) => body.singlepart(SinglePart::html(html.clone())),
    }
}
