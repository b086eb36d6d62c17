#!/usr/bin/env bash
# The GitHub action: brings Cordon, and has `cordon ci` judge the event.
# action.yml hands everything over in variables. Exits with Cordon's code: 0 pass, 1 fail,
# 2 incomplete; also 2 where there is no report, since no verdict is not a pass.
set -euo pipefail

# Nobody sits before a job.
export GIT_TERMINAL_PROMPT=0

# From here on a variable of this shell alone: no program that runs here inherits it.
token=$INPUT_TOKEN
unset INPUT_TOKEN

scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/cordon.XXXXXX")
cordon=cordon

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

# What `cordon ci` is asked, one word an element.
arguments=()

# An option for each input that is given, and a switch for each that is "true" or "false".
find_arguments() {
  local extra=()
  arguments=(ci --format "$INPUT_FORMAT" --output "json=$scratch/report.json")
  [ -z "$INPUT_SARIF_FILE" ] ||
    arguments+=(--output "sarif=$scratch/report.sarif" --output "sarif=$INPUT_SARIF_FILE")
  [ -z "$INPUT_BASE" ] || arguments+=("--base=$INPUT_BASE")
  [ -z "$INPUT_HEAD" ] || arguments+=("--head=$INPUT_HEAD")
  [ -z "$INPUT_POLICY" ] || arguments+=("--policy=$INPUT_POLICY")
  [ -z "$INPUT_APPROVALS" ] || arguments+=("--approvals=$INPUT_APPROVALS")
  ! is_set fetch "$INPUT_FETCH" || arguments+=(--fetch)
  is_set annotations "$INPUT_ANNOTATIONS" || arguments+=(--no-annotations)
  is_set summary "$INPUT_SUMMARY" || arguments+=(--no-summary)
  IFS=$' \t\n' read -r -d '' -a extra <<<"$INPUT_ARGS" || true
  # The bash of macOS takes an empty array for an unset variable.
  arguments+=(${extra[@]+"${extra[@]}"})
}

is_set() {
  case $2 in
    true) ;;
    false) return 1 ;;
    *) give_up "$1 is \"true\" or \"false\", not \"$2\"" ;;
  esac
}

# Runs `cordon` in the checkout. Where it may fetch, Git gets the token, for this server alone: Cordon hands it to what
# asks the checkout's own remote, and to nothing else. The empty one takes the place of what the checkout may have kept,
# since a server refuses who says twice who he is.
judge() {
  local key value
  if [ "$INPUT_FETCH" != true ] || [ -z "$token" ] || [ -z "$SERVER_URL" ]; then
    "$cordon" "${arguments[@]}"
    return
  fi
  key=http.$SERVER_URL/.extraheader
  value=$(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n') || give_up 'no base64 on the runner'
  GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=$key GIT_CONFIG_VALUE_0='' \
    GIT_CONFIG_KEY_1=$key GIT_CONFIG_VALUE_1="AUTHORIZATION: basic $value" "$cordon" "${arguments[@]}"
}

# The SARIF file, if it holds what Cordon wrote in this run. Where Cordon could write none, the change may have brought one
# of its own by that name.
sarif_file() {
  if [ -n "$INPUT_SARIF_FILE" ] && [ -s "$scratch/report.sarif" ] &&
    cmp -s -- "$scratch/report.sarif" "$INPUT_SARIF_FILE"; then
    printf '%s' "$INPUT_SARIF_FILE"
  fi
}

main() {
  local code=0
  install_cordon
  cd -- "$INPUT_WORKING_DIRECTORY" || give_up "no directory $INPUT_WORKING_DIRECTORY"
  find_arguments
  # It writes its verdict and counts to the outputs itself, and no line of its log is a command but its own.
  judge || code=$?
  [ -s "$scratch/report.json" ] || give_up 'Cordon gave no report'
  output report-file "$scratch/report.json"
  output sarif-file "$(sarif_file)"
  output cordon-version "$("$cordon" --version | cut -d ' ' -f 2)"
  exit "$code"
}

main
