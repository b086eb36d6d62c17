#!/usr/bin/env bash
# What a large policy costs: an organisation's zones and waivers, and a commit of many files.
#
#   scripts/bench/policy.sh CORDON [ZONES [WAIVERS [FILES]]]     5,000 zones, 1,000 waivers, 1,000 files by default
#
# Prints milliseconds of `check --staged`, and of no file at all: with the built-in policy, with the large one for
# the first time (cold), and again (warm). Wall time and CPU; the best of ten but for cold.
set -euo pipefail

cordon=$(realpath "$1")
zones=${2:-5000} waivers=${3:-1000} files=${4:-1000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$scratch XDG_CACHE_HOME=$scratch/cache
for name in $(env | sed -n 's/^\(CLAUDE[A-Z_]*\|CI\)=.*/\1/p'); do unset "$name"; done

python3 - "$scratch" "$zones" "$waivers" "$files" <<'PYTHON'
import os, sys
scratch, zones, waivers, files = sys.argv[1], *map(int, sys.argv[2:])
org = f"{scratch}/org"
os.makedirs(f"{org}/waivers")
with open(f"{org}/policy.yml", "w") as out:
    out.write("cordon: 1\npolicy: {id: acme, version: 1}\n")
    out.write("approvers:\n  appsec: {members: [lee@acme.example]}\nwaivers: {approvers: [appsec], max_days: 3650}\n")
    out.write("zones:\n")
    for zone in range(zones):
        out.write(f"  zone-{zone}:\n    class: export\n    repos: [\"acme/radio-{zone % 50}\"]\n")
        out.write(f"    paths: [\"src/part{zone}/crypto/**\", \"!src/part{zone}/crypto/README.md\"]\n    agents: denied\n")
for waiver in range(waivers):
    with open(f"{org}/waivers/{waiver}.yml", "w") as out:
        out.write(f"waiver: W-{waiver}\nrule: zone-agent\n")
        out.write(f"scope: {{repos: [acme/radio-{waiver % 50}], paths: [\"src/part{waiver}/crypto/tests/**\"]}}\n")
        out.write("reason: Test vectors only\nrequested_by: ono@acme.example\n")
        out.write("approved_by: [{who: lee@acme.example, date: 2026-11-20}]\nexpires: 2030-01-01\n")
for number in range(files):
    folder = f"{scratch}/repo/src/part{number}"
    os.makedirs(folder)
    with open(f"{folder}/file.c", "w") as out:
        out.write(f"int number_{number};\n" * 20)
PYTHON
git -C "$scratch/repo" init -q -b main
git -C "$scratch/repo" config cordon.repository acme/radio-7
git -C "$scratch/repo" -c user.name=Ada -c user.email=ada@acme.example commit -q --allow-empty -m Begin

# took NAME RUNS ARGUMENTS: the best of so many checks.
took() {
  local name=$1 runs=$2 best=
  shift 2
  for _ in $(seq "$runs"); do
    local start end
    start=$(date +%s%N)
    TIMEFORMAT='%U %S'
    cpu=$({ time "$cordon" check --staged --repo "$scratch/repo" "$@" -q >/dev/null; } 2>&1)
    end=$(date +%s%N)
    line=$(awk -v wall=$(((end - start) / 1000)) -v cpu="$cpu" \
      'BEGIN { split(cpu, part, " "); printf "%8.1f ms, CPU %6.0f ms", wall / 1000, (part[1] + part[2]) * 1000 }')
    best=$(printf '%s\n%s\n' "$best" "$line" | grep . | sort -n | head -1)
  done
  printf '%-44s %s\n' "$name" "$best"
}

printf '%s zones, %s waivers, %s files\n' "$zones" "$waivers" "$files"
took 'nothing staged, built-in policy' 10
took 'nothing staged, large policy, cold' 1 --policy "$scratch/org/policy.yml"
took 'nothing staged, large policy, warm' 10 --policy "$scratch/org/policy.yml"
git -C "$scratch/repo" add -A
took "$files files staged, built-in policy" 10
took "$files files staged, large policy, warm" 10 --policy "$scratch/org/policy.yml"
