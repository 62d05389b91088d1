#!/usr/bin/env bash
# Fuzzes one target with coverage, on stable Rust:  fuzz/run.sh evaluator [seconds] [limit]
# One input may take `limit` seconds of the wall clock: give more than 10 where the machine is busy.
# The corpus begins with the templates of tests/jinja/cases.json and stays in fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?a target: templates, evaluator or yaml}
seconds=${2:-3600}
limit=${3:-10}
host=$(rustc -vV | sed -n 's/^host: //p')
passes="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
passes+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
passes+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS="$passes -Ccodegen-units=1" cargo build --release --target "$host" --bin "$target"
mkdir -p "corpus/$target" "artifacts/$target"
if [ -z "$(ls -A "corpus/$target")" ]; then
  node -e '
    const { readFileSync, writeFileSync } = require("node:fs");
    const { cases } = JSON.parse(readFileSync("../tests/jinja/cases.json", "utf8"));
    cases.forEach((it, index) => writeFileSync(`corpus/'"$target"'/${index}`, it.template));
  '
fi
exec "${CARGO_TARGET_DIR:-target}/$host/release/$target" "corpus/$target" \
  -artifact_prefix="artifacts/$target/" -max_total_time="$seconds" -max_len=400 -timeout="$limit" \
  -rss_limit_mb=2048
