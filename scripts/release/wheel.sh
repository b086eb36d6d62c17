#!/usr/bin/env bash
# Builds the wheel of one target with the program that build.sh built: scripts/release/wheel.sh TARGET [FOLDER];
# with `sdist` in the place of TARGET the source distribution. Needs maturin of scripts/release/tools.txt.
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
  # A static program runs beside any libc.
  *-linux-*) tags=(--compatibility manylinux_2_17 musllinux_1_1) ;;
  *) tags=() ;;
esac
maturin build --release --locked --target "$target" ${tags[@]+"${tags[@]}"} --out "$dist"
