//! The environment: what is missing, unusable or misspelt is named in one line.

use platform::settings::{ConfigSource, Settings, SettingsError, Stage};

pub(crate) const MINIMAL: [(&str, &str); 4] = [
    ("STAGE", "dev"),
    ("CONFIG", "ssm:/cx-bridge/dev/contact-sync"),
    ("STATE_TABLE", "state"),
    ("AUDIT_LOG_GROUP", "/cx-bridge/dev/audit"),
];

/// How a function asks for what not every function needs.
type Asks = fn(&Settings) -> Result<&str, SettingsError>;

const BY_FUNCTION: [(&str, Asks); 9] = [
    ("GENESYS_SECRET_ID", Settings::genesys_secret_id),
    ("SALESFORCE_SECRET_ID", Settings::salesforce_secret_id),
    ("WEBHOOK_SECRET_ID", Settings::webhook_secret_id),
    ("DIGEST_SECRET_ID", Settings::digest_secret_id),
    ("QUEUE_URL_CAPACITY", Settings::queue_url_capacity),
    ("QUEUE_URL_CONVERSATIONS", Settings::queue_url_conversations),
    ("ARCHIVE_BUCKET", Settings::archive_bucket),
    ("MAIL_CONFIGURATION_SET", Settings::mail_configuration_set),
    ("SMTP_SECRET_ID", Settings::smtp_secret_id),
];

/// The minimal environment with some variables replaced; an empty value removes one.
pub(crate) fn settings(changes: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Settings::from_vars("contact-sync", MINIMAL.iter().chain(changes).map(pair))
}

fn refusal(changes: &[(&str, &str)]) -> String {
    let line = settings(changes).unwrap_err().to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

#[test]
fn the_templates_environment_is_enough() {
    let settings = settings(&[("RUST_LOG", "INFO"), ("AWS_REGION", "eu-central-1"), ("PATH", "/bin")]).unwrap();
    assert_eq!((settings.stage, settings.function), (Stage::Dev, "contact-sync"));
    assert_eq!(settings.config, ConfigSource::Ssm("/cx-bridge/dev/contact-sync".to_owned()));
    assert_eq!((settings.alerts_topic_arn, settings.genesys_api_url), (None, None));
}

#[test]
fn a_missing_setting_is_named() {
    for (name, _) in MINIMAL {
        let line = refusal(&[(name, "")]);
        assert!(line.starts_with(&format!("setting {name} is missing: set it to ")), "{line}");
    }
}

#[test]
fn what_only_some_functions_need_is_missed_by_those_that_ask_for_it() {
    for (name, ask) in BY_FUNCTION {
        let line = ask(&settings(&[]).unwrap()).unwrap_err().to_string();
        assert!(line.starts_with(&format!("setting {name} is missing: set it to the ")), "{line}");
        assert_eq!(ask(&settings(&[(name, "there")]).unwrap()), Ok("there"));
    }
}

#[test]
fn a_misspelt_setting_is_named_with_the_right_one() {
    let line = refusal(&[("GENESYS_API_ULR", "https://api.example.com")]);
    assert_eq!(line, "setting GENESYS_API_ULR is unknown: rename it to GENESYS_API_URL, or remove it");
    assert!(settings(&[("SOMEBODY_ELSES_VARIABLE", "x")]).is_ok());
}

#[test]
fn an_unusable_setting_says_what_belongs_there() {
    for (name, value, part) in [
        ("STAGE", "production", "none of dev, staging, prod"),
        ("CONFIG", "/etc/config.toml", "neither ssm:/<parameter> nor file:<path>"),
        ("RUST_LOG", "inof", "not a level"),
        ("GENESYS_API_URL", "api.mypurecloud.com", "not a URL"),
        ("GENESYS_API_URL", "http://api.mypurecloud.com", "https is needed"),
        ("SALESFORCE_API_URL", "https://user:hush@example.com", "a user name or password is refused"),
    ] {
        let line = refusal(&[(name, value)]);
        assert!(line.starts_with(&format!("setting {name} cannot be used: ")) && line.contains(part), "{line}");
        assert!(!line.contains("hush"), "{line}");
    }
}

#[test]
fn other_vendor_hosts_are_refused_in_prod_unless_allowed() {
    let prod = [("STAGE", "prod"), ("GENESYS_API_URL", "https://proxy.example.com")];
    assert!(refusal(&prod).contains("refused in prod unless ALLOW_VENDOR_OVERRIDES=true"));
    assert!(settings(&[prod[0], prod[1], ("ALLOW_VENDOR_OVERRIDES", "true")]).is_ok());
    assert!(settings(&[("GENESYS_API_URL", "http://127.0.0.1:4000")]).is_ok());
}

#[test]
fn a_clock_file_is_for_dev_only() {
    assert!(settings(&[("CLOCK_FILE", "/tmp/clock")]).is_ok());
    assert!(refusal(&[("STAGE", "staging"), ("CLOCK_FILE", "/tmp/clock")]).contains("STAGE=dev only"));
}
