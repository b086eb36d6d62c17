#!/bin/sh
# row: 11
# evasion: Rename a file out of the zone, or into it
# stages: L C R
# met: Both ends of a rename are judged; for a zone it is a deletion and an addition.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

moved() {
  begin
  git mv "$1" "$2"
  agent 'Move'
}
out() { moved src/crypto/aes.c src/util/aes.c; }
out_twin() { moved src/util/list.c src/util/lists.c; }
into() { moved src/util/list.c src/crypto/list.c; }
into_twin() { moved src/util/list.c src/list.c; }

# Changed on the way, so that nobody takes it for a rename.
changed() {
  begin
  git mv src/crypto/aes.c src/util/aes.c
  sed -i 's/round/step/g' src/util/aes.c
  agent 'Move and change'
}
changed_twin() {
  begin
  git mv src/util/list.c src/util/lists.c
  sed -i 's/list/lists/g' src/util/lists.c
  agent 'Move and change'
}

directory() { moved src/crypto src/plain; }
directory_twin() { moved src/util src/plain; }

main out into changed directory -- "$@"
