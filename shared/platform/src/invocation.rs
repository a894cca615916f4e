//! One invocation of a function, as the program and the tests that run it see it.

use std::pin::Pin;

/// What an invocation comes to, behind a pointer: its code, all the clients' included, is made once in the function's own
/// crate, and not again in each program and test that runs it.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
