#!/bin/sh
# Makes the corpus anew of itself and of what the last runs found: the fewest inputs that together reach all that was
# reached. The corpus is in the repository, so it is kept small; `cargo test -p webhook-receiver` replays it.
set -eu
cd "$(dirname "$0")/.."
kept=target/fuzz/kept
rm -rf "$kept"
mkdir -p "$kept" target/fuzz/corpus
target/debug/examples/fuzz-webhook -set_cover_merge=1 -use_counters=0 -verbosity=0 "$kept" fuzz/corpus/webhook target/fuzz/corpus
rm -rf fuzz/corpus/webhook target/fuzz/corpus
mv "$kept" fuzz/corpus/webhook
echo "$(ls fuzz/corpus/webhook | wc -l) inputs in fuzz/corpus/webhook"
