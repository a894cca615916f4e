//! Configuration from Parameter Store: absent is fine, broken is not.

use platform::config::{self, ConfigError};
use serde::Deserialize;

use crate::aws_desk::Desk;
use crate::settings::settings;

#[derive(Debug, Deserialize)]
struct Config {
    page_size: u32,
}

async fn load(status: u16, body: &str) -> Result<config::Loaded<Config>, ConfigError> {
    let desk = Desk::answering(&[(status, body)]);
    let loaded = config::load(&settings(&[]).unwrap(), &desk.config).await;
    assert!(desk.calls()[0].body.contains("/cx-bridge/dev/contact-sync"));
    loaded
}

#[tokio::test]
async fn a_missing_parameter_means_the_defaults_and_one_warning() {
    let loaded = load(400, r#"{"__type":"ParameterNotFound"}"#).await.unwrap();
    assert_eq!(loaded.function.page_size, 1000);
    assert_eq!(loaded.warnings, ["parameter /cx-bridge/dev/contact-sync does not exist: the defaults are used"]);
}

#[tokio::test]
async fn a_parameter_is_laid_over_the_defaults() {
    let loaded = load(200, r#"{"Parameter":{"Value":"[contact-sync]\npage_size = 400\n"}}"#).await.unwrap();
    assert_eq!((loaded.function.page_size, loaded.warnings.len()), (400, 0));
}

#[tokio::test]
async fn a_broken_parameter_stops_the_start_with_line_and_caret() {
    let error = load(200, r#"{"Parameter":{"Value":"[contact-sync]\npage_size = 4oo\n"}}"#).await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("ssm:/cx-bridge/dev/contact-sync:2:") && text.contains('^'), "{text}");
}

#[tokio::test]
async fn a_refusal_names_what_to_allow() {
    let error =
        load(400, r#"{"__type":"AccessDeniedException","message":"User arn:… is not authorized"}"#).await.unwrap_err();
    assert_eq!(error.to_string(), "parameter /cx-bridge/dev/contact-sync: not permitted; allow ssm:GetParameter on it");
    let error = load(500, r#"{"__type":"InternalServerError"}"#).await.unwrap_err();
    assert_eq!(error.to_string(), "parameter /cx-bridge/dev/contact-sync could not be read (InternalServerError)");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let desk = Desk::answering(&[]);
    let settings = settings(&[("CONFIG", "file:/nowhere/dev.toml")]).unwrap();
    let error = config::load::<Config>(&settings, &desk.config).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "configuration file /nowhere/dev.toml cannot be read (entity not found); correct CONFIG"
    );
}
