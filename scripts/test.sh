#!/usr/bin/env bash
# Installs what the tests need, then runs every test. `scripts/test.sh NAME` runs those whose name
# holds NAME.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
# The examples in the documentation first, so that the last line is the tests' own.
cargo test --locked --doc "$@"
cargo test --locked --lib --bins --tests "$@"
