//! Secrets Manager, as far as a function asks it: `GetSecretValue`.

use serde_json::{Value, json};

use super::{Answered, Drawers, refusal, text};

/// A secret, in the states that a new installation knows.
#[derive(Clone, Debug)]
pub enum Secret {
    /// It has this value.
    Text(String),
    /// It exists, and nobody has stored a value yet.
    NoVersion,
    /// The role may not read it.
    Denied,
}

pub(crate) fn get_secret_value(drawers: &Drawers, request: &Value) -> Answered {
    let id = text(request, "SecretId");
    match drawers.secrets.get(id) {
        Some(Secret::Text(value)) => {
            let answer = json!({
                "ARN": format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{id}"),
                "Name": id, "VersionId": "11111111-1111-4111-8111-111111111111",
                "SecretString": value, "VersionStages": ["AWSCURRENT"], "CreatedDate": 1.7e9,
            });
            (200, answer.to_string())
        }
        Some(Secret::NoVersion) => refusal(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        ),
        Some(Secret::Denied) => {
            refusal("AccessDeniedException", "User is not authorized to perform: secretsmanager:GetSecretValue")
        }
        None => refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    }
}
