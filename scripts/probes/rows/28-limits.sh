#!/bin/sh
# row: 28
# evasion: Exhaust a limit: very many files, a very large file, deep trees, a very long message
# stages: L C R
# met: Work is linear in what is read; a cap that is reached makes the verdict incomplete.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# The policy of the probes allows 2,000 files in a change and a megabyte in one of them.
many_files() {
  begin
  mkdir many
  (cd many && seq 1 2100 | while read -r n; do echo "$n" >"$n.txt"; done)
  agent 'Many files'
}
many_files_twin() {
  begin
  mkdir many
  (cd many && seq 1 200 | while read -r n; do echo "$n" >"$n.txt"; done)
  agent 'Some files'
}

# What lies behind the limit is not looked at, and nobody shall think that it was.
large_file() {
  begin
  { head -c 1200000 /dev/zero | tr '\0' 'a' | fold -w 100; printf 'token = %s\n' "$(token)"; } >data.txt
  person 'A large file'
}
large_file_twin() {
  begin
  head -c 100000 /dev/zero | tr '\0' 'a' | fold -w 100 >data.txt
  person 'A file'
}

# No checkout could make such a tree.
deep_tree() {
  begin
  tree=$(git rev-parse HEAD:src/util)
  level=0
  while [ "$level" -lt 1100 ]; do
    tree=$(printf '040000 tree %s\td\n' "$tree" | git mktree)
    level=$((level + 1))
  done
  top=$({ git ls-tree HEAD; printf '040000 tree %s\tdeep\n' "$tree"; } | git mktree)
  git update-ref HEAD "$(git commit-tree -p HEAD -m 'Deep' -m "$agent_trailer" "$top")"
}
deep_tree_twin() {
  begin
  mkdir -p a/b/c/d/e/f/g/h
  echo 'deep' >a/b/c/d/e/f/g/h/i.txt
  agent 'Not so deep'
}

# The trailer stands behind megabytes of text.
long_message() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  git add -A
  { printf 'Long\n\n'; head -c 3000000 /dev/zero | tr '\0' 'a' | fold -w 70; printf '\n\n%s\n' "$agent_trailer"; } |
    git commit -q --no-verify -F -
}
long_message_twin() {
  begin
  echo 'int more;' >>src/util/list.c
  git add -A
  { printf 'Long\n\n'; head -c 30000 /dev/zero | tr '\0' 'a' | fold -w 70; printf '\n\n%s\n' "$agent_trailer"; } |
    git commit -q --no-verify -F -
}

main many-files large-file deep-tree long-message -- "$@"
