#!/usr/bin/env bash
# Prints what CHANGELOG.md says of the version in Cargo.toml: the notes of its release. Exit 1: it says nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

notes=$(awk -v head="## [$(version)]" '
  /^## / { on = index($0, head) == 1; next }
  on { print }
' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || fail "CHANGELOG.md has no section [$(version)]"
printf '%s\n' "$notes"
