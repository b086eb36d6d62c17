#!/bin/sh
# row: 22
# evasion: Games with the clock, to outlive a date
# stages: C R
# met: A date is held against the run's own day; what a commit says of its time, and what the environment says to Git, decides nothing. Another day can be asked for in reports alone, which say so.
# remains: Whoever sets the clock of the machine that judges. There is no record of the last day by which a clock that was set back would show.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# says LINE…: the policy says this too, before the change.
says() {
  begin
  if [ -f .cordon.yml ]; then printf '%s\n' "$@" >>.cordon.yml; fi
  person 'Say more'
  git tag -f base >/dev/null
}

# at DAY PATH: an agent's change, by a commit of that day.
at() {
  export GIT_AUTHOR_DATE="$1T12:00:00+0000" GIT_COMMITTER_DATE="$1T12:00:00+0000"
  echo 'int more;' >>"$2"
  agent 'Change'
}

# Dated back, to when the agent was approved.
dated_back() {
  says 'agents: {claude-code: {status: conditional, until: 2020-01-01}}'
  at 2019-12-01 src/util/list.c
}
dated_back_twin() {
  says 'agents: {claude-code: {status: conditional, until: 2999-12-31}}'
  at 2019-12-01 src/util/list.c
}

# Dated back, to before the agent was denied.
before_it_began() {
  says 'agents: {claude-code: {status: denied, since: 2020-01-01}}'
  at 2019-12-01 src/util/list.c
}
before_it_began_twin() {
  says 'agents: {claude-code: {status: denied, since: 2999-12-31}}'
  at 2019-12-01 src/util/list.c
}

# Dated forward, to when the agent will be approved.
dated_forward() {
  says 'agents: {"*": {status: denied}, claude-code: {status: approved, since: 2999-01-01}}'
  at 2099-12-31 src/util/list.c
}
dated_forward_twin() {
  says 'agents: {"*": {status: denied}, claude-code: {status: approved, since: 2020-01-01}}'
  at 2099-12-31 src/util/list.c
}

# Dated back, to while an exception was good.
an_old_exception() {
  begin
  if [ -f .cordon.yml ]; then
    printf '%s\n' 'waivers: {max_days: 90, approvers: [legal]}' \
      'approvers: {legal: {members: [lee@acme.example]}}' >>.cordon.yml
    write .cordon/waivers/W-1.yml 'waiver: W-1' 'rule: zone-agent' \
      'scope: {repos: [acme/radio], paths: ["src/crypto/**"]}' 'reason: Test vectors alone' \
      'requested_by: ono@acme.example' 'approved_by: [{who: lee@acme.example, date: 2019-12-01}]' \
      'expires: 2020-01-01'
    git config cordon.repository acme/radio
  fi
  person 'Say more'
  git tag -f base >/dev/null
  at 2019-12-15 "${1:-src/crypto/aes.c}"
}
an_old_exception_twin() { an_old_exception src/util/list.c; }

main dated-back before-it-began dated-forward an-old-exception -- "$@"
