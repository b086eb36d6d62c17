#!/usr/bin/env bash
# What a hook costs: the CPU time of `cordon check --staged` and `cordon hook commit-msg` beside
# `git diff --cached --quiet`, in a checkout of 3,000 files that this script makes.
#
#   scripts/bench/startup.sh path/to/cordon [RUNS]
set -euo pipefail

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
  echo "usage: startup.sh path/to/cordon [RUNS]; build one with: cargo build --release" >&2
  exit 2
fi
exec python3 "$(dirname "${BASH_SOURCE[0]}")/startup.py" "$@"
