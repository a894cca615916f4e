//! The pure half of contact-sync: what a plan says for what was read.

mod desk;
mod matching;
mod plan;
mod source;
