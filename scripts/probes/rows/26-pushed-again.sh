#!/bin/sh
# row: 26
# evasion: Push again between the check and the merge
# stages: C
# met: A verdict is about the two commits that the event names, whatever the branch is by then, and the report says their ids. What is pushed later, the merge queue's group and the merge are events of their own, judged anew.
# remains: A platform that takes the check of one commit for another's, or merges without one.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# request: a pull request 7 of the branch `topic`; the forge keeps its head.
request() {
  begin
  git checkout -q -b topic
  git init -q --bare -b main .git/forge
  git remote add origin "file://$PWD/.git/forge"
  git push -q origin main
}

# pushed: what the forge has of the request now.
pushed() { git push -q --force origin topic:refs/pull/7/head; }

clean() {
  echo 'Another line.' >>README.md
  person 'Change the readme'
}

more() {
  echo 'int more;' >>"$1"
  agent 'Change more'
}

# A check that saw the tag `judged`, and what was pushed when it had begun.
pushed_again() {
  request
  clean
  git tag judged
  more "$1"
  pushed
}
pushed_after_the_check() { pushed_again src/crypto/aes.c; }
pushed_after_the_check_twin() { pushed_again src/util/list.c; }

# What is to be merged is hidden until the check is over.
forced_back() {
  request
  more "$1"
  git tag judged
  git reset -q --hard base
  clean
  pushed
}
forced_back_for_the_check() { forced_back src/crypto/aes.c; }
forced_back_for_the_check_twin() { forced_back src/util/list.c; }

main pushed-after-the-check forced-back-for-the-check -- "$@"
