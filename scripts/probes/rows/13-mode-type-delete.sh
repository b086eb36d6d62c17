#!/bin/sh
# row: 13
# evasion: Change the zone without a line of text: mode, type, deletion
# stages: L C R
# met: Trees are compared entry by entry, whatever the operation.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

mode() {
  begin
  chmod +x src/crypto/aes.c
  agent 'Change a mode'
}
mode_twin() {
  begin
  chmod +x src/util/list.c
  agent 'Change a mode'
}

type() {
  begin
  ln -sf ../util/list.c src/crypto/aes.c
  agent 'Make it a link'
}
type_twin() {
  begin
  ln -sf ../../README.md src/util/list.c
  agent 'Make it a link'
}

delete() {
  begin
  git rm -q src/crypto/aes.c
  agent 'Delete'
}
delete_twin() {
  begin
  git rm -q src/util/list.c
  agent 'Delete'
}

main mode type delete -- "$@"
