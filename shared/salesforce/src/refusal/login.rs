//! What a refused login means. A wrong key or secret may have been rotated; the rest is the set-up of the app.
//!
//! The token endpoint has few codes for many causes, so its text is looked at for words that tell them apart. The text
//! itself is not kept.

use platform::vendor::{Answer, Failure, safe_code};

/// Words of a description, and what to do about what they say.
const CAUSES: [(&str, &str); 7] = [
    ("approved", PRE_AUTHORIZE),
    ("audience", AUDIENCE),
    ("ip restricted", "relax the IP restrictions of the app, or let this function's address in"),
    ("client credentials user", "enable the client credentials flow in the app and choose its run-as user"),
    ("refresh_token", "add the scope `refresh_token, offline_access` to the app"),
    ("inactive", "the user to act as is not active; activate it, or name another"),
    ("expired", "the login came too late for its own clock; check the time of the machine it runs on"),
];

const PRE_AUTHORIZE: &str = "let the app's policy pre-authorise users approved by an administrator, and give the user of `username` its permission set";
const AUDIENCE: &str = "`login_url` in the secret names the other kind of organisation: https://test.salesforce.com, or its own host, is for a sandbox";

pub(super) fn of(answer: &Answer, code: &str, description: &str) -> Failure {
    let description = description.to_ascii_lowercase();
    let cause = CAUSES.iter().find(|(words, _)| description.contains(words)).map(|(_, advice)| *advice);
    match (code, cause) {
        ("invalid_client" | "invalid_client_id", None) => Failure::Unauthorized { code: safe_code(code) },
        ("invalid_app_access", None) => set_up(code, PRE_AUTHORIZE),
        ("invalid_assertion", None) => set_up(
            code,
            "the certificate in the app has to be the one of `private_key`, and `login_url` of the same organisation",
        ),
        ("invalid_grant" | "unauthorized_client" | "unsupported_grant_type", None) => set_up(
            code,
            "with a client secret the app needs the client credentials flow enabled, a run-as user, and relaxed IP \
             restrictions; with a private key it needs the key's certificate, and a user that is admitted to it",
        ),
        (_, Some(advice)) => set_up(code, advice),
        _ => match Failure::from_status(answer, code) {
            Failure::Rejected { code, .. } => Failure::Unauthorized { code },
            failure => failure,
        },
    }
}

fn set_up(code: &str, advice: &str) -> Failure {
    Failure::Misconfigured(format!("Salesforce refused the login ({}): {advice}", safe_code(code)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn refused(code: &str, description: &str) -> Failure {
        of(&Answer { status: 400, headers: HeaderMap::new(), body: Vec::new() }, code, description)
    }

    #[test]
    fn a_refused_login_tells_credentials_from_set_up() {
        let wrong_secret = refused("invalid_client", "invalid client credentials");
        assert_eq!(wrong_secret, Failure::Unauthorized { code: "invalid_client".to_owned() });
        assert_eq!(refused("invalid_client_id", ""), Failure::Unauthorized { code: "invalid_client_id".to_owned() });
        assert!(matches!(refused("invalid_request", "text"), Failure::Unauthorized { .. }));
        assert!(
            matches!(refused("invalid_grant", "text"), Failure::Misconfigured(line) if line.contains("run-as user"))
        );
    }

    #[test]
    fn each_cause_says_what_to_do_and_keeps_no_text() {
        for (code, description, advice) in [
            ("invalid_grant", "user hasn't approved this consumer", "permission set"),
            ("invalid_app_access", "user is not admin approved to access this app", "permission set"),
            ("invalid_app_access", "", "permission set"),
            ("invalid_grant", "audience is invalid", "login_url"),
            ("invalid_grant", "ip restricted", "IP restrictions"),
            ("invalid_grant", "no client credentials user enabled", "run-as user"),
            ("invalid_request", "refresh_token scope is required", "scope"),
            ("invalid_assertion", "", "certificate"),
        ] {
            let line = refused(code, description).to_string();
            assert!(line.contains(advice) && line.contains(code), "{line}");
            assert!(description.is_empty() || !line.contains(description), "{line}");
        }
    }
}
