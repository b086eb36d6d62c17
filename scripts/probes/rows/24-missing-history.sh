#!/bin/sh
# row: 24
# evasion: Check a clone in which history is missing or rewritten: shallow, without blobs, grafts, replace refs, alternates
# stages: C
# met: What is missing makes the verdict incomplete, with the command that mends it; replace refs are not honoured.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# changed PATH: a repository beside this one, in which an agent changed a file in the first of two commits.
changed() {
  here=$PWD
  mkdir "$here.origin"
  cd "$here.origin"
  begin
  echo 'int more;' >>"$1"
  agent 'Change'
  write README.md 'A radio, still.'
  person 'Go on'
  git config uploadpack.allowFilter true
  cd "$here"
}
# clone OPTION…: a clone of it, here.
clone() {
  git clone -q "$@" "file://$PWD.origin" .
  git fetch -q origin 'refs/tags/base:refs/tags/base' 2>/dev/null || true
}

# The tag is fetched with its history, so that the range can be named; the agent's commit is not there.
shallow() {
  changed src/crypto/aes.c
  clone --depth 1 --no-tags
  git fetch -q --depth 1 origin tag base
}
shallow_twin() {
  changed src/util/list.c
  clone
}

no_blobs() {
  changed src/crypto/aes.c
  clone --filter=blob:none --no-checkout
  git reset -q
}
no_blobs_twin() {
  changed src/util/list.c
  clone
}

grafts() {
  changed src/crypto/aes.c
  clone
  printf '%s %s\n' "$(git rev-parse HEAD)" "$(git rev-parse base)" >.git/info/grafts
}
grafts_twin() {
  changed src/util/list.c
  clone
}

replaced() {
  changed src/crypto/aes.c
  clone
  git replace -f HEAD "$(git commit-tree -p base -m 'Go on' 'HEAD^{tree}')"
}
replaced_twin() {
  changed src/util/list.c
  clone
  git replace -f HEAD "$(git commit-tree -p base -m 'Go on' 'HEAD^{tree}')"
}

borrowed() {
  changed src/crypto/aes.c
  clone --shared
}
borrowed_twin() {
  changed src/util/list.c
  clone --shared
}

main shallow no-blobs grafts replaced borrowed -- "$@"
