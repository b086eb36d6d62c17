#!/usr/bin/env bash
# Whether this commit can be released as a tag: scripts/release/check.sh TAG. Says everything that is missing, and
# fails where anything is. On GitHub the repository's address is held to GITHUB_REPOSITORY too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

tag=${1:?which tag, for instance v1.2.3}
missing=0
miss() { printf '%s\n' "$*" >&2; missing=1; }

[ "$tag" = "v$(version)" ] || miss "the tag is $tag, and Cargo.toml says version $(version)"
scripts/release/notes.sh >/dev/null 2>&1 || miss "CHANGELOG.md has no section [$(version)]"
address=$(repository)
if [ -z "$address" ]; then
  miss "Cargo.toml says no repository: cargo-binstall, npm and PyPI need its address"
elif [ -n "${GITHUB_REPOSITORY:-}" ] && [ "$address" != "https://github.com/$GITHUB_REPOSITORY" ]; then
  miss "Cargo.toml says the repository $address, and this is $GITHUB_REPOSITORY"
fi
! grep -q '^maintainer = ".*\.invalid>"$' Cargo.toml ||
  miss "Cargo.toml names nobody who answers for the Debian package"
git diff --quiet HEAD -- || miss "the work tree differs from HEAD"
exit "$missing"
