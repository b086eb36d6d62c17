#!/usr/bin/env bash
# Tries every way round a gate on any tool.
#
#   scripts/probes/run.sh 'COMMAND' [ROW…]
#
# COMMAND is run by a shell at the top of each repository, with BASE and HEAD set to the ids between which
# the change lies. It must fail for an evasion and succeed for its twin, which is the same change without the
# evasion. PROBE_SETUP is run before the first commit, to put the tool's configuration there.
#
#   PROBE_SETUP='cp /path/to/scripts/probes/cordon.yml .cordon.yml' \
#     scripts/probes/run.sh 'cordon check --range "$BASE..$HEAD"'
#
# Exit 0: every evasion was stopped and every twin let through. 1: not so. 2: wrong usage, or a probe could not be
# built.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# = 0 ] || [ "$1" = --help ]; then
  sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit 2
fi
tool=$1
shift

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
wrong=0
count=0

# judged SCRIPT VARIANT: what the tool's exit code is, on a repository made for it.
judged() {
  local repo=$scratch/repo code=0
  rm -rf "$repo" "$repo.origin"
  if ! HOME=$scratch sh "$1" "$2" "$repo" >"$scratch/log" 2>&1; then
    printf 'cannot build %s %s\n' "$1" "$2" >&2
    cat "$scratch/log" >&2
    exit 2
  fi
  (
    cd "$repo"
    BASE=$(git rev-parse base) HEAD=$(git rev-parse HEAD)
    export BASE HEAD
    exec sh -c "$tool"
  ) >/dev/null 2>&1 </dev/null || code=$?
  printf '%s' "$code"
}

printf '%-28s %-24s %-8s %s\n' row variant evasion twin
for script in "$here"/rows/*.sh; do
  row=$(basename "$script" .sh)
  if [ $# != 0 ] && ! printf '%s\n' "$@" | grep -qx "${row%%-*}"; then continue; fi
  for variant in $(sh "$script" list); do
    evasion=$(judged "$script" "$variant")
    twin=$(judged "$script" "$variant-twin")
    mark=
    if [ "$evasion" = 0 ] || [ "$twin" != 0 ]; then
      mark='  <-'
      wrong=$((wrong + 1))
    fi
    count=$((count + 1))
    printf '%-28s %-24s %-8s %s%s\n' "$row" "$variant" "$evasion" "$twin" "$mark"
  done
done
printf '%s of %s met\n' "$((count - wrong))" "$count"
[ "$wrong" = 0 ]
