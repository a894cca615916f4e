//! Headers and bodies of strangers: `make fuzz`.

#![no_main]

#[path = "../src/examine.rs"]
mod examine;

libfuzzer_sys::fuzz_target!(|input: &[u8]| examine::examine(input));
