#!/bin/sh
# row: 21
# evasion: Go back to an older policy that was laxer
# stages: C R
# met: A version that goes down weakens the policy, whatever else it says. Of an organisation's policy a lock that takes an older version than the change began with is refused, and so is a policy older than its lock says.
# remains: The floor is what the trusted side's lock saw: where no lock was before, any version is the first one. A policy from outside has no floor but its digest.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

rolled_back() {
  begin
  sed -i 's/version: 1/version: 2/' .cordon.yml 2>/dev/null || true
  person 'The second version'
  git tag -f base >/dev/null
  git checkout -q HEAD~1 -- .
  agent 'The first again'
}
rolled_back_twin() {
  begin
  sed -i 's/version: 1/version: 2/' .cordon.yml 2>/dev/null || true
  person 'The second version'
  git tag -f base >/dev/null
  sed -i 's/version: 2/version: 3/' .cordon.yml 2>/dev/null || true
  agent 'The third'
}

main rolled-back -- "$@"
