#!/bin/sh
# What CI runs on every change of this repository, on any platform: ci/check.sh [BASE | --onto TIP]
# BASE is the commit that the change starts from; what it changes is then told. Zeros alone are none: so
# platforms write what was before a new branch.
# TIP is what the change will be merged into: what is told is told from where the change left it, and a policy that is
# changed has a version above TIP's.
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

# The id of the commit that is named.
commit() {
  if ! git rev-parse --verify --quiet --end-of-options "$1^{commit}"; then
    echo "ci/check.sh: $1 is no commit that is here" >&2
    return 2
  fi
}

case ${1:-} in
  --onto)
    tip=$(commit "${2:-}")
    # Only where it is one: a policy that is as one of several was can be another's, taken back.
    base=$(git merge-base --all "$tip" HEAD) || base=$tip
    base=$(commit "$base" 2>/dev/null) || base=$tip
    ;;
  *[!0]*)
    tip=$(commit "$1")
    base=$tip
    ;;
  *) exit 0 ;;
esac
before=$(git ls-tree --name-only "$tip" policy.yml)
if [ -z "$before" ]; then
  echo "ci/check.sh: there was no policy before"
  exit 0
fi
before=$(git ls-tree --name-only "$base" policy.yml)
[ -n "$before" ] || base=$tip
old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
git show "$base:./policy.yml" >"$old/base.yml"
git show "$tip:./policy.yml" >"$old/tip.yml"
cordon policy diff "$old/base.yml" policy.yml
if cmp -s "$old/base.yml" policy.yml || cmp -s "$old/tip.yml" policy.yml; then
  exit 0
fi
told=$(cordon policy diff "$old/tip.yml" policy.yml)
if ! printf '%s\n' "$told" | grep -q '^stricter: policy\.version$'; then
  echo "ci/check.sh: policy.yml changed: raise policy.version" >&2
  exit 1
fi
