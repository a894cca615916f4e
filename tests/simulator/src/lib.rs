#![doc = include_str!("../README.md")]

mod clock;
mod connection;
mod contract;
mod control;
mod delivery;
mod demo;
mod door;
mod faults;
mod genesys;
mod journal;
mod operations;
mod page;
mod salesforce;
mod server;
mod settings;
mod wire;
mod world;

pub use clock::Shift;
pub use server::{Options, Simulator, start};
