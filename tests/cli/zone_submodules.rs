//! Submodules at, above and below a zone, and what `.gitmodules` mounts there.

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("src/util/a.c", "int a;\n");
    sandbox.commit("A file by a person");
    sandbox
}

/// Puts a submodule at a path, at this revision.
fn mount(sandbox: &Sandbox, path: &str, revision: &str) {
    std::fs::create_dir_all(sandbox.path().join(path)).unwrap();
    let entry = format!("160000,{},{path}", sandbox.id(revision));
    sandbox.git(["update-index", "--add", "--cacheinfo", &entry]);
}

fn judged(sandbox: &Sandbox) -> Report {
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

fn paths(report: &Report) -> Vec<&str> {
    let found = report.of("zone-agent").into_iter();
    found.map(|row| row["path"].as_str().unwrap()).collect()
}

#[test]
fn a_new_submodule_at_above_or_below_a_zone_touches_it() {
    for path in ["src/crypto", "src/crypto/lib", "src/Crypto", "Src"] {
        let sandbox = sandbox();
        mount(&sandbox, path, "HEAD");
        let report = judged(&sandbox);
        assert_eq!(paths(&report), [path], "{:#}", report.json);
    }
    let sandbox = sandbox();
    sandbox.git(["rm", "-rq", "src"]);
    mount(&sandbox, "src", "HEAD");
    let report = judged(&sandbox);
    assert_eq!(paths(&report), ["src"], "{:#}", report.json);
    assert_eq!(
        report.of("zone-agent")[0]["message"],
        "claude-code added a submodule that reaches, at `src`, the zone crypto (export)"
    );
}

#[test]
fn a_submodule_elsewhere_touches_nothing() {
    for path in ["lib", "src/lib", "src/cryptography"] {
        let sandbox = sandbox();
        mount(&sandbox, path, "HEAD");
        let report = judged(&sandbox);
        assert_eq!(report.code, 0, "{path}: {:#}", report.json);
    }
}

#[test]
fn a_submodule_that_moves_on_goes_or_becomes_a_file_touches_its_zone() {
    for (operation, path) in [
        (
            "git update-index --cacheinfo 160000,$(git rev-parse HEAD),src/crypto/lib",
            "src/crypto/lib",
        ),
        (
            "git rm -q --cached src/crypto/lib && rmdir src/crypto/lib",
            "src/crypto/lib",
        ),
        (
            "git rm -q --cached src/crypto/lib && rmdir src/crypto/lib && echo > src/crypto/lib",
            "src/crypto/lib",
        ),
    ] {
        let sandbox = sandbox();
        mount(&sandbox, "src/crypto/lib", "HEAD");
        sandbox.commit("A submodule by a person");
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        let report = judged(&sandbox);
        assert_eq!(paths(&report), [path], "{operation}: {:#}", report.json);
    }
}

#[test]
fn what_gitmodules_mounts_in_a_zone_touches_it() {
    let at =
        |path: &str, url: &str| format!("[submodule \"lib\"]\n\tpath = {path}\n\turl = {url}\n");
    let url = "https://x.example/lib";
    for (old, new, count) in [
        ("", &at("src/crypto/lib", url), 1),
        ("", &at("src", url), 1),
        ("", &at("SRC/Crypto", url), 1),
        ("", &at("lib", url), 0),
        (
            &at("src/crypto/lib", url),
            &at("src/crypto/lib", "https://y.example/lib"),
            1,
        ),
        (&at("src/crypto/lib", url), &at("lib", url), 1),
        (&at("lib", url), &at("lib", "https://y.example/lib"), 0),
        (
            &at("src/crypto/lib", url),
            &format!(
                "{}[submodule \"b\"]\n\tpath = b\n",
                at("src/crypto/lib", url)
            ),
            0,
        ),
    ] {
        let sandbox = sandbox();
        if !old.is_empty() {
            sandbox.write(".gitmodules", old);
            sandbox.commit("By a person");
        }
        sandbox.write(".gitmodules", new);
        let report = judged(&sandbox);
        assert_eq!(
            paths(&report).len(),
            count,
            "{old} {new}: {:#}",
            report.json
        );
    }
    let sandbox = sandbox();
    sandbox.write(".GitModules", at("src/crypto/lib", url));
    assert_eq!(paths(&judged(&sandbox)), [".GitModules"]);
    sandbox.write(".gitmodules", at("src/crypto/lib", url));
    sandbox.commit("By a person");
    sandbox.git(["rm", "-q", ".gitmodules"]);
    assert_eq!(paths(&judged(&sandbox)), [".gitmodules"]);
}

#[test]
fn a_section_that_git_takes_for_the_same_is_the_same() {
    for header in [
        "[submodule \"a\"]",
        "[SUBMODULE \"a\"]",
        "[submodule.a]",
        "[Submodule.A]",
        "[submodule \t\"a\"]",
        "[submodule \"\\a\"]",
    ] {
        let sandbox = sandbox();
        let good = "[submodule \"a\"]\n\tpath = src/crypto/sub\n\turl = https://x.example/a\n";
        sandbox.write(".gitmodules", good);
        sandbox.commit("By a person");
        let evil = format!("{good}{header}\n\turl = https://evil.example/a\n");
        sandbox.write(".gitmodules", evil);
        // What Git makes of it.
        let read = sandbox.shell("git config -f .gitmodules --get submodule.a.url");
        assert_eq!(read.stdout, "https://evil.example/a\n", "{header}");
        let report = judged(&sandbox);
        assert_eq!(
            paths(&report),
            [".gitmodules"],
            "{header}: {:#}",
            report.json
        );
        let gate = report.of("gate-tampered");
        let message = gate[0]["message"].as_str().unwrap();
        assert!(
            message.contains("the url of the submodule a was set"),
            "{message}"
        );
        assert_eq!(gate[0]["line"], 5, "{header}");
    }
}
