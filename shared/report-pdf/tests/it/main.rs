//! What the crate promises, seen from outside: one file per subject. Orders are typeset in this process, or, where memory
//! and time matter, in one of their own as a function does it.
#![expect(clippy::expect_used, clippy::panic, reason = "a failed expectation in a helper of a test is a failed test")]

mod charts;
mod failures;
mod looks;
mod names;
mod process;
mod sizes;
mod strange_sheets;
mod structure;

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use report_pdf::child::{self, ChildError};
use report_pdf::sheet::{Name, Sheet};
use report_pdf::{Kind, Moment, Order, Page, Typeset, layout};

/// 26 November 2026, 02:00 in Chicago.
const MADE_AT: Moment = Moment { unix_s: 1_795_680_000, offset_min: -360 };

/// One of the sheets that the built-in template is shown with.
fn sample(name: &str) -> Sheet {
    let path = format!("{}/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let json = std::fs::read_to_string(path).expect("a sample");
    serde_json::from_str(&json).expect("a sheet")
}

fn order(sheet: Sheet) -> Order {
    Order::new(sheet, MADE_AT)
}

/// An order for a template of a few lines.
fn templated(template: &str) -> Order {
    Order { template: Some(template.to_owned()), ..order(sample("en")) }
}

fn name(text: &str) -> Name {
    Name { text: text.to_owned(), is_rtl: false }
}

/// The sample day with so many queues.
fn day_of_queues(count: usize) -> Sheet {
    let mut sheet = sample("en");
    let queues = &mut sheet.tables[0];
    let rows = std::mem::take(&mut queues.rows);
    queues.rows = rows.into_iter().cycle().take(count).collect();
    for (index, row) in queues.rows.iter_mut().enumerate() {
        row.name.text = format!("{} {index}", row.name.text);
    }
    sheet
}

/// Everything that is written on the pages, the pieces of a line together.
fn words(order: &Order) -> String {
    let pages = layout(order).expect("a layout");
    let texts = pages.iter().flat_map(|page| &page.boxes).filter(|placed| placed.kind == Kind::Text);
    texts.map(|placed| placed.text.as_str()).collect()
}

/// Texts that stand beyond the edge of their page.
fn outside(page: &Page) -> Vec<&str> {
    let beyond = page.boxes.iter().filter(|placed| {
        placed.kind == Kind::Text
            && (placed.x < 0.0 || placed.y < 0.0 || placed.x + placed.w > page.w || placed.y + placed.h > page.h)
    });
    beyond.map(|placed| placed.text.as_str()).collect()
}

/// Starts the process that typesets as a function does, and hands the order over.
fn started(order: &Order) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_typeset"))
        .env_clear()
        .envs(child::ENVIRONMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(&serde_json::to_vec(order).expect("JSON")).expect("it reads");
    child
}

/// What the process answers, and that it keeps quiet apart from it.
fn in_a_process(order: &Order) -> Result<Typeset, ChildError> {
    let mut child = started(order);
    let mut stdout = Vec::new();
    child.stdout.take().expect("its output").read_to_end(&mut stdout).expect("an answer");
    let rest = child.wait_with_output().expect("its end");
    let said = String::from_utf8_lossy(&rest.stderr);
    assert!(rest.status.success() && said.is_empty() || stdout.is_empty(), "{said}");
    child::answer(&stdout)
}
