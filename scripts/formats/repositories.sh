#!/usr/bin/env bash
# Makes repositories whose reports try a format: one in which much is found, and much is hostile, and one in
# which nothing is.
#
#   scripts/formats/repositories.sh DIRECTORY
#
# DIRECTORY must not be there. It gets `found` and `clean`, each with its first commit as the tag `base`. The
# same input makes the same commits.
set -euo pipefail
root=${1:?usage: $0 DIRECTORY}
mkdir "$root"
root=$(cd "$root" && pwd)

# No configuration of the machine, no hook, and one moment.
export HOME=$root GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=Dev GIT_AUTHOR_EMAIL=dev@acme.example
export GIT_COMMITTER_NAME=Dev GIT_COMMITTER_EMAIL=dev@acme.example
export GIT_AUTHOR_DATE='2026-11-20T12:00:00Z' GIT_COMMITTER_DATE='2026-11-20T12:00:00Z'

git_() { git -c core.hooksPath=/dev/null -c commit.gpgsign=false -c core.autocrlf=false "$@"; }

# begin NAME: an empty repository, as the working directory.
begin() {
  git_ init -q -b main "$root/$1"
  cd "$root/$1"
  git_ remote add origin https://git.example/acme/radio-core.git
}

# commit MESSAGE…: everything, each argument a paragraph.
commit() {
  local said=()
  for part in "$@"; do said+=(-m "$part"); done
  git_ add -A
  git_ commit -q --allow-empty "${said[@]}"
}

policy() {
  cat >.cordon.yml <<'POLICY'
cordon: 1
policy: {id: acme-agents, version: 42}
approvers:
  appsec: {members: [r.lee@acme.example, k.ito@acme.example]}
waivers: {approvers: [appsec]}
agents:
  "*": {status: denied}
  claude-code: {status: approved}
  aider: {status: approved}
trailers:
  require:
    - {any_of: [Ticket], match: "[A-Z]+-[0-9]+"}
zones:
  crypto: {class: export, paths: ["src/crypto/**"], agents: denied}
  build: {paths: ["Makefile"], agents: denied, mode: warn}
rules:
  trailer-missing: {mode: warn}
  hidden-text: {mode: audit}
POLICY
  mkdir -p .cordon/waivers
  cat >.cordon/waivers/tests.yml <<'WAIVER'
waiver: W-2026-0117
rule: zone-agent
scope:
  repos: [acme/radio-core]
  paths: ["src/crypto/tests/**"]
reason: Test vectors only, no change of the algorithm
ticket: LEG-352
requested_by: m.ono@acme.example
approved_by:
  - {who: r.lee@acme.example, date: 2026-11-20}
expires: 2027-01-15
WAIVER
}

claude='Co-authored-by: Claude Opus 5 <noreply@anthropic.com>'

found() {
  begin found
  policy
  mkdir -p src/crypto/tests
  echo 'all:' >Makefile
  echo '/* a cipher */' >src/crypto/aes.c
  commit 'feat: a radio' 'Ticket: RAD-1'
  git_ tag base
  printf 'int rounds = 14;\n' >>src/crypto/aes.c
  commit 'feat(crypto): more rounds' "Ticket: RAD-2
$claude"
  printf '00 01 02\n' >src/crypto/tests/vectors.txt
  commit 'test(crypto): vectors' "Ticket: RAD-3
$claude"
  # Put together here, so that no scanner takes this file for a leak.
  printf 'id = "%s%s"\n' AKIA Q3EGRZ7SNIXF5WVB >config.ini
  printf 'all:\n\tcc -O2 src/crypto/aes.c\n' >Makefile
  commit '<script>alert(1)</script> ::error file=a,line=1::owned ##[add-mask]x' "$claude"
  local odd='src/crypto/]]><!--&amp;"'\''-->'
  # shellcheck disable=SC2016 # Nothing is to expand.
  local odder='src/crypto/a|b/`c` @everyone [x](https:'
  mkdir -p "$odd" "$odder"
  echo x >"$odd/<img src=x onerror=y>.c"
  echo x >$'src/crypto/caf\xe9 \xe2\x80\xae\x1b[2J.c'
  echo x >"$odder/evil.example).c"
  printf 'line\xe2\x80\xaeback\n' >notes.txt
  commit $'fix: | a | b | %0A::warning::w ${{ github.token }} \xe2\x80\xaegnp' "Ticket: RAD-4
Generated-by: <b>Nobody</b> & ]]> \"Knows\" <x@evil.example>
$claude"
  echo x >other.txt
  commit 'feat: a person alone'
}

clean() {
  begin clean
  policy
  commit 'feat: a radio' 'Ticket: RAD-1'
  git_ tag base
  echo text >README.md
  commit 'docs: say what this is' 'Ticket: RAD-5'
  echo more >>README.md
  commit 'docs: say more' "Ticket: RAD-6
$claude"
}

(found)
(clean)
