#!/bin/sh
# row: 16
# evasion: Submodules: another commit, another address, a new one mounted at the zone
# stages: L C R
# met: A submodule's commit is a change like any other; its address and path in .gitmodules belong to the gate.
# remains: What lies in a submodule is judged in its own repository.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# inner: another repository, beside this one.
inner() {
  mkdir "$PWD.origin"
  (
    cd "$PWD.origin"
    git init -q -b main .
    git commit -q --allow-empty -m 'One'
    git commit -q --allow-empty -m 'Two'
  )
}
# mounted PATH: it is mounted there.
mounted() {
  inner
  git -c protocol.file.allow=always submodule --quiet add -b main "file://$PWD.origin" "$1"
}

bump() {
  begin
  mounted src/crypto/inner
  person 'A submodule'
  git tag -f base >/dev/null
  git -C src/crypto/inner reset -q --hard HEAD~1
  agent 'Another commit'
}
bump_twin() {
  begin
  mounted src/inner
  person 'A submodule'
  git tag -f base >/dev/null
  git -C src/inner reset -q --hard HEAD~1
  agent 'Another commit'
}

address() {
  begin
  mounted src/inner
  person 'A submodule'
  git tag -f base >/dev/null
  git config -f .gitmodules submodule.src/inner.url https://git.other.example/inner.git
  agent 'Another address'
}
address_twin() {
  begin
  mounted src/inner
  person 'A submodule'
  git tag -f base >/dev/null
  write README.md 'A radio with a submodule.'
  agent 'Another text'
}

new() {
  begin
  git rm -q -r src/crypto
  mounted src/crypto
  agent 'A submodule'
}
new_twin() {
  begin
  mounted src/inner
  person 'A submodule'
}

main bump address new -- "$@"
