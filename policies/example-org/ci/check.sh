#!/bin/sh
# What CI runs on every change of this repository, on any platform: ci/check.sh [BASE]
# BASE is the commit that the change starts from; what it changes is then told.
set -eu

for file in policy.yml waivers/*.yml tests/*.yml; do
  if [ -e "$file" ]; then
    cordon policy check "$file"
  fi
done

# Each thing that the policy says is relaxed in turn: a test must see it.
cordon policy test policy.yml --mutate

if [ -n "${1:-}" ]; then
  old=$(mktemp)
  trap 'rm -f "$old"' EXIT
  git show "$1:./policy.yml" >"$old"
  cordon policy diff "$old" policy.yml
fi
