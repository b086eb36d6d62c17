#!/usr/bin/env bash
# Runs fuzz targets one after another, on the stable toolchain.
#
#   scripts/fuzz.sh [SECONDS [TARGET…]]     60 seconds for each target by default
#
# It needs cargo-fuzz and a C++ compiler. `--sanitizer none`, because sanitizers need a nightly
# toolchain and find faults of unsafe code, which this package forbids.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ "${#targets[@]}" = 0 ]; then
  for path in fuzz/fuzz_targets/*.rs; do
    targets+=("$(basename "$path" .rs)")
  done
fi

command -v cargo-fuzz >/dev/null || {
  echo "fuzz: missing: cargo install cargo-fuzz --locked" >&2
  exit 1
}
command -v c++ >/dev/null || {
  echo "fuzz: missing: a C++ compiler, for libFuzzer (Debian: g++)" >&2
  exit 1
}

for target in "${targets[@]}"; do
  printf 'fuzz: %s, %s s\n' "$target" "$seconds"
  corpus=fuzz/corpus/$target
  mkdir -p "$corpus"
  cargo fuzz run --sanitizer none "$target" "$corpus" "fuzz/seeds/$target" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1
done
echo "fuzz: no crash"
