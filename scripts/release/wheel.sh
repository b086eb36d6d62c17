#!/usr/bin/env bash
# Builds the wheel of one target with the program that build.sh built: scripts/release/wheel.sh TARGET [FOLDER];
# with `sdist` in the place of TARGET the source distribution. Needs what
# scripts/release/tools.txt says on the path.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/release/lib.sh
. scripts/release/lib.sh

target=${1:?which target, or sdist}
dist=${2:-target/dist}
if [ "$target" = sdist ]; then
  exec maturin sdist --out "$dist"
fi
compiler_flags "$target"
case $target in
  *-linux-*) tags=(--compatibility manylinux_2_17) ;;
  *) tags=() ;;
esac
built=target/stage/wheel
rm -rf "$built"
mkdir -p "$built" "$dist"
maturin build --release --locked --target "$target" ${tags[@]+"${tags[@]}"} --out "$built"
case $target in
  # A static program runs beside musl too, which maturin says of its own targets alone.
  *-linux-*) wheel tags --remove --platform-tag "+musllinux_1_1_${target%%-*}" "$built"/*.whl ;;
esac
mv "$built"/*.whl "$dist/"
