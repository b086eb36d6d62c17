//! Cordon beside the real hook managers: installed before them and after them, a commit, a push of several
//! references, and an uninstall that leaves what would be there without it.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::managers::{doctor, documented, manager, run};
use crate::support::{CLAUDE, Said, Sandbox};

const POLICY: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";

/// A manager that is installed here.
struct Manager {
    name: &'static str,
    program: PathBuf,
}

const NAMES: [(&str, &str); 4] = [
    ("husky", "managers/node_modules/.bin/husky"),
    ("lefthook", "validators/bin/lefthook"),
    ("pre-commit", "validators/bin/pre-commit"),
    ("prek", "validators/bin/prek"),
];

impl Manager {
    /// A repository whose manager has hooks that note that they ran.
    fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::with_policy(POLICY);
        let note = |hook: &str| format!("echo {hook} >> {}", sandbox.outside("ran").display());
        match self.name {
            "husky" => {
                for hook in ["pre-commit", "pre-push"] {
                    sandbox.write(&format!(".husky/{hook}"), note(hook) + "\n");
                }
            }
            "lefthook" => {
                let hook = |hook| {
                    let run = note(hook);
                    format!("{hook}: {{jobs: [{{run: '{run}'}}]}}\n")
                };
                sandbox.write("lefthook.yml", hook("pre-commit") + &hook("pre-push"));
            }
            _ => {
                let hook = |hook| {
                    let run = note(hook);
                    format!(
                        "{{id: {hook}, name: x, language: system, entry: \"sh -c '{run}'\", \
                         always_run: true, pass_filenames: false, stages: [{hook}]}}"
                    )
                };
                let hooks = [hook("pre-commit"), hook("pre-push")].join(", ");
                sandbox.write(
                    ".pre-commit-config.yaml",
                    format!(
                        "default_install_hook_types: [pre-commit, pre-push]\n\
                         repos: [{{repo: local, hooks: [{hooks}]}}]\n"
                    ),
                );
            }
        }
        sandbox.commit("Add a manager");
        run(
            &sandbox,
            "git init -q --bare -b main ../remote.git && git remote add origin ../remote.git",
        );
        sandbox
    }

    fn install(&self, sandbox: &Sandbox) {
        let verb = if self.name == "husky" { "" } else { "install" };
        run(sandbox, &format!("{} {verb}", self.program.display()));
    }

    fn uninstall(&self, sandbox: &Sandbox) {
        if self.name == "husky" {
            // It has no command for that.
            run(sandbox, "git config --unset core.hooksPath; rm -r .husky/_");
        } else {
            run(sandbox, &format!("{} uninstall", self.program.display()));
        }
    }
}

fn each_manager(test: impl Fn(&Manager, &Sandbox)) {
    for (name, path) in NAMES {
        if let Some(program) = manager(path) {
            let manager = Manager { name, program };
            test(&manager, &manager.sandbox());
        }
    }
}

/// Every hook of the repository and its configuration, with modes and bytes.
fn hooks(sandbox: &Sandbox) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut all = BTreeMap::new();
    for dir in [".git/hooks", ".husky", ".husky/_"] {
        let Ok(entries) = std::fs::read_dir(sandbox.path().join(dir)) else {
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_file() {
                let mode = path.metadata().unwrap().permissions().mode();
                all.insert(path.clone(), (mode, std::fs::read(&path).unwrap()));
            }
        }
    }
    let config = sandbox.path().join(".git/config");
    all.insert(config.clone(), (0, std::fs::read(&config).unwrap()));
    all
}

/// Which hooks of the manager ran since the last question.
fn ran(sandbox: &Sandbox) -> Vec<String> {
    let path = sandbox.outside("ran");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(path);
    text.lines().map(str::to_owned).collect()
}

fn blocked(said: &Said) {
    let all = format!("{}{}", said.stdout, said.stderr);
    assert_ne!(said.code, 0, "{all}");
    assert!(all.contains("blocked: agent-denied"), "{all}");
}

/// Both judge commits and pushes: Cordon sees every reference, also of a first push.
fn both_work(manager: &Manager, sandbox: &Sandbox) {
    let name = manager.name;
    ran(sandbox);
    sandbox.write("a", sandbox.id("HEAD"));
    sandbox.stage();
    blocked(&sandbox.try_git(["commit", "-m", &format!("Change\n\n{CLAUDE}")]));
    assert_eq!(ran(sandbox), ["pre-commit"], "{name}");
    sandbox.git(["commit", "-q", "-m", "By a person"]);
    assert_eq!(ran(sandbox), ["pre-commit"], "{name}");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("b", "b\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    blocked(&sandbox.try_git(["push", "origin", "main", "side"]));
    assert_eq!(ran(sandbox), ["pre-push"], "{name}");
    let said = sandbox.try_git(["push", "--dry-run", "origin", "main"]);
    assert_eq!(said.code, 0, "{name}: {}{}", said.stdout, said.stderr);
    assert_eq!(ran(sandbox), ["pre-push"], "{name}");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.git(["branch", "-qD", "side"]);
}

/// The manager alone is at work.
fn only_the_manager_works(manager: &Manager, sandbox: &Sandbox) {
    ran(sandbox);
    // lefthook runs nothing for a commit without a change.
    sandbox.write("c", "c\n");
    sandbox.stage();
    let message = format!("Change\n\n{CLAUDE}");
    sandbox.git(["commit", "-q", "-m", &message]);
    assert_eq!(ran(sandbox), ["pre-commit"], "{}", manager.name);
    sandbox.git(["reset", "-q", "--soft", "HEAD~1"]);
}

#[test]
fn over_a_manager_both_work_and_its_hooks_come_back_byte_for_byte() {
    each_manager(|manager, sandbox| {
        manager.install(sandbox);
        let before = hooks(sandbox);
        run(sandbox, "cordon install");
        run(sandbox, "cordon install");
        both_work(manager, sandbox);
        assert_eq!(doctor(sandbox)["verdict"], "pass", "{}", manager.name);
        run(sandbox, "cordon uninstall");
        assert_eq!(hooks(sandbox), before, "{}", manager.name);
        only_the_manager_works(manager, sandbox);
    });
}

#[test]
fn under_a_manager_the_doctor_mends_and_nothing_of_cordon_is_left() {
    each_manager(|manager, sandbox| {
        manager.install(sandbox);
        let alone = hooks(sandbox);
        manager.uninstall(sandbox);
        run(sandbox, "cordon install");
        manager.install(sandbox);
        let json = doctor(sandbox);
        for problem in json["problems"].as_array().unwrap() {
            run(sandbox, problem["mend"].as_str().unwrap());
        }
        let runs_it = ["pre-commit", "prek"].contains(&manager.name);
        let expected = if runs_it { "pass" } else { "fail" };
        assert_eq!(json["verdict"], expected, "{}: {json:#}", manager.name);
        both_work(manager, sandbox);
        run(sandbox, "cordon uninstall");
        assert_eq!(hooks(sandbox), alone, "{}", manager.name);
        only_the_manager_works(manager, sandbox);
    });
}

#[test]
fn a_hook_from_before_both_outlives_both() {
    each_manager(|manager, sandbox| {
        let own = sandbox.path().join(".git/hooks/pre-commit");
        std::fs::create_dir_all(own.parent().unwrap()).unwrap();
        let text = sandbox.outside("text");
        std::fs::write(&text, "#!/bin/sh\necho own >> ../ran\n").unwrap();
        let (text, path) = (text.display(), own.display());
        run(sandbox, &format!("cp {text} {path} && chmod 750 {path}"));
        let before = hooks(sandbox);
        run(sandbox, "cordon install");
        manager.install(sandbox);
        run(sandbox, "cordon uninstall");
        if manager.name != "husky" {
            assert_ne!(hooks(sandbox), before);
        }
        manager.uninstall(sandbox);
        assert_eq!(hooks(sandbox), before, "{}", manager.name);
        sandbox.git(["commit", "-q", "--allow-empty", "-m", "By a person"]);
        assert_eq!(ran(sandbox), ["own"], "{}", manager.name);
    });
}

/// Whether git-lfs is here; where not, a line says so.
fn has_lfs(sandbox: &Sandbox) -> bool {
    let has = sandbox.try_git(["lfs", "version"]).code == 0;
    if !has {
        use std::io::Write as _;
        let told = b"skipped: there is no git-lfs; scripts/setup.sh installs it\n";
        std::io::stderr().write_all(told).unwrap();
    }
    has
}

#[test]
fn git_lfs_sends_its_files_through_cordon() {
    let sandbox = Sandbox::with_policy(POLICY);
    if !has_lfs(&sandbox) {
        return;
    }
    run(
        &sandbox,
        "git init -q --bare -b main ../remote.git && git remote add origin ../remote.git && \
         git lfs install --local",
    );
    let before = hooks(&sandbox);
    run(&sandbox, "cordon install");
    sandbox.write(
        ".gitattributes",
        "*.bin filter=lfs diff=lfs merge=lfs -text\n",
    );
    sandbox.write("a.bin", "large\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "-m", "A large file"]);
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    blocked(&sandbox.try_git(["push", "origin", "main", "side"]));
    let said = sandbox.try_git(["push", "-q", "origin", "main"]);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    let objects = sandbox.outside("remote.git/lfs/objects");
    let mut sent = ignore::WalkBuilder::new(objects).build();
    assert!(sent.any(|entry| entry.unwrap().path().is_file()));
    run(&sandbox, "cordon uninstall");
    assert_eq!(hooks(&sandbox), before);
}

#[test]
fn git_lfs_refuses_to_take_cordons_place() {
    let sandbox = Sandbox::with_policy(POLICY);
    if !has_lfs(&sandbox) {
        return;
    }
    run(&sandbox, "cordon install");
    let installed = std::fs::read(sandbox.path().join(".git/hooks/pre-push")).unwrap();
    assert_ne!(sandbox.try_git(["lfs", "install", "--local"]).code, 0);
    let kept = std::fs::read(sandbox.path().join(".git/hooks/pre-push")).unwrap();
    assert_eq!(kept, installed);
    // Unless it is told to.
    run(&sandbox, "git lfs install --local --force");
    let json = doctor(&sandbox);
    assert_eq!(json["problems"][0]["code"], "hook-foreign", "{json:#}");
    let mend = json["problems"][0]["mend"].as_str().unwrap();
    run(&sandbox, mend);
    assert_eq!(doctor(&sandbox)["verdict"], "pass");
    let sandbox = Sandbox::with_policy(POLICY);
    run(&sandbox, "cordon install");
    run(&sandbox, &documented("git-lfs"));
    assert_eq!(doctor(&sandbox)["verdict"], "pass");
    assert!(
        sandbox
            .path()
            .join(".git/hooks/pre-push.cordon-before")
            .exists()
    );
}
