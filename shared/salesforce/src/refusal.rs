//! What a refusal of Salesforce means, whatever shape its body has.
//!
//! The data API answers with a list of errors, the token endpoint with one object, a gateway with HTML or nothing. The
//! status alone misleads: a used-up quota is 403, a dead page 400. Only the code and names of columns are kept.

mod login;

use std::time::Duration;

use platform::retry::RETRY_AFTER_DEFAULT;
use platform::vendor::{Answer, Failure, safe_code};
use serde_json::Value;

/// Salesforce counts logins by the hour; a good part of it has to pass.
const RETRY_AFTER_LOGINS: Duration = Duration::from_secs(300);

/// The meaning of a refused answer.
pub(crate) fn of_answer(answer: &Answer) -> Failure {
    let error = error_in(answer);
    let message = text(&error, "message").unwrap_or_default();
    if let Some(code) = text(&error, "error") {
        return login::of(answer, code, text(&error, "error_description").unwrap_or_default());
    }
    let code = text(&error, "errorCode").or_else(|| text(&error, "statusCode")).unwrap_or("no.code");
    match (answer.status, code) {
        (_, "REQUEST_LIMIT_EXCEEDED") => over_the_limit(answer, message),
        (_, "LOGIN_RATE_EXCEEDED") => Failure::Busy { retry_after: RETRY_AFTER_LOGINS },
        (_, "UNABLE_TO_LOCK_ROW" | "SERVER_UNAVAILABLE") => {
            Failure::Busy { retry_after: answer.retry_after().unwrap_or(RETRY_AFTER_DEFAULT) }
        }
        (_, "QUERY_TIMEOUT" | "REQUEST_RUNNING_TOO_LONG") => Failure::NoAnswer,
        (_, "INVALID_QUERY_LOCATOR") | (412, _) => Failure::Conflict { code: safe_code(code) },
        (401, _) if is_unusable_session(message) => {
            Failure::Forbidden { code: safe_code(code), permission: Some(API_ENABLED.to_owned()) }
        }
        (_, "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED") => {
            Failure::Forbidden { code: safe_code(code), permission: Some(API_ENABLED.to_owned()) }
        }
        (410, _) => Failure::Misconfigured("Salesforce has retired this API version; configure a newer one".to_owned()),
        _ => with_field(Failure::from_status(answer, code), &error, message),
    }
}

/// The system permission without which no API call works.
const API_ENABLED: &str = "API Enabled";

/// Requests used and allowed, from `Sforce-Limit-Info: api-usage=10018/100000`, beside which other items may stand.
pub(crate) fn usage(answer: &Answer) -> Option<(u64, u64)> {
    let items = answer.header("sforce-limit-info")?.split([',', ';']);
    let usage = items.filter_map(|item| item.trim().strip_prefix("api-usage=")).next()?;
    let (used, allowed) = usage.split_once('/')?;
    Some((used.trim().parse().ok()?, allowed.trim().parse().ok()?))
}

/// One code for two limits: the calls of a day, and slow calls at one time.
fn over_the_limit(answer: &Answer, message: &str) -> Failure {
    if message.contains("Concurrent") {
        return Failure::Busy { retry_after: RETRY_AFTER_DEFAULT };
    }
    let (used, allowed) = usage(answer).unwrap_or_default();
    Failure::Budget { used, allowed }
}

/// Refusals that look like an expired session and are none: a new token would be refused as well.
fn is_unusable_session(message: &str) -> bool {
    ["is not valid for use with the REST API", "app is not attached"].iter().any(|known| message.contains(known))
}

fn with_field(failure: Failure, error: &Value, message: &str) -> Failure {
    match failure {
        Failure::Rejected { code, .. } => Failure::Rejected { code, field: field(error, message) },
        failure => failure,
    }
}

/// The column that the error is about.
fn field(error: &Value, message: &str) -> Option<String> {
    let listed = error.get("fields").and_then(|fields| fields.get(0)).and_then(Value::as_str);
    let quoted = ["No such column '", "Didn't understand relationship '"]
        .iter()
        .find_map(|before| quoted_after(message, before));
    listed.or(quoted).filter(|name| crate::soql::is_name(name)).map(str::to_owned)
}

fn quoted_after<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    Some(rest.split_once('\'')?.0)
}

/// The body's first error object; `null` for anything that is none.
fn error_in(answer: &Answer) -> Value {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Array(errors)) => errors.into_iter().next().unwrap_or(Value::Null),
        Ok(error) => error,
        Err(_) => Value::Null,
    }
}

fn text<'a>(error: &'a Value, name: &str) -> Option<&'a str> {
    error.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        let limit = [("sforce-limit-info".parse().unwrap(), HeaderValue::from_static("api-usage=15000/15000"))];
        of_answer(&Answer { status, headers: HeaderMap::from_iter(limit), body: body.as_bytes().to_vec() })
    }

    fn listed(code: &str, message: &str) -> String {
        json!([{ "message": message, "errorCode": code }]).to_string()
    }

    #[test]
    fn codes_lead_to_their_decisions() {
        let code = |code: &str| code.to_owned();
        let busy = Failure::Busy { retry_after: RETRY_AFTER_DEFAULT };
        let cases = [
            (
                401,
                "INVALID_SESSION_ID",
                "Session expired or invalid",
                Failure::Unauthorized { code: code("INVALID_SESSION_ID") },
            ),
            (
                403,
                "REQUEST_LIMIT_EXCEEDED",
                "TotalRequests Limit exceeded.",
                Failure::Budget { used: 15_000, allowed: 15_000 },
            ),
            (
                403,
                "REQUEST_LIMIT_EXCEEDED",
                "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
                busy.clone(),
            ),
            (403, "LOGIN_RATE_EXCEEDED", "", Failure::Busy { retry_after: RETRY_AFTER_LOGINS }),
            (400, "UNABLE_TO_LOCK_ROW", "", busy.clone()),
            (503, "SERVER_UNAVAILABLE", "", busy.clone()),
            (400, "QUERY_TIMEOUT", "", Failure::NoAnswer),
            (
                400,
                "INVALID_QUERY_LOCATOR",
                "invalid query locator",
                Failure::Conflict { code: code("INVALID_QUERY_LOCATOR") },
            ),
            (404, "NOT_FOUND", "", Failure::NotFound { code: code("NOT_FOUND") }),
            (409, "X", "", Failure::Conflict { code: code("X") }),
            (412, "X", "", Failure::Conflict { code: code("X") }),
            (429, "X", "", busy),
            (500, "UNKNOWN_EXCEPTION", "", Failure::NoAnswer),
            (
                403,
                "INSUFFICIENT_ACCESS",
                "",
                Failure::Forbidden { code: code("INSUFFICIENT_ACCESS"), permission: None },
            ),
            (
                403,
                "API_DISABLED_FOR_ORG",
                "",
                Failure::Forbidden { code: code("API_DISABLED_FOR_ORG"), permission: Some(code("API Enabled")) },
            ),
        ];
        for (status, code, message, expected) in cases {
            assert_eq!(failure(status, &listed(code, message)), expected, "{status} {code} {message}");
        }
        assert!(matches!(failure(410, ""), Failure::Misconfigured(_)));
        assert!(matches!(failure(420, "<html>"), Failure::Unexpected(_)));
    }

    #[test]
    fn a_session_that_a_new_token_cannot_heal_is_no_expired_one() {
        let message = "This session is not valid for use with the REST API";
        assert!(matches!(failure(401, &listed("INVALID_SESSION_ID", message)), Failure::Forbidden { .. }));
    }

    #[test]
    fn a_body_of_any_shape_is_read() {
        for body in ["", "<html>Down for maintenance</html>", "[]", "null", "{}", "7", "[7]", "[{}]"] {
            assert_eq!(failure(502, body), Failure::NoAnswer, "{body}");
            assert!(matches!(failure(503, body), Failure::Busy { .. }), "{body}");
        }
        let object = r#"{"message":"x","errorCode":"NOT_FOUND"}"#;
        assert_eq!(failure(404, object), Failure::NotFound { code: "NOT_FOUND".to_owned() });
        assert_eq!(failure(404, r#"[{"statusCode":"NOT_FOUND"}]"#), Failure::NotFound { code: "NOT_FOUND".to_owned() });
    }

    #[test]
    fn a_refused_column_is_named_and_the_statement_is_not() {
        let message = "\nSELECT Id,Lead_Score__c FROM Contact WHERE Email = 'ana@example.com'\n          ^\nERROR at Row:1:Column:11\n\
                       No such column 'Lead_Score__c' on entity 'Contact'. If you are attempting to use a custom field, append the '__c'.";
        let refused = Failure::Rejected { code: "INVALID_FIELD".to_owned(), field: Some("Lead_Score__c".to_owned()) };
        assert_eq!(failure(400, &listed("INVALID_FIELD", message)), refused);
        let odd = Failure::Rejected { code: "INVALID_FIELD".to_owned(), field: None };
        assert_eq!(failure(400, &listed("INVALID_FIELD", "No such column 'ana@example.com' here")), odd);
        let fields =
            json!([{ "errorCode": "REQUIRED_FIELD_MISSING", "message": "x", "fields": ["LastName"] }]).to_string();
        assert!(matches!(failure(400, &fields), Failure::Rejected { field: Some(field), .. } if field == "LastName"));
    }
}
