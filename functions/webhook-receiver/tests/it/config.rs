//! The function's table: what it refuses, each mistake by its key.

use platform::config::{from_text, strict_check};
use webhook_receiver::NAME;
use webhook_receiver::config::Config;

fn refusal(text: &str) -> String {
    let loaded = from_text::<Config>(NAME, text, "dev.toml").unwrap();
    loaded.function.routes().err().map(|fault| fault.to_string()).unwrap_or_default()
}

const MORE: &str = r#"
[webhook-receiver.sources.partner]
scheme = "standard_webhooks"
age_past_seconds = 300
type = ["/type"]
[webhook-receiver.sources.partner.queues]
"*" = "conversations"
[webhook-receiver.aliases."/partner"]
source = "partner"
"#;

#[test]
fn a_stage_adds_a_source_and_a_path_and_keeps_the_others() {
    assert_eq!(strict_check(MORE, "dev.toml"), []);
    let routes = from_text::<Config>(NAME, MORE, "dev.toml").unwrap().function.routes().unwrap();
    let partner = routes.find("/partner").unwrap().source;
    assert_eq!(
        (partner.name.as_str(), partner.window.past.as_secs(), partner.body_bytes_max),
        ("partner", 300, 262_144)
    );
    assert_eq!(partner.header_names.signature, "webhook-signature");
    assert!(partner.queue("anything").is_some() && routes.find("/webhooks/genesys").is_some());
    assert_eq!(routes.find("/webhook/call-ended").unwrap().event_type.as_deref(), Some("conversation.ended"));
    assert!(routes.find("/webhook/").is_none() && routes.find("/webhooks/").is_none());
}

#[test]
fn a_source_that_is_off_has_no_path_and_may_be_turned_on_and_off_by_a_stage() {
    let is_there = |text: &str, path: &str| {
        assert_eq!(strict_check(text, "dev.toml"), []);
        from_text::<Config>(NAME, text, "dev.toml").unwrap().function.routes().unwrap().find(path).is_some()
    };
    assert!(!is_there("", "/webhooks/salesforce"), "off as documented");
    assert!(is_there("[webhook-receiver.sources.salesforce]\nenabled = true\n", "/webhooks/salesforce"));
    let without = "[webhook-receiver.sources.genesys]\nenabled = false\n";
    assert!(!is_there(without, "/webhooks/genesys") && !is_there(without, "/webhook"), "its aliases neither");
    assert!(is_there(without, "/webhooks/relay"));
}

#[test]
fn each_mistake_is_named_by_its_key() {
    let source = |lines: &str| format!("[webhook-receiver.sources.relay]\n{lines}\n");
    for (text, part) in [
        (source("body_bytes_max = 900000"), "sources.relay.body_bytes_max: greater than 737280"),
        (source("id = [\"eventId\"]"), "sources.relay.id: a JSON pointer starts with /"),
        (source("signature_header = \"X-Token\""), "sources.relay.signature_header: headers are named in lower case"),
        (source("default_type = \"a b\""), "sources.relay.default_type: at most 128 printable"),
        (source("entity = []"), "sources.relay.entity: the queue capacity keeps an order"),
        ("[webhook-receiver.aliases.\"/x\"]\nsource = \"nobody\"\n".to_owned(), "there is no source `nobody`"),
        ("[webhook-receiver.aliases.\"/webhooks/x\"]\nsource = \"relay\"\n".to_owned(), "not below /webhooks/"),
        ("[webhook-receiver.sources.\"A b\"]\nscheme = \"hub_sha256\"\n".to_owned(), "1 to 40 of a-z, 0-9 and -"),
        ("[webhook-receiver.sources.b]\nscheme = \"hub_sha256\"\n".to_owned(), "sources.b.queues: name a queue"),
        ("[webhook-receiver]\nkey_cache_seconds = 0\n".to_owned(), "key_cache_seconds"),
    ] {
        let refusal = refusal(&text);
        assert!(refusal.contains(part), "{text}\n{refusal}");
    }
    assert_eq!(refusal(""), "", "the documented defaults are accepted");
}
