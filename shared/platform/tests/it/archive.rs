//! The archive: a missing object is none, and whatever else goes wrong is an error and never a missing object.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use platform::Platform;
use platform::archive::{Archive, ArchiveError, LINK_LASTS_MAX};
use platform::next::Next;
use platform::retry::RETRY_AFTER_DEFAULT;

use crate::aws_desk::{Desk, LOST};
use crate::settings::settings;

const KEY: &str = "reports/2026/03/14/data.jsonl.gz";

fn archive(desk: &Desk) -> Archive {
    Platform::with_sdk(&settings(&[]).unwrap(), desk.config.clone()).archive("reports-bucket")
}

fn refusal(code: &str) -> String {
    format!("<Error><Code>{code}</Code><Message>{KEY} of somebody</Message></Error>")
}

#[tokio::test]
async fn an_object_is_put_where_its_key_says_with_its_type() {
    let desk = Desk::answering(&[(200, "")]);
    archive(&desk).put(KEY, b"day".to_vec(), "application/gzip").await.unwrap();
    let call = &desk.calls()[0];
    assert_eq!(call.request, format!("PUT /reports-bucket/{KEY}?x-id=PutObject"));
    assert_eq!(call.body, "day");
}

#[tokio::test]
async fn an_object_is_read_whole_and_a_missing_one_is_none() {
    let missing = refusal("NoSuchKey");
    let desk = Desk::answering(&[(200, "day"), (404, missing.as_str()), (200, "")]);
    let archive = archive(&desk);
    assert_eq!(archive.get(KEY).await.unwrap(), Some(b"day".to_vec()));
    assert_eq!(archive.get(KEY).await.unwrap(), None);
    assert_eq!(archive.get(KEY).await.unwrap(), Some(Vec::new()), "an empty object is there");
    assert_eq!(desk.calls()[0].request, format!("GET /reports-bucket/{KEY}?x-id=GetObject"));
}

#[tokio::test]
async fn every_other_failure_is_an_error_that_says_what_to_do() {
    let retry = Next::RetryAfter(RETRY_AFTER_DEFAULT);
    let stop = Next::StopAndAlert;
    let cases: [(u16, &str, Next, &str); 7] = [
        (403, "AccessDenied", stop, "allow s3:GetObject, s3:PutObject and s3:ListBucket"),
        (404, "NoSuchBucket", stop, "does not exist; deploy the stack again"),
        (400, "InvalidRequest", stop, "refused GetObject (InvalidRequest)"),
        (503, "SlowDown", retry, "did not answer GetObject (SlowDown)"),
        (500, "InternalError", retry, "did not answer GetObject (InternalError)"),
        (429, "TooManyRequests", retry, "(TooManyRequests)"),
        (LOST, "", retry, "(no_connection)"),
    ];
    for (status, code, next, part) in cases {
        let body = refusal(code);
        let desk = Desk::answering(&[(status, body.as_str())]);
        let error = archive(&desk).get(KEY).await.unwrap_err();
        let line = error.to_string();
        assert!(line.contains("the archive reports-bucket") && line.contains(part), "{line}");
        assert_eq!(error.next(), next, "{error:?}");
        assert!(!format!("{line}{error:?}").contains("somebody"), "{error:?}");
    }
}

#[tokio::test]
async fn a_put_that_is_denied_or_unanswered_is_no_success() {
    let body = refusal("AccessDenied");
    let desk = Desk::answering(&[(403, body.as_str()), (LOST, "")]);
    let archive = archive(&desk);
    let denied = archive.put(KEY, Vec::new(), "text/plain").await;
    assert!(matches!(denied, Err(ArchiveError::Denied { action: "PutObject", .. })), "{denied:?}");
    let lost = archive.put(KEY, Vec::new(), "text/plain").await;
    assert!(matches!(lost, Err(ArchiveError::Unavailable { .. })), "{lost:?}");
}

#[tokio::test]
async fn a_link_leads_to_one_object_for_as_long_as_it_is_asked_for_and_does_not_print() {
    let desk = Desk::answering(&[]);
    let link = archive(&desk).link(KEY, "example-2026-03-14.pdf", Duration::from_secs(36 * 3600)).await.unwrap();
    let text = link.as_str();
    for part in [
        format!("/reports-bucket/{KEY}?"),
        "x-id=GetObject".to_owned(),
        "X-Amz-Expires=129600&".to_owned(),
        "response-content-disposition=attachment%3B%20filename%3D%22example-2026-03-14.pdf%22".to_owned(),
        "X-Amz-Signature=".to_owned(),
    ] {
        assert!(text.contains(&part), "{part} in {text}");
    }
    assert_eq!(format!("{link:?}"), "[redacted]");
    assert!(desk.calls().is_empty(), "{:?}", desk.calls());
}

#[tokio::test]
async fn a_link_of_more_than_seven_days_is_refused_and_one_without_credentials_can_be_tried_again() {
    let desk = Desk::answering(&[]);
    let long = archive(&desk).link(KEY, "a.pdf", LINK_LASTS_MAX + Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(long.next(), Next::StopAndAlert, "{long}");
    let mut sdk = desk.config.to_builder();
    sdk.set_credentials_provider(None);
    let sdk = sdk.build();
    let archive = Platform::with_sdk(&settings(&[]).unwrap(), sdk).archive("reports-bucket");
    let unsigned = archive.link(KEY, "a.pdf", LINK_LASTS_MAX).await.unwrap_err();
    assert_eq!(unsigned.next(), Next::RetryAfter(RETRY_AFTER_DEFAULT), "{unsigned}");
}

/// Half of a day would be read as a day with half of its queues.
#[tokio::test]
async fn an_object_that_breaks_off_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let read = stream.read(&mut [0; 8192]).unwrap();
        assert!(read > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it").unwrap();
    });
    let sdk = Desk::answering(&[]).config.to_builder().endpoint_url(endpoint).build();
    let archive = Platform::with_sdk(&settings(&[]).unwrap(), sdk).archive("reports-bucket");
    let error = archive.get(KEY).await.unwrap_err();
    assert!(error.to_string().contains("the object broke off"), "{error}");
}
