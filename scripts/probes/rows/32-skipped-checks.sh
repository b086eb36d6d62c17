#!/bin/sh
# row: 32
# evasion: Words by which a platform skips its checks: skip-checks: true, [skip ci]
# stages: C R
# met: The policy forbids them in messages and trailers.
# remains: A platform may read other words than the policy names.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

said() {
  begin
  echo 'int more;' >>src/util/list.c
  git add -A
  printf '%b' "$1" | git commit -q --no-verify --cleanup=verbatim -F -
}
trailer() { said 'Change\n\nskip-checks: true\n'; }
trailer_twin() { said 'Change\n\nThis has no reason to skip the checks.\n'; }
subject() { said 'Change [skip ci]\n'; }
subject_twin() { said 'Change [ci]\n'; }
other_case() { said 'Change\n\nSkip-Checks:true\n'; }
other_case_twin() { said 'Change\n\nReviewed-by: Bob <bob@acme.example>\n'; }

main trailer subject other-case -- "$@"
