//! How fast texts are scanned, and how long the engine takes to start.

use cordon::secret::Engine;
use cordon::text::Redact as _;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// 1 MiB that looks like source: identifiers, strings, URLs, digests.
fn source() -> Vec<u8> {
    const LINES: [&str; 8] = [
        "fn handle(request: &Request, state: &mut State) -> Result<Response, Error> {\n",
        "    let token = request.header(\"authorization\").ok_or(Error::Missing)?;\n",
        "    // See https://docs.rs/http/latest/http/ for what a header may hold.\n",
        "    state.cache.insert(key.clone(), value.into_iter().map(String::from).collect());\n",
        "checksum = \"5f0c6d1d1d6b0f5c7a58c1a1c6a1f4d0a6c8e1b7f0e4f3a2b1c0d9e8f7a6b5c4\"\n",
        "    assert_eq!(api_org.secret_name(), \"primary\", \"the account has one\");\n",
        "\n",
        "}\n",
    ];
    LINES
        .concat()
        .into_bytes()
        .into_iter()
        .cycle()
        .take(1 << 20)
        .collect()
}

#[divan::bench]
fn one_mebibyte_of_source(bencher: divan::Bencher<'_, '_>) {
    let text = source();
    bencher
        .counter(BytesCount::of_slice(&text))
        .bench_local(|| Engine::builtin().secrets(divan::black_box(&text)));
}

#[divan::bench]
fn one_subject() -> usize {
    let subject = b"fix(radio): keep the token out of the log (#1234)";
    Engine::builtin().secrets(divan::black_box(subject)).len()
}

/// What `Engine::builtin` does once a run.
#[divan::bench]
fn start() -> Engine {
    Engine::fresh()
}
