#!/usr/bin/env bash
# Packs the Debian package of one Linux target with the program that build.sh built: scripts/release/deb.sh TARGET [FOLDER].
# What stands in it says [package.metadata.deb] in Cargo.toml. Needs cargo-deb.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

target=${1:?which target}
dist=${2:-target/dist}
built=target/stage/cordon-$(version)-$target
stage=target/stage/deb
[ -x "$built/cordon" ] || fail "no $built; scripts/release/build.sh $target makes it"

rm -rf "$stage"
mkdir -p "$stage" "$dist"
cp -R "$built/man" "$stage/man"
cp "$built/completions/cordon.bash" "$stage/cordon"
cp "$built/completions/cordon.zsh" "$stage/_cordon"
cp "$built/completions/cordon.fish" "$stage/cordon.fish"
{
  printf '# On purpose: a hook must start wherever the program is copied to.\n'
  printf 'git-cordon: shared-library-lacks-prerequisites [usr/bin/cordon]\n'
  printf '# The package is not made for the archive of Debian.\n'
  printf 'git-cordon: initial-upload-closes-no-bugs *\n'
} >"$stage/lintian-overrides"
gzip -9 -n -c CHANGELOG.md >"$stage/changelog.gz"
maintainer=$(sed -n '/^\[package.metadata.deb\]$/,/^\[/s/^maintainer = "\(.*\)"$/\1/p' Cargo.toml)
{
  printf 'git-cordon (%s-1) unstable; urgency=medium\n\n' "$(version)"
  printf '  * New release: see /usr/share/doc/git-cordon/changelog.gz\n\n'
  printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R -d "@$(git log -1 --format=%ct)")"
} >"$stage/changelog"
compiler_flags "$target"
cargo deb --no-build --no-strip --locked --target "$target" --output "$dist/"
