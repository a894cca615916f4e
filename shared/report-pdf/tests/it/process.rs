//! The process that typesets: what it answers, and what is known of it when it cannot.

use std::io::{Cursor, Read};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use report_pdf::child::{self, ChildError};
use report_pdf::{TypesetError, typeset};

use crate::{in_a_process, order, sample, started, templated};

#[test]
fn its_answer_is_what_the_engine_made() {
    let order = order(sample("rtl-names"));
    assert_eq!(in_a_process(&order), Ok(typeset(&order).expect("a report")));
}

#[test]
fn its_answer_is_also_why_there_is_none() {
    let answer = in_a_process(&templated("= A\n#nothing")).expect_err("a mistake");
    assert_eq!(answer.to_string(), "the template cannot be typeset: line 2: unknown variable: nothing");
    assert!(matches!(answer, ChildError::Typeset(TypesetError::Template(_))));
}

#[test]
fn an_answer_that_is_cut_anywhere_is_no_report() {
    let order = serde_json::to_vec(&order(sample("empty"))).expect("JSON");
    let mut whole = Vec::new();
    child::run(order.as_slice(), Cursor::new(&mut whole)).expect("an answer");
    assert!(child::answer(&whole).is_ok());
    let head = whole.iter().position(|byte| *byte == b'\n').expect("a head");
    for length in (0..=head + 1).chain([whole.len() / 2, whole.len() - 1]) {
        assert_eq!(child::answer(&whole[..length]), Err(ChildError::Cut), "{length} bytes");
    }
}

#[test]
fn a_template_that_never_ends_is_ended_from_outside() {
    let mut process =
        started(&templated("#for a in range(100000) { for b in range(100000) { for c in range(100000) {} } }"));
    let mut stdout = process.stdout.take().expect("its output");
    let (done, ended) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut answer = Vec::new();
        let read = stdout.read_to_end(&mut answer);
        done.send(()).ok();
        read.map(|_| answer)
    });
    assert!(ended.recv_timeout(Duration::from_millis(500)).is_err(), "it should not end by itself");
    process.kill().expect("killed");
    process.wait().expect("its end");
    let answer = reader.join().expect("a reader").expect("what it wrote");
    assert_eq!(child::answer(&answer), Err(ChildError::Cut));
}

#[test]
fn a_template_that_eats_memory_ends_before_it_has_eaten_more_than_its_bound() {
    for template in ["#let eaten = range(400000000)", "#let eaten = (0,)\n#for n in range(40) { eaten += eaten }"] {
        let mut order = templated(template);
        order.memory_mib = Some(200);
        assert_eq!(in_a_process(&order), Err(ChildError::Cut), "{template}");
    }
}

#[test]
fn a_bound_that_nothing_fits_into_is_raised() {
    let mut order = order(sample("empty"));
    order.memory_mib = Some(1);
    assert!(in_a_process(&order).is_ok());
}

#[test]
fn it_gets_nothing_from_its_environment_and_says_nothing_but_its_answer() {
    // The harness clears the environment and refuses a word on standard error.
    assert!(in_a_process(&order(sample("en"))).is_ok());
    assert!(in_a_process(&templated("#panic(\"loud\")")).is_err());
}

#[test]
fn an_order_that_is_none_is_an_error_of_the_caller() {
    let mut answer = Vec::new();
    assert!(child::run("{}".as_bytes(), &mut answer).is_err());
    assert_eq!(answer, Vec::<u8>::new());
}
