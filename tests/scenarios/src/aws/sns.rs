//! SNS: `Publish`, in the form-encoded protocol.

use super::{Answered, Drawers, form};

/// A published message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

pub(crate) fn publish(drawers: &mut Drawers, body: &[u8]) -> Answered {
    let form = form(body);
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    drawers.messages.push(Message { subject: field("Subject"), text: field("Message") });
    let answer = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>1</MessageId></PublishResult>\
                  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>";
    (200, answer.to_owned())
}
