#!/bin/sh
# Compiles a crate so that libFuzzer sees which way an input takes through it. Cargo calls this in place of rustc
# (RUSTC_WORKSPACE_WRAPPER) for the crates of this workspace only: whatever else is linked is what the tests have built
# already. The flags are those of `cargo fuzz`; each is stable.
exec "$@" \
    -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares
