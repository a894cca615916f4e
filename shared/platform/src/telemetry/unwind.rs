//! Panics: where, but never what. A panic's text may quote the value that caused it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Work panicked; the log has a line that says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a defect stopped the run; the log line `panicked` says where")]
pub struct Panicked;

/// Runs `work` and turns a panic into an error without the panic's text.
///
/// Lambda's own layer would put that text into the function's answer, and so into the failures queue.
///
/// # Errors
/// [`Panicked`].
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

/// Replaces the standard hook, which prints the panic's text, for the whole process.
pub fn hide_panic_texts() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(|location| format!("{}:{}", short(location.file()), location.line()));
        tracing::error!(location = location.unwrap_or_default(), "panicked");
    }));
}

/// The last three parts of a path: enough to find the file, nothing about the machine that built it.
fn short(path: &str) -> String {
    let parts: Vec<_> = path.split(['/', '\\']).collect();
    parts[parts.len().saturating_sub(3)..].join("/")
}
