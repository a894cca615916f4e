//! The one harness for whole jobs: a [`World`] with both vendors, a state table and an AWS account, all on this
//! machine, and the real process of the function in the middle, or of several functions with the queues between them.
//!
//! Everything a function reaches goes through its [`door`], which counts and can do harm. Time is moved by a clock
//! file. A world checks the standing promises when it is dropped: no lock held, counts that add up, nothing personal
//! in anything left behind, no message left on a queue that has a consumer.
//!
//! ```no_run
//! # async fn example() {
//! let world = scenarios::World::start().await;
//! world.salesforce.contact("Ana").phone("+15125550100").insert();
//! let report = world.tick().await.report();
//! assert_eq!(report.created, 1);
//! assert_eq!(world.tick().await.report().created, 0); // The second run does nothing.
//! # }
//! ```

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "the harness is test code: a failed expectation is a failed test"
)]

pub mod aws;
mod builder;
mod capacity;
mod clock_file;
mod conversations;
mod cost;
pub mod door;
mod environment;
mod event_source;
mod function;
mod inside;
mod invariants;
pub mod people;
mod process;
mod runtime_api;
mod sides;
mod table;
mod vendors;
pub mod webhook;
mod world;

pub use builder::WorldBuilder;
pub use cost::{Cost, Used};
pub use environment::{Environment, Invocation};
pub use event_source::Delivered;
pub use function::Function;
pub use inside::Inside;
pub use invariants::Promise;
pub use runtime_api::LambdaError;
pub use sides::Sides;
pub use vendors::{ContactDraft, Entry, Genesys, Salesforce};
pub use world::World;
