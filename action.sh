#!/usr/bin/env bash
# The GitHub action: finds the range of the event, has Cordon judge it, tells GitHub the verdict.
# action.yml hands everything over in variables. Exits with Cordon's code: 0 pass, 1 fail,
# 2 incomplete; also 2 where there is nothing to judge, since no verdict is not a pass.
set -euo pipefail

# What the checked repository says about objects and fetching is not ours to follow.
export GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1 GIT_TERMINAL_PROMPT=0

scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/cordon.XXXXXX")
cordon=cordon
# What `cordon check` is to judge, and in one sentence why.
selection=()
reason=
# The policy that is given, if one is; more words for `cordon check`, and those of them that say who signs policies.
policy=$INPUT_POLICY
extra=()
signers=()

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Text as the data of a workflow command.
escaped() {
  local text=${1//'%'/'%25'}
  text=${text//$'\r'/'%0D'}
  printf '%s' "${text//$'\n'/'%0A'}"
}

# Ends without a verdict.
give_up() {
  printf '::error title=Cordon::%s\n' "$(escaped "$1")"
  output verdict incomplete
  output exit-code 2
  output report-file ''
  exit 2
}

# The full id of the commit that $1 names; fails when it is not here.
commit() { git rev-parse --verify --quiet --end-of-options "$1^{commit}" 2>/dev/null; }

# No id at all, or the zeros that stand for one; of either length.
none() { [[ $1 =~ ^0*$ ]]; }

# Builds from the action's own files, in their directory: Cargo reads the configuration of where it
# stands, and the checkout that is judged must have no say in the build.
build() {
  command -v cargo >/dev/null ||
    give_up 'version "source" needs Rust and a C compiler on the runner'
  echo '::group::Build Cordon'
  (cd "$GITHUB_ACTION_PATH" && CARGO_TARGET_DIR=$scratch/target \
    cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$scratch" --no-track) ||
    give_up 'Cordon could not be built'
  echo '::endgroup::'
  cordon=$scratch/bin/cordon
}

# The target of the release for this runner.
release_target() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) printf x86_64-unknown-linux-gnu ;;
    Linux-aarch64) printf aarch64-unknown-linux-gnu ;;
    Darwin-x86_64) printf x86_64-apple-darwin ;;
    Darwin-arm64) printf aarch64-apple-darwin ;;
    *) return 1 ;;
  esac
}

# Whether a file has a SHA-256.
has_digest() {
  if command -v sha256sum >/dev/null; then
    printf '%s  %s\n' "$2" "$1" | sha256sum -c - >/dev/null 2>&1
  else
    printf '%s  %s\n' "$2" "$1" | shasum -a 256 -c - >/dev/null 2>&1
  fi
}

# Downloads version $1 of this action's own releases. What it must be stands in the action's own table, so that
# the commit that a workflow pins pins the program too; no other archive is unpacked.
download() {
  local target name digest archive=$scratch/release.tar.gz
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] ||
    give_up "version \"$1\": \"source\", \"system\" or a number such as 1.2.3 is meant"
  target=$(release_target) || give_up "there is no release for $(uname -s) $(uname -m); version \"source\" builds one"
  digest=$(awk -v version="$1" -v target="$target" '$1 == version && $2 == target { print $3 }' \
    "$GITHUB_ACTION_PATH/support/checksums.txt") || digest=
  [[ $digest =~ ^[0-9a-f]{64}$ ]] ||
    give_up "this commit of the action knows no version $1 for $target; see its support/checksums.txt"
  [ -n "$ACTION_REPOSITORY" ] || give_up "version \"$1\": the action of a checkout has no releases; \"source\" builds it"
  name=cordon-$1-$target
  # The tests read from a file; whatever it is read from, the digest is what counts.
  curl -q --proto '=https,file' --proto-redir '=https' -fsSL --retry 3 -o "$archive" -- \
    "$SERVER_URL/$ACTION_REPOSITORY/releases/download/v$1/$name.tar.gz" || give_up "$name.tar.gz could not be downloaded"
  has_digest "$archive" "$digest" || give_up "$name.tar.gz is not what support/checksums.txt says"
  tar -xzf "$archive" -C "$scratch" "$name/cordon" || give_up "$name.tar.gz could not be unpacked"
  cordon=$scratch/$name/cordon
}

install_cordon() {
  case $INPUT_VERSION in
    source) build ;;
    system)
      cordon=$(command -v cordon) || give_up 'version "system", and no cordon on the path' ;;
    *) download "$INPUT_VERSION" ;;
  esac
}

# Selects the commits of $2 that $1 lacks. Both must be here.
select_range() {
  local base head
  base=$(commit "$1") || give_up "base $1 is not in this checkout; set fetch-depth: 0"
  head=$(commit "$2") || give_up "head $2 is not in this checkout; set fetch-depth: 0"
  [ "$(git rev-list --count "$base..$head" --)" != 0 ] || return 1
  selection=(--range "$base..$head")
}

# Selects what $1 has and the default branch lacks; where that is nothing, all its history. The base is the
# default branch's tip, whose policy then judges also what was cut before there was one.
select_new() {
  local head trunk=refs/remotes/origin/$DEFAULT_BRANCH
  head=$(commit "$1") || give_up "head $1 is not in this checkout; set fetch-depth: 0"
  if [ -n "$DEFAULT_BRANCH" ] && commit "$trunk" >/dev/null && select_range "$trunk" "$head"; then
    reason="$reason; what $DEFAULT_BRANCH lacks"
    return
  fi
  [ "$(commit HEAD)" = "$head" ] ||
    give_up "no base for $head, and HEAD is another commit; give base and head"
  selection=(--all)
  reason="$reason; nothing that $DEFAULT_BRANCH lacks, so all its history"
}

select_push() {
  if ! none "$PUSH_BEFORE" && commit "$PUSH_BEFORE" >/dev/null &&
    select_range "$PUSH_BEFORE" "$PUSH_AFTER"; then
    reason='a push: what it added'
  else
    # A new branch or tag, a forced push whose old commit is gone, a reset to an older commit.
    reason='a push without a usable base'
    select_new "$PUSH_AFTER"
  fi
}

# Selects by the inputs, else by the event. An event that is not known here is an error: its commit
# may be another one than the change that it is about.
select_commits() {
  local base head
  case $GITHUB_EVENT_NAME in
    pull_request | pull_request_target) base=$PULL_BASE head=$PULL_HEAD ;;
    merge_group) base=$GROUP_BASE head=$GROUP_HEAD ;;
    push) base='' head=$PUSH_AFTER ;;
    workflow_dispatch | schedule | repository_dispatch | release) base='' head=$GITHUB_SHA ;;
    *) base='' head='' ;;
  esac
  base=${INPUT_BASE:-$base} head=${INPUT_HEAD:-$head}
  # A push that deletes a branch has zeros here.
  if none "$head"; then
    give_up "the event $GITHUB_EVENT_NAME names no commit that could be judged; give base and head"
  fi
  if [ -n "$base" ]; then
    none "$base" && give_up "base $base is no commit"
    reason="${INPUT_BASE:+the base that was given}"
    reason=${reason:-the event $GITHUB_EVENT_NAME}
    select_range "$base" "$head" || give_up "no commit in $base..$head: nothing judged is no pass"
  elif [ "$GITHUB_EVENT_NAME" = push ] && [ -z "$INPUT_HEAD" ]; then
    select_push
  elif [[ $GITHUB_EVENT_NAME =~ ^(pull_request|pull_request_target|merge_group)$ ]]; then
    give_up "the event $GITHUB_EVENT_NAME names no base; give base and head"
  else
    reason="the event $GITHUB_EVENT_NAME"
    select_new "$head"
  fi
}

# Runs a command whose words come from outside, and prints what it said: no line of that may be a workflow
# command, so these are off meanwhile.
shielded() {
  local token code=0
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  # Apart: what a server says while it is asked comes as an error, and is no answer of Cordon's.
  "$@" >"$scratch/said.txt" 2>"$scratch/told.txt" </dev/null || code=$?
  printf '::stop-commands::%s\n' "$token"
  cat "$scratch/said.txt" "$scratch/told.txt"
  printf '::%s::\n' "$token"
  return "$code"
}

# Whether the head's lock may name an address to ask. It is the change's own word: where the event runs with
# rights that the change has not, only the repository's own commit is asked.
may_read_head() {
  case $GITHUB_EVENT_NAME in
    pull_request) ;;
    merge_group | push | workflow_dispatch | schedule | repository_dispatch | release)
      [ -z "$INPUT_HEAD" ] ;;
    *) false ;;
  esac
}

# Finds who must have signed a policy among the arguments of the check: what is fetched is held to it too.
# An address would be neither fetched nor pinned by its id there.
find_signers() {
  local i by_input='name a policy by its address in the input "policy", not in "args"'
  for ((i = 0; i < ${#extra[@]}; i++)); do
    case ${extra[i]} in
      --policy=*://*) give_up "$by_input" ;;
      --policy) [[ ${extra[i + 1]-} != *://* ]] || give_up "$by_input" ;;
      --policy-signer=*) signers+=("${extra[i]}") ;;
      --policy-signer)
        signers+=("--policy-signer=${extra[i + 1]-}")
        i=$((i + 1)) ;;
    esac
  done
}

# Fetches the policy that an address names, and pins what was fetched by its id: by a branch's name an earlier job
# of this runner could have put anything into the store.
fetch_policy() {
  case $policy in
    *://*) ;;
    *) return 0 ;;
  esac
  shielded "$cordon" policy fetch "$policy" ${signers[@]+"${signers[@]}"} ||
    give_up "the policy $policy could not be fetched"
  policy=$(sed -n 's/^pinned: //p' "$scratch/said.txt")
  [[ $policy =~ ^[^[:cntrl:]]+'#'[0-9a-f]{40,64}:[^[:cntrl:]]+$ ]] ||
    give_up "cordon did not say which version of $INPUT_POLICY it fetched"
}

# Fetches the policies that locks name: the check never uses the network, and a fresh runner has none of them. What
# cannot be had the check tells, with the command that mends it.
fill_store() {
  local revisions=() revision
  if [ "${selection[0]}" = --range ]; then
    revisions=("${selection[1]%%..*}")
    ! may_read_head || revisions+=("${selection[1]##*..}")
  elif may_read_head; then
    revisions=(HEAD)
  fi
  for revision in ${revisions[@]+"${revisions[@]}"}; do
    git cat-file -e "$revision:.cordon.lock" 2>/dev/null || continue
    shielded "$cordon" policy lock --of "$revision" ${signers[@]+"${signers[@]}"} || true
  done
}

# Runs Cordon. The report's text comes from commits: no line of it may be a workflow command,
# so these are off while it is printed. The format "github" consists of them and escapes its own.
run_check() {
  local arguments=(check "${selection[@]}" --format "$INPUT_FORMAT" --output "json=$scratch/report.json")
  local token code=0
  [ -z "$policy" ] || arguments+=(--policy "$policy")
  # The bash of macOS takes an empty array for an unset variable.
  arguments+=(${extra[@]+"${extra[@]}"})
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  [ "$INPUT_FORMAT" = github ] || printf '::stop-commands::%s\n' "$token"
  "$cordon" "${arguments[@]}" >"$scratch/report.txt" 2>"$scratch/errors.txt" || code=$?
  cat "$scratch/report.txt" "$scratch/errors.txt"
  [ "$INPUT_FORMAT" = github ] || printf '::%s::\n' "$token"
  return "$code"
}

# The report's own verdict. A quote inside a JSON string is escaped, so no commit can fake the key.
verdict() {
  grep -oE '"verdict": ?"(pass|fail|incomplete)"' "$scratch/report.json" 2>/dev/null |
    head -n 1 | grep -oE 'pass|fail|incomplete'
}

# The report as plain text in the summary: foreign text must not become Markdown or HTML.
summary() {
  [ -n "${GITHUB_STEP_SUMMARY:-}" ] || return 0
  {
    printf '### Cordon: %s\n\n<pre>\n' "$1"
    # A summary may have 1 MiB, and escaping makes a text longer.
    head -c 200000 "$scratch/report.txt" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'
    printf '\n</pre>\n'
  } >>"$GITHUB_STEP_SUMMARY"
}

main() {
  local code=0 said
  install_cordon
  cd -- "$INPUT_WORKING_DIRECTORY" || give_up "no directory $INPUT_WORKING_DIRECTORY"
  [ -n "$(git rev-parse --git-dir 2>/dev/null)" ] ||
    give_up "$INPUT_WORKING_DIRECTORY is no Git checkout, or belongs to another user"
  select_commits
  printf 'Cordon judges %s (%s).\n' "${selection[*]}" "$reason"
  IFS=$' \t\n' read -r -d '' -a extra <<<"$INPUT_ARGS" || true
  find_signers
  fetch_policy
  fill_store
  run_check || code=$?
  said=$(verdict) || said=incomplete
  # A code that no report bears out is no verdict.
  [ "$said" != incomplete ] || [ "$code" != 0 ] || code=2
  output verdict "$said"
  output exit-code "$code"
  output report-file "$([ -f "$scratch/report.json" ] && printf '%s' "$scratch/report.json")"
  summary "$said"
  exit "$code"
}

main
