# What the release's scripts share. Sourced by them, at the top of the work tree.
# shellcheck shell=bash

# What a release is built for. Windows is not among them: Cordon does not build there.
# shellcheck disable=SC2034 # those that source this use it
TARGETS=(x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-apple-darwin aarch64-apple-darwin)

fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The version that Cargo.toml says.
version() { sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1; }

# The address of the repository that Cargo.toml says; empty where it says none.
repository() { sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml | head -n 1; }

# Dates what is made by the commit, so that it is the same at any time.
release_date() {
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  export SOURCE_DATE_EPOCH
}

# Sets how the compiler is called for a target. Every build of a release goes by this, so that the
# archive, the wheel and the packages hold the same program.
compiler_flags() {
  local flags="--remap-path-prefix=$PWD=/cordon"
  flags+=" --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
  case $1 in
    # No shared library at all: a hook must start wherever the program is copied to.
    *-linux-*) flags+=' -C target-feature=+crt-static' ;;
  esac
  export RUSTFLAGS=$flags
  release_date
}
