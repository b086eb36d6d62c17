#!/usr/bin/env bash
# The session that README.md shows: prints each command and what it says. Runs in an empty folder,
# with `cordon` on the path. tests/readme.rs runs it and holds the README to it.
set -uo pipefail

# Nothing of the developer's Git configuration counts, and commits get the same ids every time.
HOME=$(pwd -P)
export HOME GIT_CONFIG_NOSYSTEM=1 LC_ALL=C COLUMNS=80
export GIT_AUTHOR_DATE=2026-11-02T09:00:00Z GIT_COMMITTER_DATE=2026-11-02T09:00:00Z
git config --global user.name 'Ada Dev'
git config --global user.email ada@acme.example
git config --global init.defaultBranch main

# Prints a command as a person would type it, then what it says.
run() {
  printf '$ %s\n' "$1"
  eval "$1" 2>&1 | sed "s|$HOME|~|"
}

# A repository with a little source and a policy.
git init -q radio && cd radio || exit
mkdir -p src/crypto
echo 'int keys = 1;' >src/crypto/keys.c
echo 'int main(void) { return 0; }' >src/main.c
cat >.cordon.yml <<'POLICY'
cordon: 1
policy: {id: radio, version: 1}
agents:
  "*": {status: denied}
  claude-code: {status: approved}
zones:
  crypto-export:
    class: export
    paths: ["src/crypto/**"]
    agents: denied
POLICY
git add . && git commit -q -m 'feat: begin the radio'

run 'cat .cordon.yml'

# An agent's commit, which its trailer declares.
echo
echo 'int keys = 2;' >src/crypto/keys.c
git commit -q -a -m 'fix: rotate the keys' -m 'Co-authored-by: Claude <noreply@anthropic.com>'
run 'git log -1 --format=%B'
run 'cordon check --range HEAD~1..HEAD'

# The same through the hook, in the agent's own environment: it never becomes a commit.
echo
git reset -q --hard HEAD~1
run 'cordon install'
echo 'int keys = 3;' >src/crypto/keys.c
echo
run "CLAUDE_CODE_CHILD_SESSION=1 git commit -a -m 'fix: rotate the keys'"
echo
run 'git log --format=%s'
