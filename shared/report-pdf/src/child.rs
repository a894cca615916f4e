//! The work in a process of its own: an [`Order`] as JSON comes in by its standard input, and by its standard output go one
//! line of JSON that tells how it went, and the bytes of the PDF.
//!
//! A template may come from outside, and a report may be larger than anybody thought. Whoever starts the process clears its
//! environment, so that no credentials reach it, and kills it when it takes too long; the process itself bounds its
//! memory. In whatever way it ends, [`answer`] turns what it wrote into a result.

use std::io::{self, Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use crate::error::TypesetError;
use crate::order::Order;
use crate::{Typeset, typeset_last};

/// What to set in the otherwise empty environment of the process: one thread with one heap, for a second core won no time,
/// and each thread costs memory. The heap grows in steps of 16 MiB of large pages, which took a tenth off the time; glibc
/// before 2.35 has no large pages, and does without them.
pub const ENVIRONMENT: [(&str, &str); 4] = [
    ("RAYON_NUM_THREADS", "1"),
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_TOP_PAD_", "16777216"),
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
];

/// Least memory in which a report of some pages can be made, in MiB. A smaller bound is raised to it: the bound protects
/// whoever started the process, and one that nothing fits into protects nobody.
pub const MEMORY_MIN_MIB: u64 = 96;

/// The first line of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Head {
    Done { pdf_bytes: usize, pages: usize, replaced: usize, is_accessible: bool, warnings: Vec<String> },
    Failed { error: TypesetError },
}

/// Why a process has no report to give.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChildError {
    /// It says so: the same order fails again.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// It ended in the middle: it was killed, or had too little memory.
    #[error("the process that typesets ended before its answer was whole: it took too long or too much memory")]
    Cut,
}

/// What of an order counts before the rest of it takes any memory.
#[derive(Deserialize)]
struct Bound {
    #[serde(default)]
    memory_mib: Option<u64>,
}

/// The side of the process: one order in, one answer out.
///
/// # Errors
///
/// The order cannot be read, or nobody reads the answer. An order that cannot be typeset is an answer.
pub fn run(mut stdin: impl Read, mut stdout: impl Write) -> io::Result<()> {
    // A panic's text may quote the sheet, and what a process writes to standard error lands in a log.
    std::panic::set_hook(Box::new(|_| {}));
    let mut json = Vec::new();
    stdin.read_to_end(&mut json)?;
    if let Some(memory_mib) = serde_json::from_slice::<Bound>(&json)?.memory_mib {
        bound_memory(memory_mib.max(MEMORY_MIN_MIB))?;
    }
    let order: Order = serde_json::from_slice(&json)?;
    drop(json);
    let (head, pdf) = match typeset_last(&order) {
        Ok(set) => {
            let Typeset { pdf, pages, replaced, is_accessible, warnings } = set;
            (Head::Done { pdf_bytes: pdf.len(), pages, replaced, is_accessible, warnings }, pdf)
        }
        Err(error) => (Head::Failed { error }, Vec::new()),
    };
    serde_json::to_writer(&mut stdout, &head)?;
    stdout.write_all(b"\n")?;
    stdout.write_all(&pdf)?;
    stdout.flush()
}

/// Memory that is asked for beyond the bound is refused, which ends the process. There is no core file, which would hold
/// the sheet.
fn bound_memory(memory_mib: u64) -> io::Result<()> {
    let bytes = Some(memory_mib.saturating_mul(1 << 20));
    setrlimit(Resource::Data, Rlimit { current: bytes, maximum: bytes })?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(())
}

/// The other side: what a process wrote, as a result.
///
/// # Errors
///
/// [`ChildError`]: the next to try is [`Order::built_in`], and after it a report without pages.
pub fn answer(stdout: &[u8]) -> Result<Typeset, ChildError> {
    let end = stdout.iter().position(|byte| *byte == b'\n').ok_or(ChildError::Cut)?;
    let (head, rest) = stdout.split_at(end);
    match serde_json::from_slice(head).map_err(|_| ChildError::Cut)? {
        Head::Failed { error } => Err(error.into()),
        Head::Done { pdf_bytes, pages, replaced, is_accessible, warnings } => {
            let pdf = rest.get(1..=pdf_bytes).ok_or(ChildError::Cut)?.to_vec();
            Ok(Typeset { pdf, pages, replaced, is_accessible, warnings })
        }
    }
}
