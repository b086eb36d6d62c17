#!/bin/sh
# row: 9
# evasion: Bring content in by a side branch, through a merge's second parent
# stages: C R
# met: A range is all commits that its end reaches and its start does not, by whichever parent.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# side PATH: an agent changes a file on a side branch, and a person merges it.
side() {
  begin
  git checkout -q -b side
  echo 'int more;' >>"$1"
  agent 'Work aside'
  git checkout -q main
  write src/util/main.c 'int main_;'
  person 'The main branch'
  git merge -q --no-ff -m 'Merge' side
}
second_parent() { side src/crypto/aes.c; }
second_parent_twin() { side src/util/list.c; }

# The merge then looks like a squash of nothing: it keeps the main branch's tree.
kept_ours() {
  begin
  git checkout -q -b side
  echo 'int more;' >>src/crypto/aes.c
  agent 'Work aside'
  git checkout -q main
  git merge -q --no-ff -s ours -m 'Merge' side
}
kept_ours_twin() {
  begin
  git checkout -q -b side
  echo 'int more;' >>src/util/list.c
  agent 'Work aside'
  git checkout -q main
  git merge -q --no-ff -s ours -m 'Merge' side
}

# A history of its own, joined.
unrelated() {
  begin
  git checkout -q --orphan other
  git rm -q -r --cached .
  rm -rf src README.md
  write src/crypto/other.c 'int other;'
  agent 'Another beginning'
  git checkout -q -f main
  git merge -q --no-ff --allow-unrelated-histories -m 'Join' other
}
unrelated_twin() {
  begin
  git checkout -q --orphan other
  git rm -q -r --cached .
  rm -rf src README.md
  if [ -f .cordon.yml ]; then git add .cordon.yml; fi
  write src/other/other.c 'int other;'
  agent 'Another beginning'
  git checkout -q -f main
  git merge -q --no-ff --allow-unrelated-histories -m 'Join' other
}

main second-parent kept-ours unrelated -- "$@"
