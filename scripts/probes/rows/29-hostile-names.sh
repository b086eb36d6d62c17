#!/bin/sh
# row: 29
# evasion: Names and messages that steer the checker or its reader: line feeds, escapes, options
# stages: L C R
# met: Objects are read, no output of a command is taken apart; what is shown has its control characters escaped.
# remains: –
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

named() {
  begin
  printf 'int x;\n' >"$1"
  agent 'A name'
}
line_feed() { named "$(printf 'src/crypto/a\nb.c')"; }
line_feed_twin() { named "$(printf 'src/util/a\nb.c')"; }
escape() { named "$(printf 'src/crypto/\033[2Ka.c')"; }
escape_twin() { named "$(printf 'src/util/\033[2Ka.c')"; }
not_text() { named "$(printf 'src/crypto/\377.c')"; }
not_text_twin() { named "$(printf 'src/util/\377.c')"; }
option() { named 'src/crypto/--output=x.c'; }
option_twin() { named 'src/util/--output=x.c'; }
pathspec() { named 'src/crypto/:(exclude)*.c'; }
pathspec_twin() { named 'src/util/:(exclude)*.c'; }

message() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  git add -A
  printf 'A name\033[2K\r::set-output name=x::y\n\n%s\n' "$agent_trailer" | git commit -q --no-verify -F -
}
message_twin() {
  begin
  echo 'int more;' >>src/util/list.c
  git add -A
  printf 'A name\033[2K\r::set-output name=x::y\n\n%s\n' "$agent_trailer" | git commit -q --no-verify -F -
}

main line-feed escape not-text option pathspec message -- "$@"
