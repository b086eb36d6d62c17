#!/bin/sh
# row: 27
# evasion: The check is not required, renamed, or skipped by a path filter
# stages: C
# met: A ruleset requires the workflow from a repository that the change cannot reach, by one name at every event and without a filter or a condition (`policies/example-org/`). A change of a workflow that calls Cordon is a finding, and an agent's blocks.
# remains: Whoever administers the platform can always take the check away. Without the ruleset a person's change of the workflow is only warned of.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# checked NAME: a repository whose workflow NAME calls a program.
checked() {
  begin
  write ".github/workflows/$1.yml" 'on:' '  pull_request:' 'jobs:' "  $1:" '    runs-on: ubuntu-24.04' \
    '    steps:' "      - run: $1 check"
  person 'A workflow'
  git tag -f base >/dev/null
}

# edited NAME EXPRESSION: an agent edits it.
edited() {
  checked "$1"
  sed "$2" ".github/workflows/$1.yml" >edited
  mv edited ".github/workflows/$1.yml"
  agent 'Another workflow'
}

renamed_job() { edited cordon 's/^  cordon:/  checks:/'; }
renamed_job_twin() { edited lint 's/^  lint:/  checks:/'; }

path_filter() { edited cordon "s|^  pull_request:|  pull_request: {paths: ['docs/**']}|"; }
path_filter_twin() { edited lint "s|^  pull_request:|  pull_request: {paths: ['docs/**']}|"; }

condition() { edited cordon 's/^    steps:/    if: false\n    steps:/'; }
condition_twin() { edited lint 's/^    steps:/    if: false\n    steps:/'; }

removed_check() {
  checked "$1"
  git rm -q ".github/workflows/$1.yml"
  agent 'No workflow'
}
removed() { removed_check cordon; }
removed_twin() { removed_check lint; }

# another_job NAME: a second job of that name, which always passes.
another_job() {
  checked cordon
  write .github/workflows/other.yml 'on:' '  pull_request:' 'jobs:' "  $1:" '    runs-on: ubuntu-24.04' \
    '    steps:' "      - run: 'true'"
  agent 'Another job'
}
the_same_name() { another_job cordon; }
the_same_name_twin() { another_job lint; }

main renamed-job path-filter condition removed the-same-name -- "$@"
