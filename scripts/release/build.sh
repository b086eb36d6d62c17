#!/usr/bin/env bash
# Builds Cordon for one target as it is released, and packs it: scripts/release/build.sh TARGET [FOLDER], where FOLDER
# (target/dist) gets cordon-VERSION-TARGET.tar.gz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

target=${1:?which target, for instance x86_64-unknown-linux-gnu}
binary=target/$target/release/cordon

# The shared libraries that the program asks for, one a line; not those that every macOS has.
libraries() {
  case $target in
    *-linux-*) readelf --dynamic "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' ;;
    *-apple-*) otool -L "$binary" | sed -n '2,$s/^[[:space:]]*\([^ ]*\).*/\1/p' |
      grep -vE '^(/usr/lib/|/System/Library/)' || true ;;
    *) fail "$target is no target of a release" ;;
  esac
}

compiler_flags "$target"
cargo build --locked --release --target "$target"
needed=$(libraries)
[ -z "$needed" ] || fail "$binary asks for $needed"
scripts/release/pack.sh "$binary" "$target" "${2:-target/dist}"
