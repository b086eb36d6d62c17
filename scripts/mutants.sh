#!/usr/bin/env bash
# Shows that the tests of the evasions can fail: each patch in tests/evasion/mutants/ takes one defence away, is
# applied to a copy of HEAD, and the tests of its row must fail then.
#
#   scripts/mutants.sh [ROW…]
#
# A patch is named NN-WHAT.patch, by its row. Exit 0: every mutant was seen. 1: one lived, or its patch no
# longer fits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
copy=$root/target/mutants/copy
lived=()

cleanup() {
  git worktree remove --force "$copy" >/dev/null 2>&1 || true
}
trap cleanup EXIT
cleanup
git worktree add -q --detach "$copy" HEAD

for patch in tests/evasion/mutants/*.patch; do
  name=$(basename "$patch" .patch)
  row=${name%%-*}
  if [ $# != 0 ] && ! printf '%s\n' "$@" | grep -qx "$row"; then continue; fi
  git -C "$copy" reset -q --hard HEAD
  if ! git -C "$copy" apply "$root/$patch"; then
    printf '%-40s does not fit\n' "$name"
    lived+=("$name")
    continue
  fi
  log=$root/target/mutants/$name.log
  (cd "$copy" && CARGO_TARGET_DIR=$root/target/mutants/target \
    cargo test --locked --test evasion "row_$row" >"$log" 2>&1) && code=0 || code=$?
  # A copy that does not compile shows nothing.
  if [ "$code" != 0 ] && grep -q '^test result: FAILED' "$log"; then
    printf '%-40s seen\n' "$name"
  else
    printf '%-40s LIVED (see %s)\n' "$name" "$log"
    lived+=("$name")
  fi
done

if [ "${#lived[@]}" != 0 ]; then
  printf '%s mutants lived: %s\n' "${#lived[@]}" "${lived[*]}"
  exit 1
fi
