#!/bin/sh
# row: 4
# evasion: Rewrite the author or the committer
# stages: C R
# met: No name or address excuses a commit: any sign of an agent counts, whoever else is named.
# remains: Who signs nothing can be named by anybody.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# A release bot's name over an agent's trailer.
as_bot() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_AUTHOR_NAME='dependabot[bot]' GIT_AUTHOR_EMAIL='49699333+dependabot[bot]@users.noreply.github.com' \
    agent 'Bump'
}
as_bot_twin() {
  begin
  echo 'int more;' >>src/util/list.c
  GIT_AUTHOR_NAME='dependabot[bot]' GIT_AUTHOR_EMAIL='49699333+dependabot[bot]@users.noreply.github.com' \
    agent 'Bump'
}

# The author was reset to a person; the committer is still the agent.
author_reset() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_COMMITTER_NAME=Claude GIT_COMMITTER_EMAIL=noreply@anthropic.com person 'Work'
}
author_reset_twin() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_COMMITTER_NAME=Bob GIT_COMMITTER_EMAIL=bob@acme.example person 'Work'
}

# Case and a plus address do not make another mailbox of it.
spelled_otherwise() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_AUTHOR_NAME='Ada Dev' GIT_AUTHOR_EMAIL='NOREPLY@Anthropic.COM' person 'Work'
}
spelled_otherwise_twin() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_AUTHOR_NAME='Claude' GIT_AUTHOR_EMAIL='noreply@anthropic.com.acme.example' person 'Work'
}

main as-bot author-reset spelled-otherwise -- "$@"
