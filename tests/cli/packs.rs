//! Packs on real repositories: extended by a repository or given as the organisation's, alone and together.

use serde_json::Value;

use crate::support::{CLAUDE, Report, Sandbox};

/// The decision on the newest commit of an agent that adds a file, under a policy that builds on these packs.
fn added(packs: &str, path: &str, text: &str) -> Report {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: [{packs}]\n"));
    sandbox.write(path, text);
    sandbox.commit(&format!("Add\n\n{CLAUDE}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

/// `zone decision`, for each finding of `zone-agent`.
fn zones(report: &Report) -> Vec<String> {
    let found = report.of("zone-agent");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    found
        .iter()
        .map(|one| format!("{} {}", word(&one["zone"]), word(&one["decision"])))
        .collect()
}

/// A pack, the path of a file that an agent adds, its text, and the zone with what is decided.
const CASES: &str = "\
pci-dss        | lib/a.rb              | CONTAINS CARDHOLDER DATA | pci-labelled blocked
pci-dss        | app/cardholder/a.rb   | a                        | pci-labelled blocked
pci-dss        | app/payments/a.rb     | a                        | pci-names warned
pci-dss        | drivers/pci/probe.c   | a                        |
pci-dss        | src/git/checkout/a.c  | a                        |
pci-dss        | docs/payments/a.html  | a                        |
pci-dss        | app/payments/A.md     | a                        |
pci-dss        | lib/a.rb              | never log cardholder data |
phi            | lib/a.py              | CONTAINS PHI             | phi-labelled blocked
phi            | app/patients/a.py     | a                        | phi-names warned
phi            | scans/head.dcm        | a                        | phi-names warned
phi            | jobs/emr/a.py         | a                        |
phi            | README.md             | protected health information |
pii            | dump/users.csv        | a                        | pii-names warned
pii            | lib/personal_data/a.py | a                       | pii-labelled blocked
pii            | app/models/users/a.rb | a                        |
pii            | a.tsx                 | {/* Personal data */}    |
crypto         | src/sha256.c          | a                        | crypto-algorithms blocked
crypto         | lib/encryption/key.rb | a                        | crypto-names warned
crypto         | auth/tls/config.yml   | a                        |
crypto         | src/rsaquo.c          | a                        |
deploy         | infra/main.tf         | a                        | deploy-files blocked
deploy         | k8s/api.yaml          | a                        | deploy-folders warned
deploy         | tool/src/deploy/a.ts  | a                        |
deploy         | tests/data/a.bicep    | a                        |
ci             | .woodpecker.yml       | a                        | ci blocked
build-system   | a/build.rs            | a                        | build blocked
build-system   | src/build/frames/a    | a                        |
build-system   | app/workspace/a.rs    | a                        |
build-system   | package.json          | {}                       |
agent-config   | sub/.cursorrules      | a                        | agent-config blocked
export-control | a.c                   | EXPORT-CONTROLLED        | export-labelled blocked
export-control | a.c                   | EAR-CONTROLLED, 5E002    | ear blocked
export-control | src/itar/a.c          | a                        | itar blocked
export-control | README                | is under ECCN 5D002.C.1  |
export-control | a.c                   | CLEAR CONTROLLED         |
itar           | src/a.c               | ITAR CONTROLLED          | itar blocked
itar           | music/sitar/a.c       | a                        |
itar           | docs/a.txt            | itar-controlled things   |
";

#[test]
fn a_label_blocks_a_name_warns_and_other_names_are_in_no_zone() {
    for case in CASES.lines() {
        let cells: Vec<&str> = case.split('|').map(str::trim).collect();
        let [pack, path, text, expected] = cells.try_into().unwrap();
        let report = added(&format!("{{pack: {pack}}}"), path, text);
        let found = zones(&report).join(", ");
        assert_eq!(found, expected, "{case}");
        assert_eq!(
            report.code,
            i32::from(expected.ends_with("blocked")),
            "{case}"
        );
        if !expected.is_empty() {
            let decided = &report.of("zone-agent")[0]["policy"]["file"];
            assert_eq!(decided, &format!("pack:{pack}"), "{case}");
        }
    }
}

/// The header that contractors put over their sources, as it is wrapped there.
#[test]
fn the_warning_notice_of_a_source_file_is_a_label() {
    let header = "/*\n * EXPORT CONTROL:\n *    This distribution contains technical data whose export is restricted by\n \
         *    the Arms Export Control Act (Title 22, U.S.C., Sec. 2751 et seq.)\n */\nint a;\n";
    for pack in ["itar", "export-control"] {
        let report = added(&format!("{{pack: {pack}}}"), "a.c", header);
        assert_eq!(zones(&report), ["itar blocked"], "{pack}");
    }
    let twice = added("{pack: export-control}, {pack: itar}", "a.c", header);
    assert_eq!(zones(&twice), ["itar blocked"], "one zone, one finding");
}

#[test]
fn out_of_the_zone_of_itar_no_person_copies_either() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: [{pack: itar}]\n");
    let lines = (0..40).map(|at| format!("    gain[{at}] = filter_{at}(signal, {at} * 3);\n"));
    let text = lines.collect::<String>();
    sandbox.write(
        "src/itar/seeker.c",
        format!("void seek(void) {{\n{text}}}\n"),
    );
    sandbox.commit("By a person");
    sandbox.write("src/other.c", format!("void other(void) {{\n{text}}}\n"));
    sandbox.commit("Copy by a person");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.of("zone-copy-out")[0]["decision"], "blocked");
}

/// The verdict's code, and `rule decision` for each finding on a message.
fn said(pack: &str, message: &str) -> (i32, Vec<String>) {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: [{{pack: {pack}}}]\n"));
    sandbox.write("a.c", "int a;\n");
    sandbox.commit(&format!("a: add\n\n{message}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let found = report.json["findings"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let told = found.iter().map(|one| {
        let (rule, decision) = (word(&one["rule"]), word(&one["decision"]));
        format!("{rule} {decision}")
    });
    (report.code, told.collect())
}

const PERSON: &str = "Signed-off-by: Ada Dev <ada@acme.example>";

#[test]
fn the_kernel_takes_its_own_form_and_refuses_an_agent_that_signs_off() {
    let good = [
        "Assisted-by: Claude:claude-3-opus coccinelle sparse",
        "Assisted-by: Claude:claude-opus-4.6",
    ];
    for line in good {
        let message = format!("{line}\n{PERSON}");
        assert_eq!(said("kernel", &message), (0, vec![]), "{line}");
    }
    let signs = format!(
        "Assisted-by: Claude:claude-3-opus\n{PERSON}\nSigned-off-by: Claude <noreply@anthropic.com>"
    );
    assert_eq!(
        said("kernel", &signs),
        (1, vec!["trailer-forbidden blocked".to_owned()])
    );
    let developed =
        "Assisted-by: Claude:claude-3-opus\nCo-developed-by: Claude <noreply@anthropic.com>";
    assert_eq!(
        said("kernel", developed),
        (1, vec!["trailer-forbidden blocked".to_owned()])
    );
    // "should": told, not refused.
    let (code, told) = said("kernel", &format!("{CLAUDE}\n{PERSON}"));
    assert_eq!((code, told), (0, vec!["trailer-missing warned".to_owned()]));
    let (code, told) = said(
        "kernel",
        &format!("Assisted-by: Claude (claude-3-opus)\n{PERSON}"),
    );
    assert_eq!(code, 0);
    assert!(
        told.contains(&"trailer-malformed warned".to_owned()),
        "{told:?}"
    );
}

#[test]
fn the_foundation_takes_a_token_that_names_the_tool() {
    for line in [
        "Generated-by: Claude Code 2.1",
        "Assisted-by: claude-code:claude-opus-5",
    ] {
        assert_eq!(said("asf", line), (0, vec![]), "{line}");
    }
    assert_eq!(
        said("asf", CLAUDE),
        (0, vec!["trailer-missing warned".to_owned()])
    );
}

#[test]
fn an_agent_is_no_coauthor_and_is_named_all_the_same() {
    let (code, told) = said("no-ai-coauthor", CLAUDE);
    assert_eq!(code, 1);
    assert_eq!(
        told,
        ["trailer-missing blocked", "trailer-forbidden blocked"]
    );
    let replaced = "Assisted-by: claude-code:claude-opus-5";
    assert_eq!(said("no-ai-coauthor", replaced), (0, vec![]));
    let people = "Co-authored-by: Grace Dev <grace@acme.example>";
    assert_eq!(said("no-ai-coauthor", people), (0, vec![]));
}

#[test]
fn packs_hold_together_and_the_default_policy_stays_in_what_it_alone_says() {
    let packs = "{pack: default}, {pack: ci}, {pack: pci-dss}, {pack: phi}, {pack: crypto}";
    for (path, expected) in [
        (".gitlab-ci.yml", "ci blocked"),
        ("Makefile", "build warned"),
        ("app/payments/a.rb", "pci-names warned"),
        ("app/patients/a.rb", "phi-names warned"),
        ("src/aes.c", "crypto-algorithms blocked"),
    ] {
        assert_eq!(zones(&added(packs, path, "a\n")), [expected], "{path}");
    }
}

#[test]
fn a_pack_is_the_policy_of_an_organisation_by_its_name() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("app/cardholder/a.rb", "a\n");
    sandbox.commit(&format!("Add\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--policy", "pack:pci-dss"]);
    assert_eq!(zones(&report), ["pci-labelled blocked"]);
    assert_eq!(report.json["policy"]["layers"][0]["name"], "org");
}

#[test]
fn a_repository_of_a_class_is_a_zone_as_a_whole() {
    let policy = "cordon: 1\nextends: [{pack: itar}]\nrepository: {classes: [itar]}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("a.c", "int a;\n");
    sandbox.commit(&format!("Add\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(zones(&report), ["repository blocked"]);
}

#[test]
fn check_tells_what_a_list_leaves_out() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nextends: [{pack: default}, {pack: pii}]\nzones:\n  ci:\n    paths: [.gitlab-ci.yml, extra.yml]\n",
    );
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let told = "note: a list replaces the one below it: `zones.ci.paths` leaves out \
                `.github/workflows/**`, `.github/actions/**`, `.gitlab/ci/**` and 7 more";
    assert!(said.stdout.contains(told), "{}", said.stdout);
    assert!(said.stdout.contains(".cordon.yml:5:12"), "{}", said.stdout);
    assert!(said.stdout.contains("good, 1 left out"), "{}", said.stdout);
}

#[test]
fn check_tells_what_a_later_pack_takes_from_an_earlier_one() {
    let sandbox = Sandbox::new();
    let check = |packs: &str| {
        sandbox.write(".cordon.yml", format!("cordon: 1\nextends: [{packs}]\n"));
        let said = sandbox.cordon(["policy", "check"]);
        assert_eq!(said.code, 0, "{}", said.stdout);
        said.stdout
    };
    // In this order the stricter one holds.
    assert_eq!(check("{pack: default}, {pack: ci}"), ".cordon.yml: good\n");
    let said = check("{pack: ci}, {pack: default}");
    assert!(
        said.contains("`zones.ci.mode` of this pack replaces `block` of"),
        "{said}"
    );
    assert!(
        said.contains("`zones.ci.paths` of this pack replaces"),
        "{said}"
    );
    assert!(said.contains(".cordon.yml:2:30"), "{said}");
    let said = check("{pack: kernel}, {pack: no-ai-coauthor}");
    assert!(
        said.contains("`trailers.forbid` of this pack replaces"),
        "{said}"
    );
    assert_eq!(
        check("{pack: export-control}, {pack: itar}"),
        ".cordon.yml: good\n"
    );
    assert_eq!(
        check("{pack: pci-dss}, {pack: phi}, {pack: pii}"),
        ".cordon.yml: good\n"
    );
}
