#!/usr/bin/env bash
# Writes SHA256SUMS for the files of a release: scripts/release/checksums.sh [FOLDER] (target/dist).
# `sha256sum -c SHA256SUMS` reads it. `scripts/release/checksums.sh --table [FOLDER]` prints instead the lines that
# support/checksums.txt wants: those of the archives, which the action downloads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

table=
if [ "${1:-}" = --table ]; then table=yes; shift; fi
version=$(version)
cd "${1:-target/dist}"

# One name a line, sorted by its bytes.
files() { find . -maxdepth 1 -type f ! -name SHA256SUMS | sed 's,^\./,,' | LC_ALL=C sort; }

mapfile -t names < <(files)
[ "${#names[@]}" != 0 ] || fail "no file in $PWD"
if [ -z "$table" ]; then
  sha256sum -- "${names[@]}" >SHA256SUMS
  cat SHA256SUMS
  exit
fi
found=
for name in "${names[@]}"; do
  case $name in
    "cordon-$version-"*.tar.gz)
      target=${name#"cordon-$version-"}
      printf '%s %s %s\n' "$version" "${target%.tar.gz}" "$(sha256sum -- "$name" | cut -d ' ' -f 1)"
      found=yes ;;
  esac
done
[ -n "$found" ] || fail "no archive of version $version in $PWD"
