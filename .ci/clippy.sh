#!/usr/bin/env bash
# Compiles a crate and lets clippy look at it on the way, so that `make ci` does not compile everything a second time for
# clippy alone. Cargo calls this in place of rustc (RUSTC_WORKSPACE_WRAPPER) for the crates of this workspace only.
# By bash, because sh drops variables like CARGO_BIN_EXE_nightly-report, whose names it cannot read.
exec clippy-driver "$@" --deny=warnings
