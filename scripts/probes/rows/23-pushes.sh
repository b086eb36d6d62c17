#!/bin/sh
# row: 23
# evasion: Push by a new branch, by force, as a tag, or delete and make anew; let the old id be zero
# stages: R C
# met: What a push brings is what none of the references there reaches, whatever is done to them.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# remote: what is there is pushed to a repository beside this one.
remote() {
  git init -q --bare -b main "$PWD.origin"
  git remote add origin "$PWD.origin"
  git push -q origin main base
}
# aside BRANCH PATH: an agent changes a file on a new branch.
aside() {
  git checkout -q -b "$1"
  echo 'int more;' >>"$2"
  agent 'Change'
}

# Each leaves in `refspec` what is to be pushed.
new_branch() {
  begin
  remote
  aside topic "$1"
  git config probe.refspec topic
}
by_force() {
  begin
  write src/util/old.c 'int old;'
  person 'Old'
  remote
  git reset -q --hard base
  echo 'int more;' >>"$1"
  agent 'Change'
  git config probe.refspec +main
}
as_a_tag() {
  begin
  remote
  aside topic "$1"
  git tag -a -m 'A release' v1
  git checkout -q main
  git branch -q -D topic
  git config probe.refspec v1
}
light_tag() {
  begin
  remote
  aside topic "$1"
  git tag v1
  git config probe.refspec v1
}
made_anew() {
  begin
  git branch topic
  remote
  git push -q origin topic
  git push -q origin :topic
  git checkout -q topic
  echo 'int more;' >>"$1"
  agent 'Change'
  git config probe.refspec topic
}
other_namespace() {
  begin
  remote
  aside topic "$1"
  git config probe.refspec topic:refs/other/topic
}
beside_a_deletion() {
  begin
  git branch old
  remote
  git push -q origin old
  aside topic "$1"
  git config probe.refspec ':old topic'
}

for name in new_branch by_force as_a_tag light_tag made_anew other_namespace beside_a_deletion; do
  # The same steps with a file of the zone, and with one outside.
  eval "${name}_in_the_zone() { $name src/crypto/aes.c; }"
  eval "${name}_in_the_zone_twin() { $name src/util/list.c; }"
done

main new-branch-in-the-zone by-force-in-the-zone as-a-tag-in-the-zone light-tag-in-the-zone \
  made-anew-in-the-zone other-namespace-in-the-zone beside-a-deletion-in-the-zone -- "$@"
