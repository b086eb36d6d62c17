#!/usr/bin/env bash
# Installs the npm packages of a release as a user does, without the network, and uses what was installed:
# packaging/npm/test.sh FOLDER, where FOLDER holds what scripts/release/npm.sh packed.
set -euo pipefail

fail() { printf 'npm: %s\n' "$*" >&2; exit 1; }

dist=$(cd "${1:?the folder of the packages}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export GIT_CONFIG_NOSYSTEM=1 HOME=$scratch/home npm_config_cache=$scratch/cache
mkdir -p "$HOME" "$scratch/install" "$scratch/repository"
printf '{"private": true}\n' >"$scratch/install/package.json"
platform=$(node -p 'process.platform + "-" + process.arch')
(cd "$scratch/install" && npm install --silent --offline --no-audit --no-fund \
  "$dist"/git-cordon-[0-9]*.tgz "$dist/git-cordon-$platform"-*.tgz)
cordon=$scratch/install/node_modules/.bin/cordon

# gives CODE COMMAND…: what it prints is kept in $scratch/said.
gives() {
  local wanted=$1 code=0
  shift
  "$@" >"$scratch/said" 2>&1 </dev/null || code=$?
  [ "$code" = "$wanted" ] || fail "$*: $code, not $wanted: $(cat "$scratch/said")"
}

# says TEXT
says() { grep -qF -- "$1" "$scratch/said" || fail "no \"$1\" in: $(cat "$scratch/said")"; }

commit() {
  git add -A
  git -c user.name=Dev -c user.email=dev@example.com -c core.hooksPath=/dev/null commit -q -m "$1"
}

# The exit codes, 0, 1 and 2, and the words as they were given.
cd "$scratch/repository"
git init -q -b main .
cat >.cordon.yml <<'POLICY'
cordon: 1
policy: {id: npm, version: 1}
agents:
  "*": {status: denied}
zones:
  core:
    class: custom
    paths: ["core/**"]
    agents: denied
POLICY
commit 'Begin'
gives 0 "$cordon" check --all
mkdir core
echo x >'core/a b'
commit $'Change\n\nCo-authored-by: Claude <noreply@anthropic.com>'
gives 1 "$cordon" check --range HEAD~1..HEAD
says 'core/a b'
gives 2 "$cordon" check --range ''
gives 2 "$cordon" explain 'no such; rule'
says 'no such; rule'

# Standard input.
printf 'plain text\n' | "$cordon" scan --stdin >"$scratch/said" || fail 'scan --stdin'

# A signal reaches the program, and whoever waits sees it.
mkfifo "$scratch/pipe"
"$cordon" scan --stdin <"$scratch/pipe" >"$scratch/said" 2>&1 &
launcher=$!
exec 3>"$scratch/pipe"
program=
for _ in {1..100}; do
  program=$(ps -o pid= --ppid "$launcher" | tr -d ' ') || program=
  [ -z "$program" ] || break
  sleep 0.1
done
[ -n "$program" ] || fail 'the program did not start'
kill -TERM "$launcher"
for _ in {1..100}; do
  kill -0 "$launcher" 2>/dev/null || break
  sleep 0.1
done
! kill -KILL "$launcher" "$program" 2>/dev/null || fail 'a signal does not end the launcher'
code=0
wait "$launcher" || code=$?
exec 3>&-
[ "$code" = 143 ] || fail "a launcher that was ended gave $code"
! kill -0 "$program" 2>/dev/null || fail 'the program outlives its launcher'

# Without the package of this platform there is no verdict.
rm -r "$scratch/install/node_modules/git-cordon-$platform"
gives 2 "$cordon" check --all
says 'is not here'

# Nothing runs when it is installed.
for package in "$dist"/git-cordon-*.tgz; do
  ! tar -xzOf "$package" package/package.json | grep -q '"scripts"' || fail "$package has scripts"
done
printf 'npm: the packages work\n'
