#!/usr/bin/env bash
# Packs the npm packages of a release: scripts/release/npm.sh [--partial] [FOLDER], where FOLDER (target/dist) holds the
# archives and gets the packages. Without --partial an archive of each target must be there: what the main package
# does not name, nobody can install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

partial=
if [ "${1:-}" = --partial ]; then partial=yes; shift; fi
dist=$(cd "${1:-target/dist}" && pwd)
version=$(version)
stage=target/stage/npm
rm -rf "$stage"
mkdir -p "$stage/archives"

builds=()
for target in "${TARGETS[@]}"; do
  name=cordon-$version-$target
  if [ -f "$dist/$name.tar.gz" ]; then
    tar -xzf "$dist/$name.tar.gz" -C "$stage/archives"
    builds+=("$target=$stage/archives/$name")
  elif [ -z "$partial" ]; then
    fail "no $name.tar.gz in $dist"
  fi
done
[ "${#builds[@]}" != 0 ] || fail "no archive of version $version in $dist"

node packaging/npm/packages.js "$version" "$(repository)" "$stage/packages" "${builds[@]}"
for package in "$stage/packages"/*/; do
  (cd "$package" && npm pack --silent --pack-destination "$dist")
done
