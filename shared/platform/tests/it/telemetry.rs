//! Log lines: flat JSON with ids, nothing of dependencies below `info`, nothing of a panic's text.

use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use platform::clock::Clock;
use platform::report::{RunReport, Status};
use platform::telemetry;
use serde_json::Value;

use crate::settings::settings;

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn logged(filter: &str, work: impl FnOnce()) -> Buffer {
    let buffer = Buffer::default();
    let settings = settings(&[("RUST_LOG", filter)]).unwrap();
    let guard = telemetry::init_onto(&settings, Box::new(buffer.clone()));
    work();
    drop(guard);
    buffer
}

#[test]
fn a_line_is_one_flat_object_with_both_ids() {
    let buffer = logged("info", || {
        let span = telemetry::run_span("run-1", "request-1");
        let _inside = span.enter();
        tracing::info!(target: "contact_sync::apply", count = 3, ok = true, level = "forged", text = "two\nlines", "sent");
    });
    let lines = buffer.lines();
    assert_eq!(lines.len(), 1);
    let line = lines[0].as_object().unwrap();
    assert!(line.values().all(|value| !value.is_object() && !value.is_array()));
    for (name, value) in [("level", "INFO"), ("message", "sent"), ("function", "contact-sync"), ("stage", "dev")] {
        assert_eq!(line[name], value);
    }
    assert_eq!(
        (&line["run_id"], &line["request_id"], &line["count"]),
        (&"run-1".into(), &"request-1".into(), &3.into())
    );
    let at: jiff::Timestamp = line["timestamp"].as_str().unwrap().parse().unwrap();
    assert!(Clock::system().now().duration_since(at).abs() < SignedDuration::from_secs(60));
}

#[test]
fn dependencies_never_log_below_info_and_only_warnings_unless_named() {
    let speak = || {
        tracing::trace!(target: "hyper::client", "Authorization: Bearer secret");
        tracing::debug!(target: "aws_smithy_runtime::client", "Authorization: Bearer secret");
        tracing::info!(target: "reqwest::connect", "connected");
        tracing::warn!(target: "h2::proto", "reset");
        tracing::error!(target: "lambda_runtime::layers::panic", "the handler's error once more");
        tracing::trace!(target: "genesys::bulk", "ours");
    };
    let messages = |filter| {
        logged(filter, speak)
            .lines()
            .iter()
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(messages("trace"), ["reset", "ours"]);
    assert_eq!(messages("trace,reqwest=trace,hyper=trace,aws_smithy_runtime=trace"), ["connected", "reset", "ours"]);
    assert_eq!(messages("INFO"), ["reset"]);
    assert_eq!(messages("error"), Vec::<String>::new());
}

#[test]
fn the_result_is_one_line_with_every_count_by_its_name() {
    let buffer = logged("info", || {
        let settings = settings(&[]).unwrap();
        let mut report = RunReport::start(&settings.clock);
        report.fetched = 2;
        report.count_skip("unchanged");
        report.count_fail("busy");
        report.requests.insert("genesys".to_owned(), 7);
        report.plan = Some(serde_json::json!(["left out"]));
        report.end(Status::Failed, "genesys add contacts: busy");
        report.close(&settings.clock);
        telemetry::emit(&report);
    });
    let line = &buffer.lines()[0];
    assert_eq!((&line["level"], &line["status"], &line["fetched"]), (&"ERROR".into(), &"failed".into(), &2.into()));
    assert_eq!((&line["skipped_by.unchanged"], &line["requests.genesys"]), (&1.into(), &7.into()));
    assert_eq!(line["reason"], "genesys add contacts: busy");
    assert!(!buffer.text().contains("left out"));
}

#[tokio::test]
async fn a_panic_is_logged_by_its_place_and_never_by_its_text() {
    let buffer = Buffer::default();
    let guard = telemetry::init_onto(&settings(&[("RUST_LOG", "trace")]).unwrap(), Box::new(buffer.clone()));
    // The hook is the process's: other tests want their texts back.
    let usual_hook = std::panic::take_hook();
    telemetry::hide_panic_texts();
    let outcome = telemetry::caught(async { panic!("Ana's number is +1 512 555 0100") }).await;
    std::panic::set_hook(usual_hook);
    drop(guard);
    let error: telemetry::Panicked = outcome.map(|()| unreachable!("it panicked")).unwrap_err();
    assert!(!error.to_string().contains("512"));
    assert!(!buffer.text().contains("512"), "{}", buffer.text());
    let line = &buffer.lines()[0];
    assert!(line["location"].as_str().unwrap().starts_with("tests/it/telemetry.rs:"), "{line}");
    assert_eq!(telemetry::caught(async { 7 }).await, Ok(7));
}
