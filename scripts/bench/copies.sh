#!/usr/bin/env bash
# What it costs to know a zone's content again: an agent adds a file beside a zone of many files.
#
#   scripts/bench/copies.sh CORDON [FILES]     10,000 files by default, of 80 lines each
#
# Prints milliseconds: the check without `copy_out`'s zone in question, the first one with it (cold: the index is
# built), and later ones (warm: it is read from the repository's Git directory).
set -euo pipefail

cordon=$(realpath "$1")
files=${2:-10000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$scratch
for name in $(env | sed -n 's/^\(CLAUDE[A-Z_]*\|CI\)=.*/\1/p'); do unset "$name"; done

# Statements that differ from file to file, as code does.
python3 - "$files" >"$scratch/stream" <<'PYTHON'
import sys
files = int(sys.argv[1])
out = sys.stdout
who = "Ada Dev <ada@acme.example> 1793534400 +0000"
policy = "cordon: 1\nextends: []\nzones:\n  vault: {class: export, paths: [vault/**], agents: denied}\n"
def inline(path, text):
    out.write(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")
def code(seed):
    state = seed * 2654435761 % 4294967296
    lines = []
    for number in range(80):
        state = (state * 1103515245 + 12345) % 4294967296
        a, b, c = state >> 8 & 255, state >> 16 & 255, state >> 24
        lines.append(f"    value_{a} = mix_{b}(state[{c}], {state}) ^ table_{a % 7}[{number}];")
    return f"int work_{seed}(int *state)\n{{\n" + "\n".join(lines) + "\n    return 0;\n}\n"
out.write(f"commit refs/heads/main\nmark :1\nauthor {who}\ncommitter {who}\ndata 5\nBegin\n")
inline(".cordon.yml", policy)
for number in range(files):
    inline(f"vault/part_{number // 100}/file_{number}.c", code(number))
message = "Add\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"
out.write(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}from :1\n")
inline("src/new.c", code(files + 1))
out.write(f"commit refs/heads/small\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}from :1\n")
inline("src/new.c", "int one;\n")
PYTHON
git init -q --bare -b main "$scratch/repo"
git -C "$scratch/repo" fast-import --quiet <"$scratch/stream"
git -C "$scratch/repo" repack -q -a -d

# took NAME REVISION: wall and CPU milliseconds of one check.
took() {
  local start end
  start=$(date +%s%N)
  TIMEFORMAT='%U %S'
  cpu=$({ time "$cordon" check --stage push --repo "$scratch/repo" --range "main~1..$2" -q >/dev/null; } 2>&1)
  end=$(date +%s%N)
  awk -v name="$1" -v wall=$(((end - start) / 1000000)) -v cpu="$cpu" \
    'BEGIN { split(cpu, part, " "); printf "%-28s %6d ms, CPU %6d ms\n", name, wall, (part[1] + part[2]) * 1000 }'
}

printf '%s files in the zone, %s\n' "$files" "$(du -sh "$scratch/repo" | cut -f1)"
took 'too small to be a copy' small
took 'cold' main
for _ in 1 2 3; do took 'warm' main; done
