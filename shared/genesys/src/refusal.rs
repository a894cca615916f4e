//! What a refusal of Genesys means, whatever shape its body has.
//!
//! Documented is one JSON object with a dotted code. Seen are also the login's OAuth object, lists, HTML of a gateway
//! and nothing at all. Only the code, the refused field's name and the missing permission's name are kept: the
//! message may quote a person's number.

use platform::vendor::{Answer, Failure};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// At most this many permissions are named; the longest documented alternative has four.
const PERMISSIONS_MAX: usize = 4;

/// The meaning of a refused answer.
pub(crate) fn of_answer(answer: &Answer) -> Failure {
    meaning(answer, &body(answer))
}

/// The meaning of one refused item inside a bulk answer.
pub(crate) fn of_item(status: u16, error: &Value) -> Failure {
    let bare = Answer { status, headers: HeaderMap::new(), body: Vec::new() };
    meaning(&bare, error)
}

/// The correlation id that an error body repeats.
pub(crate) fn context_id(answer: &Answer) -> Option<String> {
    body(answer).get("contextId")?.as_str().map(str::to_owned)
}

/// The body's error object; `null` for anything that is none.
fn body(answer: &Answer) -> Value {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Array(errors)) => errors.into_iter().next().unwrap_or(Value::Null),
        Ok(error) => error,
        Err(_) => Value::Null,
    }
}

fn meaning(answer: &Answer, error: &Value) -> Failure {
    let platform_code = error.get("code").and_then(Value::as_str);
    let login_code = error.get("error").and_then(Value::as_str);
    let code = platform_code.or(login_code).unwrap_or("no.code");
    if code == "ip.not.authorized" {
        return Failure::Misconfigured(
            "the organisation's allow list does not hold this function's address (ip.not.authorized)".to_owned(),
        );
    }
    let refused_login = platform_code.is_none() && login_code.is_some() && matches!(answer.status, 400 | 401);
    match (answer.status, Failure::from_status(answer, code)) {
        (_, Failure::Rejected { code, .. }) if refused_login => Failure::Unauthorized { code },
        (412, _) => Failure::Conflict { code: platform::vendor::safe_code(code) },
        (413, _) => Failure::Rejected { code: platform::vendor::safe_code(code), field: None },
        (_, Failure::Rejected { code, .. }) => Failure::Rejected { code, field: field(error) },
        (_, Failure::Forbidden { code, .. }) => Failure::Forbidden { code, permission: permission(error) },
        (_, failure) => failure,
    }
}

/// The first field named by the details, also by those of nested errors.
fn field(error: &Value) -> Option<String> {
    let is_plain = |name: &&str| {
        let is_path_character = |c: char| c.is_ascii_alphanumeric() || "._-$[]".contains(c);
        !name.is_empty() && name.len() <= 80 && name.chars().all(is_path_character)
    };
    let details = list(error, "details").iter();
    let named = details.filter_map(|detail| detail.get("fieldName")?.as_str()).find(is_plain).map(str::to_owned);
    named.or_else(|| list(error, "errors").iter().find_map(field))
}

/// The permissions named in the message, such as `externalContacts:contact:add`.
fn permission(error: &Value) -> Option<String> {
    let parameters = error.get("messageParams").and_then(Value::as_object);
    let texts = error.get("message").into_iter().chain(parameters.into_iter().flat_map(|map| map.values()));
    let words =
        texts.filter_map(Value::as_str).flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':'));
    let mut names: Vec<&str> = Vec::new();
    for word in words.filter(|word| is_permission(word)) {
        if !names.contains(&word) && names.len() < PERMISSIONS_MAX {
            names.push(word);
        }
    }
    if names.is_empty() { list(error, "errors").iter().find_map(permission) } else { Some(names.join(" or ")) }
}

/// Domain, entity and verb: three words of letters and digits, each beginning with a letter.
fn is_permission(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    parts.len() == 3 && word.len() <= 80 && parts.iter().all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        of_answer(&Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() })
    }

    fn error_body(code: &str) -> String {
        serde_json::json!({ "message": "text with ana@example.com", "code": code, "status": 0, "contextId": "c", "details": [], "errors": [] })
            .to_string()
    }

    #[test]
    fn each_status_leads_to_its_decision() {
        let code = |code: &str| code.to_owned();
        let busy = |seconds| Failure::Busy { retry_after: Duration::from_secs(seconds) };
        let expected = [
            (400, "bad.request", Failure::Rejected { code: code("bad.request"), field: None }),
            (401, "bad.credentials", Failure::Unauthorized { code: code("bad.credentials") }),
            (403, "not.authorized", Failure::Forbidden { code: code("not.authorized"), permission: None }),
            (404, "entity.not.found", Failure::NotFound { code: code("entity.not.found") }),
            (408, "client.timeout", Failure::NoAnswer),
            (409, "request.conflict", Failure::Conflict { code: code("request.conflict") }),
            (412, "version.conflict", Failure::Conflict { code: code("version.conflict") }),
            (
                413,
                "request.entity.too.large",
                Failure::Rejected { code: code("request.entity.too.large"), field: None },
            ),
            (422, "validation.failed", Failure::Rejected { code: code("validation.failed"), field: None }),
            (429, "too.many.requests", busy(5)),
            (500, "internal.server.error", Failure::NoAnswer),
            (502, "bad.gateway", Failure::NoAnswer),
            (503, "service.unavailable", busy(5)),
            (504, "request.timeout", Failure::NoAnswer),
        ];
        for (status, code, failure_expected) in expected {
            assert_eq!(failure(status, &error_body(code)), failure_expected, "{status}");
        }
        assert!(matches!(failure(418, ""), Failure::Unexpected(_)));
    }

    #[test]
    fn t16_too_many_requests_is_a_failure_with_the_vendors_own_wait() {
        let headers: HeaderMap = [("retry-after".parse().unwrap(), "42".parse().unwrap())].into_iter().collect();
        let answer = Answer { status: 429, headers, body: error_body("too.many.requests.retry.after").into_bytes() };
        assert_eq!(of_answer(&answer), Failure::Busy { retry_after: Duration::from_secs(42) });
    }

    #[test]
    fn a_body_of_any_shape_is_read() {
        for body in
            ["", "<html><body>502 Bad Gateway</body></html>", "[]", "null", "7", "\"text\"", "[7]", "{\"code\":7}"]
        {
            assert_eq!(failure(502, body), Failure::NoAnswer, "{body}");
            assert_eq!(failure(404, body), Failure::NotFound { code: "no.code".to_owned() }, "{body}");
        }
        let listed = format!("[{}]", error_body("not.found"));
        assert_eq!(failure(404, &listed), Failure::NotFound { code: "not.found".to_owned() });
    }

    #[test]
    fn a_refused_login_is_a_matter_of_credentials() {
        for status in [400, 401] {
            let refused = failure(status, r#"{"error":"invalid_client","error_description":"x","description":"y"}"#);
            assert_eq!(refused, Failure::Unauthorized { code: "invalid_client".to_owned() });
        }
    }

    #[test]
    fn an_address_off_the_allow_list_is_not_answered_with_a_new_token() {
        assert!(matches!(failure(401, &error_body("ip.not.authorized")), Failure::Misconfigured(_)));
    }

    #[test]
    fn the_missing_permission_is_named() {
        let permission_in = |body: serde_json::Value| match failure(403, &body.to_string()) {
            Failure::Forbidden { permission, .. } => permission,
            other => panic!("{other}"),
        };
        let message = "Unable to perform the requested action. You are missing the following permission(s): [externalContacts:contact:add]";
        assert_eq!(
            permission_in(serde_json::json!({ "code": "missing.permissions", "message": message })).as_deref(),
            Some("externalContacts:contact:add")
        );
        let either = "one of relate:contact:edit, externalContacts:contact:edit at 10:15:30";
        assert_eq!(
            permission_in(serde_json::json!({ "code": "missing.any.permissions", "message": either })).as_deref(),
            Some("relate:contact:edit or externalContacts:contact:edit")
        );
        let parameters = serde_json::json!({ "code": "missing.permissions", "messageParams": { "permissions": "externalContacts:contact:view" } });
        assert_eq!(permission_in(parameters).as_deref(), Some("externalContacts:contact:view"));
        assert_eq!(permission_in(serde_json::json!({ "code": "not.authorized", "message": "no" })), None);
    }

    #[test]
    fn the_refused_field_is_named_and_its_value_is_not() {
        let body = serde_json::json!({
            "code": "validation.failed", "message": "ana@ is no address",
            "details": [{ "errorCode": "x", "fieldName": "ana@ has spaces" }, { "fieldName": "workEmail" }],
        });
        let refused = failure(422, &body.to_string());
        assert_eq!(
            refused,
            Failure::Rejected { code: "validation.failed".to_owned(), field: Some("workEmail".to_owned()) }
        );
        let nested = serde_json::json!({ "code": "validation.failed", "errors": [{ "details": [{ "fieldName": "$.cellPhone" }] }] });
        assert!(
            matches!(failure(422, &nested.to_string()), Failure::Rejected { field: Some(field), .. } if field == "$.cellPhone")
        );
    }
}
