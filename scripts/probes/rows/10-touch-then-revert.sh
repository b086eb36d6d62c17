#!/bin/sh
# row: 10
# evasion: Touch the zone, then undo it inside the range; add a secret, then remove it
# stages: C R
# met: Every commit is judged, and the net change too; the report says which of them a finding is about.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

touched() {
  begin
  echo 'int leaked;' >>src/crypto/aes.c
  agent 'Try something'
  git checkout -q base -- src/crypto/aes.c
  agent 'Undo it'
}

touched_twin() {
  begin
  echo 'int tried;' >>src/util/list.c
  agent 'Try something'
  git checkout -q base -- src/util/list.c
  agent 'Undo it'
}

secret() {
  begin
  write config.ini "token = $(token)"
  person 'Configure'
  git rm -q config.ini
  person 'No, not here'
}

secret_twin() {
  begin
  write config.ini 'token = none'
  person 'Configure'
  git rm -q config.ini
  person 'No, not here'
}

main touched secret -- "$@"
