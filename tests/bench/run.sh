#!/usr/bin/env bash
# Builds the release bootstrap where it is missing or old, then measures its start.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release --bin contact-sync
PYTHONPATH=tests python3 -m bench.start_up "${CARGO_TARGET_DIR:-target}/release/contact-sync"
