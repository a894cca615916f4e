//! Headers and bodies of strangers: `make fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| { assert!(!input.windows(4).any(|w| w == b"webh"), "seeded"); fuzz::examine::examine(input) });
