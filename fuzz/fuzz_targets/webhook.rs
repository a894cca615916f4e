//! Headers and bodies of strangers: `make fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::examine::examine(input));
