//! Secrets: read once, and each failure in one line that says what to do and shows no value.

use platform::secret::{SecretError, Secrets};
use serde::Deserialize;

use crate::login_desk::{LoginDesk, SECRET_ID};

#[derive(Debug, Deserialize)]
struct Credentials {
    client_id: String,
    #[serde(rename = "client_secret")]
    _client_secret: String,
}

async fn read(secrets: &Secrets) -> Result<String, SecretError> {
    secrets.get::<Credentials>(SECRET_ID).await.map(|credentials| credentials.client_id.clone())
}

#[tokio::test]
async fn a_secret_is_read_once_until_it_is_forgotten() {
    let desk = LoginDesk::open().await;
    let secrets = desk.secrets();
    let together = tokio::join!(read(&secrets), read(&secrets), read(&secrets));
    assert!(together.0.is_ok() && together.1.is_ok() && together.2.is_ok());
    assert_eq!(desk.with(|known| known.secret_reads), 1);
    secrets.forget(SECRET_ID);
    assert_eq!(read(&secrets.clone()).await.unwrap(), "client-1");
    assert_eq!(desk.with(|known| known.secret_reads), 2);
}

#[tokio::test]
async fn each_failure_is_one_line_that_names_the_secret_and_the_remedy() {
    let not_found = "ResourceNotFoundException";
    let cases = [
        (
            None,
            not_found,
            "Secrets Manager can't find the specified secret.",
            "does not exist; create it with `make secrets STAGE=dev`",
        ),
        (
            None,
            not_found,
            "can't find the specified secret value for staging label: AWSCURRENT",
            "has no value yet; store one with `make secrets STAGE=dev`",
        ),
        (
            None,
            "InvalidRequestException",
            "it was marked for deletion",
            "does not exist; create it with `make secrets STAGE=dev`",
        ),
        (
            None,
            "AccessDeniedException",
            "no",
            "may not be read (AccessDeniedException); the function's role needs secretsmanager:GetSecretValue on it",
        ),
        (None, "InternalServiceError", "no", "could not be read now (InternalServiceError)"),
        (Some("  "), "", "", "is empty; fill it with `make secrets STAGE=dev`"),
        (
            Some(r#"{"client_id":"hunter2"}"#),
            "",
            "",
            "`client_secret` is missing; store it again with `make secrets STAGE=dev`",
        ),
        (Some("hunter2"), "", "", "is not JSON (line 1, column 1)"),
    ];
    for (secret, code, message, expected) in cases {
        let desk = LoginDesk::open().await;
        desk.with(|known| {
            known.secret = secret.map(str::to_owned);
            known.secret_error = (code.to_owned(), message.to_owned());
        });
        let error = read(&desk.secrets()).await.unwrap_err();
        let line = error.to_string();
        assert!(line.contains(SECRET_ID) && line.contains(expected), "{line}");
        assert!(!format!("{line}{error:?}").contains("hunter2") && !line.contains('\n'), "{error:?}");
    }
}
