#!/bin/sh
# What CI runs on every change of this repository, on any platform: ci/check.sh [BASE]
# BASE is the commit that the change starts from; what it changes is then told. Zeros alone are none: so
# platforms write what was before a new branch.
set -eu

for file in policy.yml tests/*.yml; do
  if [ -e "$file" ]; then
    cordon policy check "$file"
  fi
done

# Each waiver must count: it is whole and approved. One that has run out is told, and stays until somebody takes it away.
for file in waivers/*.yml waivers/*.yaml; do
  if [ -e "$file" ]; then
    cordon waiver verify --policy policy.yml
    break
  fi
done

# Each thing that the policy says is relaxed in turn: a test must see it.
cordon policy test policy.yml --mutate

case ${1:-} in
  *[!0]*) ;;
  *) exit 0 ;;
esac
if ! base=$(git rev-parse --verify --quiet --end-of-options "$1^{commit}"); then
  echo "ci/check.sh: $1 is no commit that is here" >&2
  exit 2
fi
before=$(git ls-tree --name-only "$base" policy.yml)
if [ -z "$before" ]; then
  echo "ci/check.sh: there was no policy before"
  exit 0
fi
old=$(mktemp)
trap 'rm -f "$old"' EXIT
git show "$base:./policy.yml" >"$old"
told=$(cordon policy diff "$old" policy.yml)
printf '%s\n' "$told"
if ! cmp -s "$old" policy.yml && ! printf '%s\n' "$told" | grep -q '^stricter: policy\.version$'; then
  echo "ci/check.sh: policy.yml changed: raise policy.version" >&2
  exit 1
fi
