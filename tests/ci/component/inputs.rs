//! What a user of the component may say.

use super::{Project, merge_request};

#[test]
fn a_wrong_input_is_refused_before_a_job_runs() {
    let Some(project) = Project::new() else {
        return;
    };
    let job = merge_request(&project.forge, "docs");
    let wrong = [
        "{}",
        "{version: latest}",
        "{version: '1.2'}",
        "{version: v1.2.3}",
        "{version: abc123}",
        "{version: \"1.2.3'; touch pwned; '\"}",
        "{version: \"system\\ntouch pwned\"}",
        "{version: system, repository: \"https://a.example/'$(touch pwned)\"}",
        "{version: system, repository: 'ext::touch pwned'}",
        "{version: system, policy: \"x' && touch pwned '\"}",
        "{version: system, policy: --exit-zero}",
        "{version: system, args: touch pwned}",
        "{version: system, args: \"--quiet'; touch pwned; '\"}",
        "{version: system, args: --quiet $(touch pwned)}",
        "{version: system, args: --quiet > pwned}",
        "{version: system, fail-on: never}",
        "{version: system, fetch: maybe}",
        "{version: system, git-depth: all}",
        "{version: system, junit-file: ../pwned}",
        "{version: system, junit-file: -rf}",
        "{version: system, page-file: \"a' pwned '\"}",
        "{version: system, codequality-file: ''}",
    ];
    for inputs in wrong {
        let said = project.run("docs", &job, inputs);
        assert_eq!(said.code, 1, "{inputs}: {}", said.stdout);
        let all = &said.stdout;
        assert!(all.contains("configuration is invalid"), "{inputs}: {all}");
        assert!(!all.contains("starting"), "{inputs}: {all}");
        assert!(!project.checkout().join("pwned").exists(), "{inputs}");
    }
}

#[test]
fn each_input_has_its_say() {
    let Some(project) = Project::new() else {
        return;
    };
    let job = merge_request(&project.forge, "docs");
    let inputs = "{version: system, stage: deploy, job-name: 'acme: cordon', args: --format concise --quiet *, \
                  codequality-file: a.json, junit-file: b.xml, secrets-file: c.json, page-file: d.html}";
    // A star is no file name of the checkout, and no argument of Cordon's.
    let said = project.run("docs", &job, inputs);
    assert!(
        said.stdout.contains("configuration is invalid"),
        "{}",
        said.stdout
    );
    project.include(&inputs.replace(" *", ""));
    let said = project.pipeline(&job, &[]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("(deploy)"), "{}", said.stdout);
    assert!(!said.stdout.contains("gate-tampered"), "{}", said.stdout);
    for name in ["a.json", "b.xml", "c.json", "d.html"] {
        assert_ne!(project.left(name), "", "{name}");
    }
    assert_eq!(project.left("cordon.xml"), "");
}

#[test]
fn no_input_with_a_pattern_may_be_empty_by_default() {
    // GitLab holds an empty text to match no pattern, and refuses the whole pipeline.
    let template = super::ours("templates/cordon.yml");
    let (spec, _) = template.split_once("\n---\n").unwrap();
    assert!(spec.contains("default: repository"));
    for default in spec
        .lines()
        .filter(|line| line.trim().starts_with("default:"))
    {
        let value = default.trim().trim_start_matches("default:").trim();
        assert!(!["''", "\"\""].contains(&value), "{default}");
    }
}
