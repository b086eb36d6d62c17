#!/usr/bin/env bash
# Makes pages of the format `html` and looks at them as scripts/look/html.mjs tells.
#
#   scripts/look/html.sh path/to/cordon [FOLDER]
#
# FOLDER gets the pages and the pictures; without it target/look/pictures does. The pages are: one with findings and
# hostile text, one that passes, one of a shallow clone, and the hostile report of the tests. The exit codes are
# those of scripts/look/html.mjs: 77 where there is no node, no playwright or no browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cordon=$(realpath "${1:?usage: $0 path/to/cordon [FOLDER]}")
folder=${2:-target/look/pictures}
if ! command -v node >/dev/null; then
  echo 'skipped: no node'
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder"

# page NAME CODE ARGUMENT…
page() {
  local name=$1 wanted=$2 code=0
  shift 2
  "$cordon" check --as-of 2026-11-26 "$@" --output "html=$folder/$name.html" >/dev/null 2>&1 || code=$?
  if [ "$code" != "$wanted" ]; then
    printf 'cordon check %s: exit code %s instead of %s\n' "$*" "$code" "$wanted"
    exit 1
  fi
}

scripts/formats/repositories.sh "$scratch/repositories"
git clone -q --depth 1 "file://$scratch/repositories/found" "$scratch/repositories/shallow"
page found 1 --repo "$scratch/repositories/found" --range base..HEAD
page clean 0 --repo "$scratch/repositories/clean" --range base..HEAD
page unread 2 --repo "$scratch/repositories/shallow" --all
cp tests/formats/snapshots/html.txt "$folder/hostile.html"
node scripts/look/html.mjs "$folder" "$folder"/{found,clean,unread,hostile}.html
