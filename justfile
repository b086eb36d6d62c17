# One word a task. `just` alone lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]

_default:
    @just --list --unsorted

# Build the debug binary.
build:
    cargo build --locked

# Install what the tests need, and run them.
test:
    scripts/test.sh

# Clippy on everything; warnings fail.
lint:
    cargo clippy --locked --all-targets --all-features -- -D warnings

# Format the sources.
fmt:
    cargo fmt
    cargo fmt --manifest-path fuzz/Cargo.toml

# Build the library's documentation.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# Write the generated files anew: rule pages, schemas.
generate:
    CORDON_GENERATE=1 cargo test --locked generated

# Benchmarks, and the start-up of the release binary against git.
bench:
    cargo bench --locked
    cargo build --locked --release
    scripts/bench/startup.sh target/release/cordon

# Each fuzz target for SECONDS.
fuzz SECONDS="60":
    scripts/fuzz.sh {{ SECONDS }}

# Licences, advisories, sources of the dependencies (needs cargo-deny and the network).
deny:
    cargo deny --locked check

# The whole gate, as CI runs it.
ci:
    .ci/run
