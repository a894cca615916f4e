//! The source `salesforce`: what it sends goes to contact-sync, where a stage has turned it on.

use serde_json::json;

use crate::desk::{Desk, hand_in, now};
use crate::sender::{KEY, event, headers, timestamped};

const PATH: &str = "/webhooks/salesforce";
const QUEUE: &str = "contact-sync";
const ON: &str = "[webhook-receiver.sources.salesforce]\nenabled = true\n";

#[tokio::test]
async fn a_signed_change_reaches_the_queue_of_contact_sync_once() {
    let desk = Desk::open().await;
    let receiver = desk.receiver_configured(ON).await;
    let body = json!({"id": "flow-1", "ids": ["003000000000001AAA"]}).to_string().into_bytes();
    let signed = event(PATH, &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    let answer = hand_in(&receiver, &signed).await;
    assert_eq!((answer.status, answer.body), (200, json!({"accepted": true, "id": "flow-1"})));
    assert_eq!(hand_in(&receiver, &signed).await.body["duplicate"], true);
    let messages = desk.messages(QUEUE);
    assert_eq!(messages.len(), 1);
    let sent = &messages[0].event;
    assert_eq!((sent.event_type.as_str(), sent.source.as_str()), ("contacts.changed", "cx-bridge/webhooks/salesforce"));
    assert_eq!((&sent.data, &messages[0].group), (&body, &None), "the body as it came, in no order");
}

#[tokio::test]
async fn a_flow_that_cannot_sign_may_send_a_token() {
    let desk = Desk::open().await;
    let receiver = desk.receiver_configured(&format!("{ON}scheme = \"shared_token\"\n")).await;
    for (id, token, status) in [("flow-1", KEY, 200), ("flow-2", KEY, 200), ("flow-3", "another token altogether", 401)]
    {
        let body = json!({"id": id, "ids": ["003000000000001AAA"]}).to_string();
        let answer = hand_in(&receiver, &event(PATH, &headers(&[("x-cx-bridge-token", token)]), body.as_bytes())).await;
        assert_eq!(answer.status, status, "{id}");
    }
    assert_eq!(desk.messages(QUEUE).len(), 2, "the same contact again, under another id, is another change");
}

#[tokio::test]
async fn a_source_that_is_off_is_not_there() {
    let desk = Desk::open().await;
    let receiver = desk.receiver().await;
    let body = json!({"id": "flow-1", "ids": ["003000000000001AAA"]}).to_string().into_bytes();
    let signed = event(PATH, &timestamped(KEY, &now().as_second().to_string(), &body), &body);
    assert_eq!(hand_in(&receiver, &signed).await.status, 404);
    assert_eq!(desk.messages(QUEUE).len(), 0);
}
