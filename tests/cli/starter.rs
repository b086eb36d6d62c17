//! `cordon policy init`: a first policy, made of what a repository has.

use std::os::unix::ffi::OsStrExt as _;

use crate::support::{CLAUDE, Sandbox};

/// What `policy init` would write, held to what every first policy keeps.
fn starter(sandbox: &Sandbox) -> String {
    let said = sandbox.cordon(["policy", "init", "--stdout"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = said.stdout;
    assert_eq!(sandbox.cordon(["policy", "init", "--stdout"]).stdout, text);

    let file = sandbox.outside("starter.yml");
    std::fs::write(&file, &text).unwrap();
    let file = file.to_str().unwrap();
    let said = sandbox.cordon(["policy", "check", file]);
    assert_eq!(said.stdout, format!("{file}: good\n"), "{text}");
    assert_eq!(said.code, 0);
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "# yaml-language-server: $schema=.cordon/policy-v1.json"
    );
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(110), "{text}");
    for line in text.lines() {
        assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
    }
    assert_schema(&text);
    text
}

/// An editor finds nothing wrong with it either.
fn assert_schema(text: &str) {
    use cordon::policy::yaml::{Limits, canonical_json, parse};
    let mut problems = Vec::new();
    let node = parse(0, text.as_bytes(), &Limits::REPOSITORY, &mut problems).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let json = serde_json::from_str(&canonical_json(&node)).unwrap();
    let schema = cordon::policy::policy_schema(&cordon::check::vocabulary());
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&json)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
}

/// The patterns of a policy, those in comments too.
fn patterns(text: &str) -> Vec<String> {
    let items = text.lines().filter_map(|line| {
        let item = line.trim_start_matches([' ', '#']).strip_prefix("- \"")?;
        Some(item.split_once('"')?.0.to_owned())
    });
    items.collect()
}

/// With everything that is suggested taken in it is a good policy too.
fn assert_suggestions_are_good(sandbox: &Sandbox, text: &str) {
    let taken: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("  #") {
            Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => format!("  {rest}"),
            _ if line == "#agents:" || line.starts_with("#  ") && !line.contains("mkdir") => {
                line[1..].to_owned()
            }
            _ => line.to_owned(),
        })
        .collect();
    let taken = taken.join("\n") + "\n";
    let file = sandbox.outside("taken.yml");
    std::fs::write(&file, &taken).unwrap();
    let said = sandbox.cordon(["policy", "check", file.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}\n{taken}", said.stdout);
    assert!(
        said.stdout.ends_with("taken.yml: good\n"),
        "{}\n{taken}",
        said.stdout
    );
    assert!(taken.contains("\nagents:\n"), "{taken}");
}

#[test]
fn an_empty_repository_gets_a_policy_too() {
    let sandbox = Sandbox::new();
    let text = starter(&sandbox);
    assert!(text.contains("0 tracked files and 0 commits"), "{text}");
    assert_eq!(patterns(&text), [".cordon.yml"]);
    assert_suggestions_are_good(&sandbox, &text);
}

#[test]
fn a_rust_repository() {
    let sandbox = Sandbox::new();
    for path in [
        "Cargo.toml",
        "build.rs",
        "rust-toolchain.toml",
        ".github/workflows/ci.yml",
        ".github/dependabot.yml",
        "src/lib.rs",
        "src/Crypto/aes.rs",
        "src/Crypto/README.md",
        "src/tls.rs",
        "src/mod.rs",
        "docs/crypto/index.md",
        "tests/tls/handshake.rs",
        "CLAUDE.md",
    ] {
        sandbox.write(path, "x\n");
    }
    sandbox.write(
        ".github/CODEOWNERS",
        "* @acme/all\n/src/Crypto/ @acme/crypto lead@acme.example\n",
    );
    sandbox.commit("feat: begin\n\nSigned-off-by: Ada Dev <ada@acme.example>");
    sandbox.write("src/lib.rs", "y\n");
    sandbox.commit(&format!("fix: a\n\n{CLAUDE}"));
    let text = starter(&sandbox);
    assert_eq!(
        patterns(&text),
        [
            ".cordon.yml",
            "**/CODEOWNERS",
            ".github/dependabot.yml",
            "**/rust-toolchain.toml",
            "src/Crypto/**",
            "src/tls.rs",
            "**/Cargo.toml",
        ]
    );
    for part in [
        "# Here in `build`: **/build.rs (1)",
        "# Here in `ci`: .github/workflows/** (1)",
        "# Here in `agent-config`: **/CLAUDE.md (1)",
        "# .github/CODEOWNERS has as owners: @acme/crypto (2), lead@acme.example (2), @acme/all (1)",
        "# Of the last 2 commits 1 names an agent:",
        "#  claude-code: {status: approved}          # 1 commit",
        "# 1 of the last 2 commits are signed off",
        "- {key: Signed-off-by, naming: agent}",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_suggestions_are_good(&sandbox, &text);
}

#[test]
fn a_node_repository() {
    let sandbox = Sandbox::new();
    for path in [
        "package.json",
        "vite.config.ts",
        ".husky/pre-commit",
        "server/auth/login.ts",
        "server/payments/stripe.ts",
        ".cursorrules",
        "prisma/schema.prisma",
        "prisma/migrations/1/migration.sql",
        "docker-compose.yml",
    ] {
        sandbox.write(path, "x\n");
    }
    sandbox.commit("feat: begin");
    let text = starter(&sandbox);
    assert_eq!(
        patterns(&text),
        [
            ".cordon.yml",
            ".husky/**",
            "**/vite.config.*",
            "**/.cursorrules",
            "**/schema.prisma",
            "prisma/migrations/**",
            "**/docker-compose.yml",
            "server/payments/**",
            "server/auth/**",
            "**/package.json",
        ]
    );
    for zone in [
        "  #payments:",
        "  #access:",
        "  #packages:",
        "  migrations:",
        "  deploy:",
    ] {
        assert!(text.lines().any(|line| line == zone), "{zone}\n{text}");
    }
    assert!(!text.contains("Signed-off-by"), "{text}");
    assert_suggestions_are_good(&sandbox, &text);
}

#[test]
fn a_python_repository_with_alembic() {
    let sandbox = Sandbox::new();
    for path in [
        "pyproject.toml",
        "setup.py",
        "noxfile.py",
        "alembic.ini",
        "alembic/env.py",
        "alembic/versions/1_begin.py",
        ".gitlab-ci.yml",
        "infra/terraform/main.tf",
        "app/billing.py",
    ] {
        sandbox.write(path, "x\n");
    }
    sandbox.commit("feat: begin");
    let text = starter(&sandbox);
    assert_eq!(
        patterns(&text),
        [
            ".cordon.yml",
            "**/noxfile.py",
            "**/alembic.ini",
            "alembic/**",
            "**/*.tf",
            "app/billing.py",
            "**/pyproject.toml",
        ]
    );
    assert!(
        text.contains("# Here in `ci`: .gitlab-ci.yml (1)"),
        "{text}"
    );
}

#[test]
fn a_repository_of_many_parts_gets_one_pattern_for_one_name() {
    let sandbox = Sandbox::new();
    for part in 0..9 {
        sandbox.write(&format!("services/s{part}/migrations/1.sql"), "x\n");
        sandbox.write(&format!("services/s{part}/src/tls.go"), "x\n");
    }
    sandbox.commit("feat: begin");
    let text = starter(&sandbox);
    assert_eq!(
        patterns(&text),
        [".cordon.yml", "**/tls.*", "**/migrations/**"]
    );
    assert!(text.contains("# 9 files"), "{text}");
}

/// Every file that has such a name is in the zone, whatever else is in the name.
#[test]
fn a_folder_named_like_a_build_file_is_none() {
    let sandbox = Sandbox::new();
    sandbox.write("src/build/main.zig", "x");
    sandbox.write("internal/workspace/a.go", "x");
    sandbox.commit("One");
    let text = starter(&sandbox);
    assert!(
        !text.contains("BUILD") && !text.contains("WORKSPACE"),
        "{text}"
    );
    sandbox.write("lib/BUILD", "x");
    sandbox.commit("Two");
    assert!(starter(&sandbox).contains("\"**/BUILD\""));
}

#[test]
fn hostile_names_become_patterns_that_cover_them() {
    let sandbox = Sandbox::new();
    let names: [&[u8]; 6] = [
        b"a b/crypto/x.c",
        b"quo\"te'/crypto/x.c",
        b"new\nline\n  evil: true/crypto/x.c",
        b"no\xff utf8\x1b[2J/crypto/x.c",
        b"[g]*l?o{b,c}!/crypto/x.c",
        b"#\\back: - *a &b/crypto/x.c",
    ];
    for name in names {
        let path = sandbox.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x\n").unwrap();
    }
    sandbox.commit("feat: begin");
    let text = starter(&sandbox);
    assert_eq!(patterns(&text).len(), 7, "{text}");
    sandbox.write(".cordon.yml", &text);
    sandbox.commit("chore: add a policy");
    for name in names {
        let mut args = vec![
            std::ffi::OsStr::new("explain"),
            std::ffi::OsStr::new("--path"),
        ];
        args.push(std::ffi::OsStr::from_bytes(name));
        let said = sandbox.cordon(args);
        assert!(
            said.stdout.contains("zone      crypto (crypto), by"),
            "{}",
            said.stdout
        );
    }
}

#[test]
fn a_name_that_looks_like_a_secret_is_not_written_down() {
    let sandbox = Sandbox::new();
    let token = format!("ghp_{}", "a1Bx2c7Dk4e5Fw6g9Hz8i3Jp0kQ1Lv2mY3No");
    sandbox.write(&format!("{token}/crypto/x.c"), "x\n");
    sandbox.commit("feat: begin");
    let text = starter(&sandbox);
    assert!(!text.contains(&token[4..]), "{text}");
    assert!(text.contains("Left out: 1 name"), "{text}");
}

/// What the first policy finds warns: it stops nobody who was not stopped before.
#[test]
fn the_verdict_on_a_history_stays_the_same() {
    let sandbox = Sandbox::new();
    for path in [
        "src/tls.c",
        "Makefile",
        "ci/run",
        "migrations/1.sql",
        ".travis.yml",
    ] {
        sandbox.write(path, "x\n");
        sandbox.commit("feat: by a person\n\nSigned-off-by: Ada Dev <ada@acme.example>");
        sandbox.write(path, "y\n");
        sandbox.commit(&format!(
            "feat: by an agent\n\n{CLAUDE}\nSigned-off-by: Claude <noreply@anthropic.com>"
        ));
        sandbox.write(path, "z\n");
        sandbox.commit(
            "feat: a mark\n\n\u{1F916} Generated with [Claude Code](https://claude.ai/code)",
        );
    }
    let before = sandbox.report(&["--all"]);
    let said = sandbox.cordon(["policy", "init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox.commit("chore: add a policy");
    let after = sandbox.report(&["--all"]);
    assert_eq!((before.verdict(), after.verdict()), ("pass", "pass"));
    assert!(after.of("zone-agent").len() > before.of("zone-agent").len());
    assert!(!after.of("trailer-missing").is_empty());
    assert!(!after.of("trailer-forbidden").is_empty());
}

#[test]
fn init_writes_once_and_over_a_policy_only_when_told() {
    let sandbox = Sandbox::with_commit();
    let sub = sandbox.path().join("sub");
    std::fs::create_dir(&sub).unwrap();
    let said = crate::support::said(
        sandbox
            .command(crate::support::CORDON, &sub)
            .args(["policy", "init"]),
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let path = sandbox.path().join(".cordon.yml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, sandbox.cordon(["policy", "init", "--stdout"]).stdout);

    std::fs::write(&path, "cordon: 1\n").unwrap();
    let said = sandbox.cordon(["policy", "init"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--force"), "{}", said.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "cordon: 1\n");
    assert_eq!(sandbox.cordon(["policy", "init", "--force"]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("README", &path).unwrap();
    assert_eq!(sandbox.cordon(["policy", "init", "--force"]).code, 2);
    assert_eq!(
        std::fs::read_to_string(sandbox.path().join("README")).unwrap(),
        "hello\n"
    );
    assert_eq!(
        sandbox
            .cordon(["policy", "init", "--repo", "/nowhere"])
            .code,
        2
    );
}

#[test]
fn what_is_not_tracked_is_not_looked_at() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("crypto/x.c", "x\n");
    assert_eq!(patterns(&starter(&sandbox)), [".cordon.yml"]);
    sandbox.stage();
    assert_eq!(patterns(&starter(&sandbox)), [".cordon.yml", "crypto/**"]);
}
