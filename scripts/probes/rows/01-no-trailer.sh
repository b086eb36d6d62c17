#!/bin/sh
# row: 1
# evasion: Leave the trailers out
# stages: L C R
# met: The hook that Git runs before every message writes the trailer by the agent's own variables. Author, committer, notes and records are read too.
# remains: A person may paste what an agent wrote: only proof of a human would show it.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# as NAME MAIL COMMAND…: a command under somebody's identity.
as() {
  name=$1 mail=$2
  shift 2
  GIT_AUTHOR_NAME=$name GIT_AUTHOR_EMAIL=$mail "$@"
}

author() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  as Claude noreply@anthropic.com person 'Work on the cipher'
}
author_twin() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  as 'Claude Monet' claude@monet.example person 'Work on the cipher'
}

committer() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_COMMITTER_NAME=Claude GIT_COMMITTER_EMAIL=noreply@anthropic.com person 'Work on the cipher'
}
committer_twin() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  GIT_COMMITTER_NAME='GitHub' GIT_COMMITTER_EMAIL=noreply@github.com person 'Work on the cipher'
}

# What a tool noted of the lines that an agent wrote.
noted() {
  git notes --ref=ai add -m "src/crypto/aes.c
  s_0123456789abcd::t_0123456789abcd $1
---
{
  \"schema_version\": \"authorship/3.0.0\",
  \"base_commit_sha\": \"$(git rev-parse HEAD)\",
  \"prompts\": {},
  \"sessions\": {
    \"s_0123456789abcd\": {
      \"agent_id\": {\"tool\": \"claude\", \"id\": \"x\", \"model\": \"claude-opus-5\"},
      \"human_author\": \"Ada Dev <ada@acme.example>\"
    }
  }
}"
}

note() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  person 'Work on the cipher'
  noted 42
}
note_twin() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  person 'Work on the cipher'
  git notes add -m 'Reviewed at the desk.'
}

# The hook of a tool writes the trailer: to be committed with the variables of an agent.
staged() {
  begin
  echo 'int more;' >>src/crypto/aes.c
  git add -A
}
staged_twin() {
  begin
  echo 'int more;' >>src/util/list.c
  git add -A
}

main author committer note staged -- "$@"
