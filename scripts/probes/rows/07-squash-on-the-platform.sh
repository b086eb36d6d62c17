#!/bin/sh
# row: 7
# evasion: The platform squashes or rebases: trailers are dropped, invented, run together
# stages: C M
# met: A pull request's title, body and the squash that the forge would write are judged with its commits (`cordon ci`); after the merge a squash answers for the agents of the commits that it stands for (`--after-merge`).
# remains: Whoever merges may change the files too: such a commit is noted, and answers for itself alone. A forge that keeps no reference of its requests has nothing to compare with.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# request PATH SAYS: a pull request 7 that changes a file, by a person or by an agent; the forge keeps its head.
request() {
  begin
  git checkout -q -b topic
  echo 'int more;' >>"$1"
  "$2" 'Change one'
  echo 'int even_more;' >>"$1"
  "$2" 'Change two'
  git init -q --bare -b main .git/forge
  git remote add origin "file://$PWD/.git/forge"
  git push -q origin main topic:refs/pull/7/head
}

# Whoever merges it leaves every trailer out.
squash() {
  request "$1" agent
  git checkout -q main
  git merge -q --squash topic
  person 'Change (#7)'
  git push -q origin main
}
dropped_by_the_squash() { squash src/crypto/aes.c; }
dropped_by_the_squash_twin() { squash src/util/list.c; }

# The commits are a person's, and the body will be the squash's message: the event has it.
said_by_the_body_alone() { request src/crypto/aes.c person; }
said_by_the_body_alone_twin() { request src/util/list.c person; }

main dropped-by-the-squash said-by-the-body-alone -- "$@"
