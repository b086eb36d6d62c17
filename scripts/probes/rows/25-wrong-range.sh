#!/bin/sh
# row: 25
# evasion: Have the wrong range checked: a test merge, a base that moved on, a detached head, an empty range
# stages: C
# met: A range is what its end reaches and its start does not, wherever either stands; in CI a range without commits is refused.
# remains: `cordon ci` finds the range of an event by what the system says of it; whoever may set a job's variables may say something else.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# topic PATH: an agent's branch, and a main branch that went on.
topic() {
  begin
  git checkout -q -b topic
  echo 'int more;' >>"$1"
  agent 'Change'
  git checkout -q main
  write src/util/main.c 'int main_;'
  person 'The main branch'
}

# What a platform checks out for a pull request.
test_merge() {
  topic "$1"
  git tag -f base main >/dev/null
  git checkout -q --detach main
  git merge -q --no-ff -m 'Merge topic into main' topic
}
test_merge_of_the_zone() { test_merge src/crypto/aes.c; }
test_merge_of_the_zone_twin() { test_merge src/util/list.c; }

moved_base() {
  topic "$1"
  git tag -f base main >/dev/null
  git checkout -q topic
}
moved_base_and_the_zone() { moved_base src/crypto/aes.c; }
moved_base_and_the_zone_twin() { moved_base src/util/list.c; }

detached() {
  topic "$1"
  git checkout -q --detach topic
  git branch -q -D topic
}
detached_in_the_zone() { detached src/crypto/aes.c; }
detached_in_the_zone_twin() { detached src/util/list.c; }

# No commit in common: the base says nothing of what is new.
unrelated() {
  topic "$1"
  git checkout -q --orphan other
  git commit -q --no-verify -m 'Another beginning'
  git tag -f base >/dev/null
  git checkout -q topic
}
unrelated_base_and_the_zone() { unrelated src/crypto/aes.c; }
unrelated_base_and_the_zone_twin() { unrelated src/util/list.c; }

main test-merge-of-the-zone moved-base-and-the-zone detached-in-the-zone unrelated-base-and-the-zone -- "$@"
