//! SNS: `Publish`, in the form-encoded protocol.

use super::{Answered, Drawers};

/// A published message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

pub(crate) fn publish(drawers: &mut Drawers, body: &[u8]) -> Answered {
    let base = reqwest::Url::parse("http://form/").expect("a constant URL");
    let form = {
        let mut form = base;
        form.set_query(Some(&String::from_utf8_lossy(body)));
        form
    };
    let field = |name: &str| {
        form.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    drawers.messages.push(Message { subject: field("Subject"), text: field("Message") });
    let answer = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>1</MessageId></PublishResult>\
                  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>";
    (200, answer.to_owned())
}
