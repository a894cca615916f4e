//! One invocation of a function, as the program and the tests that run it see it.

use std::pin::Pin;

use crate::report::RunFailed;

/// What an invocation comes to, behind a pointer: its code, all the clients' included, is made once in the function's own
/// crate, and not again in each program and test that runs it.
pub type Invocation<'a, T> = Pin<Box<dyn Future<Output = Result<T, RunFailed>> + 'a>>;
