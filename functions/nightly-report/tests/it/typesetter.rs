//! What can happen to the process that typesets, and that nothing of it happens to the run.

use std::time::{Duration, Instant};

use nightly_report::typeset::{TIME_LIMIT, Typesetter, TypesetterError};
use report_pdf::child::ChildError;
use report_pdf::{Moment, Order, TypesetError};

/// Short for a person who waits, long for a machine that is busy with other tests.
const SHORT: Duration = Duration::from_secs(1);

fn order() -> Order {
    let sample = include_str!("../../../../shared/report-pdf/samples/en.json");
    Order::new(serde_json::from_str(sample).unwrap(), Moment { unix_s: 1_795_680_000, offset_min: -360 })
}

fn templated(template: &str) -> Order {
    Order { template: Some(template.to_owned()), ..order() }
}

/// The function itself, with what it has in AWS.
fn function() -> Typesetter {
    Typesetter::new(env!("CARGO_BIN_EXE_nightly-report").into(), Some(512))
}

/// Another program in its place.
fn shell(line: &str) -> Typesetter {
    Typesetter::new("/bin/sh".into(), None).started(&["-c", line], TIME_LIMIT)
}

async fn refused(typesetter: &Typesetter, order: Order, limit: Duration) -> TypesetterError {
    typesetter.typeset(order, limit).await.unwrap_err()
}

#[tokio::test]
async fn the_function_typesets_when_it_is_started_with_that_word_and_the_same_order_gives_the_same_bytes() {
    let first = function().typeset(order(), TIME_LIMIT).await.unwrap();
    assert!(first.pdf.starts_with(b"%PDF-") && first.is_accessible && first.replaced == 0, "{:?}", first.warnings);
    assert_eq!(first.warnings, Vec::<String>::new());
    let second = function().typeset(order(), TIME_LIMIT).await.unwrap();
    assert_eq!(first.pdf, second.pdf);
}

#[tokio::test]
async fn a_template_with_a_mistake_is_told_with_its_line() {
    let error = refused(&function(), templated("= A\n\n#nothing"), TIME_LIMIT).await;
    assert!(matches!(&error, TypesetterError::Failed(ChildError::Typeset(TypesetError::Template(_)))), "{error:?}");
    assert!(error.to_string().contains("line 3: unknown variable: nothing"), "{error}");
}

#[tokio::test]
async fn a_template_that_never_ends_is_killed_when_its_time_is_up() {
    let endless = templated("#for a in range(100000) { for b in range(100000) { for c in range(100000) {} } }");
    let begun = Instant::now();
    let error = refused(&function(), endless, SHORT).await;
    assert!(matches!(error, TypesetterError::TooSlow(limit) if limit == SHORT), "{error:?}");
    assert!(begun.elapsed() < TIME_LIMIT, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_template_that_eats_memory_ends_alone() {
    let hungry = templated("#let eaten = range(400000000); #eaten.len()");
    let small = Typesetter::new(env!("CARGO_BIN_EXE_nightly-report").into(), Some(256));
    let error = refused(&small, hungry, TIME_LIMIT).await;
    assert!(matches!(error, TypesetterError::Failed(ChildError::Cut)), "{error:?}");
}

#[tokio::test]
async fn a_process_that_dies_says_nothing_or_says_nonsense_is_no_report() {
    for line in ["exit 1", "kill -9 $$", "cat > /dev/null; echo nonsense", "cat", "echo '{\"kind\":\"done\"}'"] {
        let error = refused(&shell(line), order(), TIME_LIMIT).await;
        assert!(matches!(error, TypesetterError::Failed(ChildError::Cut)), "{line}: {error:?}");
    }
}

#[tokio::test]
async fn a_process_that_is_silent_is_killed_and_one_that_never_stops_talking_is_not_listened_to() {
    let error = refused(&shell("exec tail -f /dev/null"), order(), SHORT).await;
    assert!(matches!(error, TypesetterError::TooSlow(_)), "{error:?}");
    let error = refused(&shell("exec cat /dev/zero"), order(), TIME_LIMIT).await;
    assert!(matches!(error, TypesetterError::TooLarge), "{error:?}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_no_report() {
    let error = refused(&Typesetter::new("/nowhere/bootstrap".into(), None), order(), TIME_LIMIT).await;
    assert!(matches!(error, TypesetterError::NoProcess(std::io::ErrorKind::NotFound)), "{error:?}");
}

/// Credentials stand in the environment of a function. The process answers here with what it has got of ours.
#[tokio::test]
async fn the_process_gets_nothing_of_the_environment() {
    let ours = "$HOME$CARGO$CARGO_MANIFEST_DIR$AWS_SECRET_ACCESS_KEY";
    let done = r#"{\"kind\":\"done\",\"pdf_bytes\":0,\"pages\":1,\"replaced\":0,\"is_accessible\":true,\"warnings\""#;
    let line = format!("cat > /dev/null; echo \"{done}:[\\\"{ours}\\\", \\\"$RAYON_NUM_THREADS\\\"]}}\"");
    let told = shell(&line).typeset(order(), TIME_LIMIT).await.unwrap();
    assert_eq!(told.warnings, ["", "1"]);
    assert!(option_env!("CARGO_MANIFEST_DIR").is_some(), "a test has something that it could pass on");
}
