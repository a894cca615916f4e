//! Amazon SES, version 2: a request with the parts of the mail, of which SES makes the message.
//!
//! The SDK's own repeats are off, and so are kept connections: one that has died while the environment was frozen would
//! swallow the request, and nobody could say whether SES saw it. A fresh one costs some milliseconds for a few mails a
//! day.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sesv2::config::http::HttpResponse;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{
    Attachment, AttachmentContentDisposition, AttachmentContentTransferEncoding, Body, Content, Destination,
    EmailContent, Message, MessageTag,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::legacy;
use lettre::message::Mailbox;

use super::check::Checked;
use super::{MailError, Sent, tag};
use crate::aws;

const SERVICE: &str = "SES";
const ALLOW: &str = "allow ses:SendEmail on the sender's identity and on the configuration set";
const RESUME: &str = "see the account dashboard of SES, and switch sending on again";

/// Sends through SES, with events as the configuration set says.
#[derive(Clone, Debug)]
pub struct Ses {
    sdk: Arc<SdkConfig>,
    configuration_set: String,
}

impl Ses {
    pub(crate) fn new(sdk: &SdkConfig, configuration_set: &str) -> Self {
        Self { sdk: Arc::new(sdk.clone()), configuration_set: configuration_set.to_owned() }
    }

    pub(super) async fn send(&self, mail: &Checked<'_>, timeout: Duration) -> Result<Sent, MailError> {
        let content = content(mail).map_err(|_| MailError::misconfigured("SES takes no such content"))?;
        let tag = MessageTag::builder().name(tag::NAME).value(&mail.tag).build();
        let tag = tag.map_err(|_| MailError::misconfigured("SES takes no such tag"))?;
        let to = mail.to.iter().map(written).collect();
        let request = self
            .client(timeout)
            .send_email()
            .from_email_address(written(&mail.from))
            .destination(Destination::builder().set_to_addresses(Some(to)).build())
            .content(content)
            .email_tags(tag)
            .configuration_set_name(&self.configuration_set);
        let answer = request.send().await.map_err(|error| fault(&error))?;
        // SES has taken it, also when it does not say under which name.
        Ok(Sent { message_id: answer.message_id.unwrap_or_default(), recipients_refused: 0 })
    }

    fn client(&self, timeout: Duration) -> aws_sdk_sesv2::Client {
        let config = aws_sdk_sesv2::config::Builder::from(&*self.sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(timeout).build());
        aws_sdk_sesv2::Client::from_conf(config.build())
    }
}

fn content(mail: &Checked<'_>) -> Result<EmailContent, BuildError> {
    let text = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let html = mail.mail.html.as_deref().map(text).transpose()?;
    let attachments = mail.mail.attachments.iter().map(|attachment| {
        Attachment::builder()
            .file_name(&attachment.name)
            .content_type(&attachment.content_type)
            .content_disposition(AttachmentContentDisposition::Attachment)
            // The default is seven bits, which a PDF is not.
            .content_transfer_encoding(AttachmentContentTransferEncoding::Base64)
            .raw_content(Blob::new(attachment.bytes.as_slice()))
            .build()
    });
    let attachments = attachments.collect::<Result<Vec<_>, _>>()?;
    let message = Message::builder()
        .subject(text(&mail.subject)?)
        .body(Body::builder().text(text(&mail.mail.text)?).set_html(html).build())
        .set_attachments((!attachments.is_empty()).then_some(attachments))
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

/// An address as SES takes it: a name of other letters than ASCII has to be encoded by us.
fn written(mailbox: &Mailbox) -> String {
    match mailbox.name.as_deref() {
        Some(name) if !name.is_ascii() => format!("{} <{}>", encoded_words(name), mailbox.email),
        _ => mailbox.to_string(),
    }
}

/// RFC 2047: words of at most 75 characters, no character in two of them.
fn encoded_words(text: &str) -> String {
    /// 45 bytes become 60 characters; the frame has 12.
    const BYTES_MAX: usize = 45;
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if piece.len() + c.len_utf8() <= BYTES_MAX => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    let words: Vec<_> = pieces.iter().map(|piece| format!("=?UTF-8?B?{}?=", STANDARD.encode(piece))).collect();
    words.join(" ")
}

fn fault<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> MailError {
    match error {
        SdkError::ServiceError(service) => of_code(aws::code(error), service.raw().status().as_u16()),
        SdkError::DispatchFailure(failure) if failure.as_connector_error().is_some_and(|it| was_not_reached(it)) => {
            MailError::busy(SERVICE, aws::code(error))
        }
        SdkError::ConstructionFailure(_) => MailError::refused(SERVICE, aws::code(error)),
        _ => MailError::no_answer(SERVICE, aws::code(error)),
    }
}

/// Whether no connection was made: no name, no way, no TLS. Then nothing was sent.
fn was_not_reached(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |cause| (*cause).source());
    causes.any(|cause| cause.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect))
}

fn of_code(code: &str, status: u16) -> MailError {
    match (code, status) {
        ("TooManyRequestsException" | "LimitExceededException", _) => MailError::busy(SERVICE, code),
        (_, 429 | 503) => MailError::busy(SERVICE, code),
        _ if code.contains("Throttl") => MailError::busy(SERVICE, code),
        ("NotFoundException", _) => {
            MailError::misconfigured("SES knows no such configuration set; check MAIL_CONFIGURATION_SET")
        }
        ("MailFromDomainNotVerifiedException", _) => {
            MailError::misconfigured("the sender's MAIL FROM domain is not verified in SES")
        }
        ("AccountSuspendedException" | "SendingPausedException", _) => denied(code, RESUME),
        (_, 401 | 403) => denied(code, ALLOW),
        _ if aws::is_denied(code) => denied(code, ALLOW),
        (_, 400..=499) if status != 408 => MailError::refused(SERVICE, code),
        // A failure of the service's own, or a yes that could not be read.
        _ => MailError::no_answer(SERVICE, code),
    }
}

fn denied(code: &str, remedy: &'static str) -> MailError {
    MailError::Denied { service: SERVICE, code: code.to_owned(), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::next::Next;

    #[test]
    fn a_name_of_other_letters_is_encoded_in_words_that_are_short_enough() {
        let mailbox = |name: &str| Mailbox::new(Some(name.to_owned()), "a@example.com".parse().unwrap());
        assert_eq!(written(&mailbox("Reports")), "Reports <a@example.com>");
        assert_eq!(written(&mailbox("R, S")), "\"R, S\" <a@example.com>");
        assert_eq!(written(&mailbox("Données")), "=?UTF-8?B?RG9ubsOpZXM=?= <a@example.com>");
        let long = encoded_words(&"日本語の報告".repeat(9));
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
        let decoded = long.split(' ').map(|word| STANDARD.decode(&word[10..word.len() - 2]).unwrap());
        let decoded: Vec<_> = decoded.map(|bytes| String::from_utf8(bytes).unwrap()).collect();
        assert_eq!(decoded.concat(), "日本語の報告".repeat(9));
    }

    #[test]
    fn refusals_are_told_apart_by_what_follows() {
        let next = |code, status| of_code(code, status).next();
        assert!(matches!(next("TooManyRequestsException", 429), Next::RetryAfter(_)));
        assert!(matches!(next("ThrottlingException", 400), Next::RetryAfter(_)));
        assert!(matches!(next("unnamed", 503), Next::RetryAfter(_)));
        for status in [200, 302, 408, 500, 502, 504] {
            assert_eq!(next("unnamed", status), Next::ReadBack, "{status}");
        }
        assert_eq!(next("MessageRejected", 400), Next::Quarantine);
        assert_eq!(next("AccessDeniedException", 403), Next::StopAndAlert);
        assert_eq!(next("ExpiredTokenException", 403), Next::StopAndAlert);
        assert_eq!(next("NotFoundException", 404), Next::StopAndAlert);
        assert_eq!(next("SendingPausedException", 400), Next::StopAndAlert);
    }
}
