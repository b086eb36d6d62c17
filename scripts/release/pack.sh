#!/usr/bin/env bash
# Packs a program with its licence, completions and manual: scripts/release/pack.sh PROGRAM TARGET [FOLDER], where FOLDER
# (target/dist) gets cordon-VERSION-TARGET.tar.gz. The program must run here: it writes its own completions and manual.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

program=${1:?which program}
target=${2:?for which target}
dist=${3:-target/dist}
name=cordon-$(version)-$target
[ "$("$program" --version)" = "cordon $(version)" ] || fail "$program is not version $(version)"

stage=target/stage/$name
rm -rf "$stage"
mkdir -p "$stage/completions" "$dist"
cp "$program" "$stage/cordon"
cp LICENSE README.md CHANGELOG.md "$stage/"
"$program" man --output "$stage/man"
for shell in bash elvish fish nushell powershell zsh; do
  "$program" completions "$shell" >"$stage/completions/cordon.$shell"
done
release_date
scripts/release/archive.py "$stage" "$dist/$name.tar.gz"
printf '%s\n' "$dist/$name.tar.gz"
