//! What strange headers and bodies are tried on, by the fuzzer (`make fuzz`) and by the test that replays its corpus.

pub mod examine;
