#!/usr/bin/env bash
# What judging a whole history costs: the CPU time (user + system, all threads) of
# `cordon check --all -q` beside `git log -p -U0`, which makes the same changes readable and judges
# none. Medians, in one table.
#
#   scripts/bench/history.sh path/to/cordon REPOSITORY…
#   RUNS=5 scripts/bench/history.sh …      (3 unless told)
set -euo pipefail

if [ $# -lt 2 ] || [ ! -x "$1" ]; then
  echo "usage: history.sh path/to/cordon REPOSITORY…; build one with: cargo build --release" >&2
  exit 2
fi
cordon=$(realpath "$1")
shift
runs=${RUNS:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Nothing of the developer's Git configuration counts.
export HOME=$scratch GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
unset CI

# cpu COMMAND…: runs it once, prints its CPU milliseconds. 1 is a verdict; any other code ends all.
cpu() {
  local code=0 TIMEFORMAT='%U %S'
  { time "$@" >/dev/null 2>"$scratch/said" || code=$?; } 2>"$scratch/time"
  if [ "$code" -gt 1 ]; then
    cat "$scratch/said" >&2
    echo "$*: exit code $code" >&2
    return 1
  fi
  awk '{ printf "%.0f\n", ($1 + $2) * 1000 }' "$scratch/time"
}

# shellcheck disable=SC2016  # the backticks are Markdown's
echo '| repository | commits | up to | `git log -p -U0` | `cordon check --all -q` | beside git |'
echo '| --- | --- | --- | --- | --- | --- |'
# The commands take turns, so that a busy machine slows both alike.
for repository in "$@"; do
  cd "$repository"
  : >"$scratch/git"
  : >"$scratch/cordon"
  for ((run = 0; run < runs; run++)); do
    cpu git log -p -U0 >>"$scratch/git"
    cpu "$cordon" check --all -q >>"$scratch/cordon"
  done
  middle=$(((runs + 1) / 2))
  git=$(sort -n "$scratch/git" | sed -n "${middle}p")
  ours=$(sort -n "$scratch/cordon" | sed -n "${middle}p")
  # shellcheck disable=SC2016  # the backticks are Markdown's
  printf '| %s | %s | `%s` | %s ms | %s ms | %s |\n' \
    "$(basename "$repository")" "$(git rev-list --count HEAD)" "$(git rev-parse --short=10 HEAD)" \
    "$git" "$ours" "$(awk "BEGIN { printf \"%.2f\", $ours / $git }")"
  cd "$OLDPWD"
done
