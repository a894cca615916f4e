//! What a mail must be before it is handed over: the same for every service.
//!
//! A mistake that a service would find after the mail has half gone is found here, by a sentence that says where it is and
//! not what it is. What a service or a receiver would read as more than text (line breaks in a subject, a path in a file's
//! name) does not get past this file.

use lettre::message::Mailbox;

use super::{Mail, MailError, tag};

/// SES takes no more recipients for one message.
pub(super) const RECIPIENTS_MAX: usize = 50;
/// Many receivers refuse a mail of more, and SES one of more than four times as much.
const ATTACHMENT_BYTES_MAX: usize = 10_000_000;

/// A mail that can be handed over.
pub(super) struct Checked<'a> {
    pub(super) mail: &'a Mail,
    pub(super) from: Mailbox,
    pub(super) to: Vec<Mailbox>,
    /// The subject as one line.
    pub(super) subject: String,
    /// The key as a tag.
    pub(super) tag: String,
}

impl<'a> Checked<'a> {
    pub(super) fn of(mail: &'a Mail) -> Result<Self, MailError> {
        let tag = tag::encode(&mail.key).ok_or_else(|| MailError::misconfigured("its key is empty or too long"))?;
        if !(1..=RECIPIENTS_MAX).contains(&mail.to.len()) {
            let what = format!("it has {} recipients, from 1 to {RECIPIENTS_MAX} are possible", mail.to.len());
            return Err(MailError::Misconfigured { what });
        }
        let to = mail.to.iter().enumerate().map(|(index, to)| mailbox(to, || format!("recipient {}", index + 1)));
        let to = to.collect::<Result<_, _>>()?;
        check_attachments(mail)?;
        let one_line = |c: char| if c.is_control() { ' ' } else { c };
        Ok(Self {
            from: mailbox(&mail.from, || "the sender".to_owned())?,
            to,
            subject: mail.subject.chars().map(one_line).collect(),
            tag,
            mail,
        })
    }
}

fn mailbox(text: &str, who: impl Fn() -> String) -> Result<Mailbox, MailError> {
    let mailbox = text.parse::<Mailbox>().ok().filter(|mailbox| {
        let address: &str = mailbox.email.as_ref();
        // Of several addresses the parser takes the first.
        let is_the_only_one = text.trim().trim_end_matches('>').ends_with(address);
        is_the_only_one && address.is_ascii() && !text.contains(char::is_control)
    });
    mailbox.ok_or_else(|| {
        let what = format!("{} is not one address of ASCII letters; correct it in the configuration", who());
        MailError::Misconfigured { what }
    })
}

fn check_attachments(mail: &Mail) -> Result<(), MailError> {
    let bytes: usize = mail.attachments.iter().map(|attachment| attachment.bytes.len()).sum();
    if bytes > ATTACHMENT_BYTES_MAX {
        let what = format!("its attachments have {bytes} bytes, {ATTACHMENT_BYTES_MAX} are possible");
        return Err(MailError::Misconfigured { what });
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    let named = |name: &str| !name.is_empty() && name.chars().all(is_plain);
    match mail.attachments.iter().position(|attachment| !named(&attachment.name)) {
        None => Ok(()),
        Some(index) => {
            let what = format!("attachment {} has other characters in its name than A-Z, 0-9, `-_. `", index + 1);
            Err(MailError::Misconfigured { what })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Attachment;

    fn mail() -> Mail {
        Mail {
            from: "Reports <reports@example.com>".to_owned(),
            to: vec!["ana@example.com".to_owned(), "\"B, O\" <bo@example.com>".to_owned()],
            subject: "Yesterday\r\nBcc: eve@example.com".to_owned(),
            text: "t".to_owned(),
            html: None,
            attachments: Vec::new(),
            key: "k".to_owned(),
        }
    }

    fn refusal(mail: &Mail) -> String {
        Checked::of(mail).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_subject_stays_one_line() {
        let mail = mail();
        let checked = Checked::of(&mail).unwrap();
        assert_eq!(checked.subject, "Yesterday  Bcc: eve@example.com");
        assert_eq!(checked.to[1].name.as_deref(), Some("B, O"));
    }

    #[test]
    fn what_is_not_one_address_is_named_by_its_place() {
        for wrong in [
            "",
            "ana",
            "ana@example.com, eve@example.com",
            "Ana <ana@example.com>, <eve@example.com>",
            "ana@example.com eve",
            "ana@example.com\r\nBcc: eve@example.com",
            "ána@example.com",
            "ana@exämple.com",
        ] {
            let mut to = mail();
            to.to[1] = wrong.to_owned();
            let line = refusal(&to);
            assert!(line.contains("recipient 2 is not one address"), "{wrong:?}: {line}");
            assert!(!line.contains('@') && !line.contains("ana"), "{line}");
            let from = refusal(&Mail { from: wrong.to_owned(), ..mail() });
            assert!(from.contains("the sender is not one address"), "{wrong:?}: {from}");
        }
    }

    #[test]
    fn limits_are_told_before_anything_is_sent() {
        let attachment = |name: &str, bytes| Attachment {
            name: name.to_owned(),
            content_type: "application/pdf".to_owned(),
            bytes: vec![0; bytes],
        };
        let with = |attachment| Mail { attachments: vec![attachment], ..mail() };
        for (mail, part) in [
            (Mail { to: Vec::new(), ..mail() }, "0 recipients"),
            (Mail { to: vec!["a@example.com".to_owned(); 51], ..mail() }, "51 recipients"),
            (Mail { key: "k".repeat(257), ..mail() }, "key is empty or too long"),
            (with(attachment("a.pdf", ATTACHMENT_BYTES_MAX + 1)), "have 10000001 bytes"),
            (with(attachment("../a.pdf", 1)), "attachment 1 has other characters"),
            (with(attachment("ü.pdf", 1)), "attachment 1 has other characters"),
        ] {
            let line = refusal(&mail);
            assert!(line.contains(part), "{line}");
        }
        assert!(Checked::of(&with(attachment("Report 2026-03-14.pdf", 1))).is_ok());
    }

    #[test]
    fn a_mail_prints_without_people_and_content() {
        let printed = format!("{:?}", mail());
        assert!(!printed.contains('@') && !printed.contains("Yesterday"), "{printed}");
    }
}
