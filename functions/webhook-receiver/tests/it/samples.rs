//! The samples under `events/webhook-receiver`: each is decoded, verified and read as it would be in the function.

use std::collections::BTreeMap;

use platform::config::from_text;
use secrecy::SecretString;
use webhook_receiver::NAME;
use webhook_receiver::config::Config;
use webhook_receiver::delivery::Delivery;
use webhook_receiver::event;
use webhook_receiver::request::Request;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/webhook-receiver");
const KEY: &str = "key of the event samples";
/// What is off until a stage asks for it.
const ALL_ON: &str = "[webhook-receiver.sources.salesforce]\nenabled = true\n";
const SIGNED_AT: &str = "2026-03-14T10:00:31Z";

#[test]
fn every_sample_event_is_verified_and_read() {
    let routes = from_text::<Config>(NAME, ALL_ON, "defaults").unwrap().function.routes().unwrap();
    let now = SIGNED_AT.parse().unwrap();
    let mut read = BTreeMap::new();
    for file in std::fs::read_dir(FOLDER).unwrap() {
        let path = file.unwrap().path();
        let request = Request::decode(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let route = routes.find(&request.path).unwrap();
        let delivery = Delivery::of(route.source, request).unwrap();
        let verified = delivery.verify(&[SecretString::from(KEY)], now).unwrap();
        let event = event::read(&verified, route.event_type.as_deref(), now).unwrap();
        assert_eq!(event.time.to_string(), "2026-03-14T10:00:30Z", "{}", path.display());
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        read.insert(name, format!("{} {} {:?}", event.event_type, event.entity.unwrap_or_default(), event.queue));
    }
    let expected = [
        ("conversation-ended", "conversation.ended conversation-111 Conversations"),
        ("integration-status-changed", "integration.status.changed integration-1 Conversations"),
        ("open-messaging", "open-messaging.message message-1 Conversations"),
        ("open-messaging-base64", "open-messaging.message message-1 Conversations"),
        ("relay", "routing.queue.stats queue-456 Capacity"),
        ("salesforce", "contacts.changed  ContactSync"),
        ("routing-queue-stats", "routing.queue.stats queue-456 Capacity"),
        ("routing-queue-stats-alias", "routing.queue.stats queue-456 Capacity"),
    ];
    assert_eq!(read, expected.map(|(name, event)| (name.to_owned(), event.to_owned())).into());
}
