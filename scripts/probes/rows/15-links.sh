#!/bin/sh
# row: 15
# evasion: Symbolic links: to the zone, into it, in place of it, or out of the repository
# stages: L C R
# met: A link's target is resolved within the tree; it, its parents and what it stands in place of are judged. A link that leaves the repository blocks an agent's change.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

linked() {
  begin
  mkdir -p "$(dirname "$2")"
  ln -s "$1" "$2"
  agent 'A link'
}
to_a_file() { linked ../crypto/aes.c src/util/fast.c; }
to_a_file_twin() { linked list.c src/util/fast.c; }
to_the_zone() { linked ../crypto src/util/fast; }
to_the_zone_twin() { linked ../util src/util/fast; }
above_the_zone() { linked ../src docs/source; }
above_the_zone_twin() { linked ../docs docs/self; }
other_case() { linked ../Crypto/aes.c src/util/fast.c; }
other_case_twin() { linked ../util/list.c src/util/fast.c; }
absolute() { linked /etc/passwd src/util/users; }
absolute_twin() { linked ../../README.md src/util/users; }
escaping() { linked ../../../elsewhere src/util/elsewhere; }
escaping_twin() { linked ../../elsewhere src/util/elsewhere; }

# A link to a link, of which the first was there before.
chained() {
  begin
  ln -s ../crypto src/util/inner
  person 'A link'
  git tag -f base >/dev/null
  ln -s inner/aes.c src/util/outer
  agent 'A link'
}
chained_twin() {
  begin
  ln -s ../other src/util/inner
  person 'A link'
  git tag -f base >/dev/null
  ln -s inner/list.c src/util/outer
  agent 'A link'
}

# The directory above the zone becomes a link to another place.
replaced() {
  begin
  git mv src plain
  ln -s plain src
  agent 'A link'
}
replaced_twin() {
  begin
  git mv src/util src/plain
  ln -s plain src/util
  agent 'A link'
}

main to-a-file to-the-zone above-the-zone other-case absolute escaping chained replaced -- "$@"
