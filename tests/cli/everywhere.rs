//! Hooks for every repository of a user or a machine: by a folder, and by Git's configuration.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::managers::{doctor, documented, run, shown};
use crate::support::{CLAUDE, CORDON, Said, Sandbox};

const POLICY: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";

/// A repository for each git of this machine. Its own folder of hooks is empty.
fn each_git(test: impl Fn(Sandbox)) {
    crate::after::each_git(POLICY, |mut sandbox| {
        let temp = sandbox.outside("tmp");
        std::fs::create_dir(&temp).unwrap();
        sandbox.set("TMPDIR", temp.to_str().unwrap());
        run(&sandbox, "cordon uninstall && rm -f .git/hooks/*");
        run(&sandbox, "git config --global core.autocrlf false");
        test(sandbox);
    });
}

/// Puts an executable hook there. By a shell: what this process has open for writing cannot be started.
fn put(sandbox: &Sandbox, path: &Path, text: &str) {
    let from = sandbox.outside("hook-text");
    std::fs::write(&from, format!("#!/bin/sh\n{text}\n")).unwrap();
    let (from, to) = (from.display(), path.display());
    run(sandbox, &format!("cp {from} {to} && chmod 755 {to}"));
}

fn own(sandbox: &Sandbox, hook: &str) -> PathBuf {
    sandbox.path().join(".git/hooks").join(hook)
}

fn ran(sandbox: &Sandbox) -> Vec<String> {
    let path = sandbox.outside("ran");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(path);
    text.lines().map(str::to_owned).collect()
}

fn config(sandbox: &Sandbox) -> Vec<u8> {
    std::fs::read(sandbox.outside(".gitconfig")).unwrap()
}

fn folder(sandbox: &Sandbox) -> PathBuf {
    sandbox.outside(".config/cordon/hooks")
}

fn blocked(said: &Said) {
    assert_ne!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stderr.contains("blocked: agent-denied"),
        "{}",
        said.stderr
    );
}

fn by_claude() -> String {
    format!("Change\n\n{CLAUDE}")
}

#[test]
fn an_older_git_is_told_what_to_do_instead() {
    each_git(|sandbox| {
        if git_is_new(&sandbox) {
            return;
        }
        let before = config(&sandbox);
        let said = sandbox.cordon(["install", "--user"]);
        assert_eq!(said.code, 2, "{}", said.stdout);
        assert!(
            said.stderr.contains("Git 2.54 and later do"),
            "{}",
            said.stderr
        );
        assert!(said.stderr.contains("cordon install --user --hooks-path"));
        assert_eq!(config(&sandbox), before);
        let none = sandbox.cordon(["uninstall", "--user"]);
        assert_eq!(
            none.stdout,
            "nothing was installed for every repository of this user\n"
        );
    });
}

#[test]
fn a_folder_judges_every_repository_and_runs_its_own_hooks() {
    each_git(|sandbox| {
        let before = config(&sandbox);
        run(&sandbox, "cordon install --user --hooks-path");
        let ours = config(&sandbox);
        let again = run(&sandbox, "cordon install --global --hooks-path");
        assert!(
            again.stdout.contains("in place already"),
            "{}",
            again.stdout
        );
        assert_eq!(config(&sandbox), ours);
        for hook in ["pre-commit", "post-checkout", "reference-transaction"] {
            put(
                &sandbox,
                &own(&sandbox, hook),
                &format!("echo {hook} >> ~/ran"),
            );
        }
        put(
            &sandbox,
            &own(&sandbox, "pre-push"),
            "{ echo $#; cat; } >> ~/ran",
        );
        sandbox.write("a", "a\n");
        sandbox.stage();
        blocked(&sandbox.try_git(["commit", "-m", &by_claude()]));
        assert_eq!(ran(&sandbox)[0], "pre-commit");
        sandbox.git(["commit", "-q", "-m", "By a person"]);
        ran(&sandbox);
        sandbox.git(["worktree", "add", "-q", "../linked"]);
        assert!(ran(&sandbox).contains(&"post-checkout".to_owned()));
        let linked = sandbox.outside("linked").display().to_string();
        blocked(&sandbox.try_git(["-C", &linked, "commit", "--allow-empty", "-m", &by_claude()]));
        assert_eq!(ran(&sandbox)[0], "pre-commit");
        // The hook of the bare repository runs too, by the same configuration.
        sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
        let receive = sandbox.outside("remote.git/hooks/pre-receive");
        put(&sandbox, &receive, "echo receive >> ~/ran; cat >> ~/ran");
        sandbox.git(["push", "-q", "../remote.git", "main"]);
        let all = ran(&sandbox);
        assert_eq!(all[0], "2", "{all:?}");
        assert!(all[1].starts_with("refs/heads/main "), "{all:?}");
        assert!(all.contains(&"receive".to_owned()), "{all:?}");
        // One that fails stops what it ought to stop.
        put(&sandbox, &receive, "exit 3");
        let refused = sandbox.try_git(["push", "../remote.git", "main:other"]);
        assert!(
            refused.stderr.contains("pre-receive hook declined"),
            "{}",
            refused.stderr
        );
        put(&sandbox, &own(&sandbox, "pre-commit"), "exit 7");
        assert_ne!(
            sandbox.try_git(["commit", "--allow-empty", "-m", "x"]).code,
            0
        );
        run(
            &sandbox,
            "rm .git/hooks/* && git clone -q . ../clone && git init -q ../new",
        );
        assert_eq!(doctor(&sandbox)["verdict"], "pass");
        run(&sandbox, "cordon uninstall --user");
        assert_eq!(config(&sandbox), before);
        assert!(!folder(&sandbox).exists());
        sandbox.git(["commit", "-q", "--allow-empty", "-m", &by_claude()]);
    });
}

#[test]
fn a_repositorys_own_cordon_gives_way_and_what_it_set_aside_runs_once() {
    each_git(|sandbox| {
        put(
            &sandbox,
            &own(&sandbox, "pre-commit"),
            "echo before >> ~/ran",
        );
        run(&sandbox, "cordon install");
        run(&sandbox, "cordon install --user --hooks-path");
        let said = sandbox.try_git(["commit", "--allow-empty", "-m", &by_claude()]);
        blocked(&said);
        assert_eq!(
            said.stderr.matches("blocked:").count(),
            1,
            "{}",
            said.stderr
        );
        assert_eq!(ran(&sandbox), ["before"]);
        let again = run(&sandbox, "cordon install");
        assert!(
            again.stdout.contains("in place for every repository"),
            "{}",
            again.stdout
        );
        run(&sandbox, "cordon uninstall");
        sandbox.git(["commit", "-q", "--allow-empty", "-m", "By a person"]);
        assert_eq!(ran(&sandbox), ["before"]);
    });
}

#[test]
fn a_servers_own_hook_from_before_runs_through_the_folder() {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    let receive = sandbox.outside("remote.git/hooks/pre-receive");
    put(&sandbox, &receive, "echo receive >> ~/ran");
    run(&sandbox, "cordon install --repo ../remote.git");
    run(&sandbox, "cordon install --user --hooks-path");
    sandbox.git(["push", "-q", "../remote.git", "main"]);
    assert_eq!(ran(&sandbox), ["receive"]);
}

#[test]
fn a_hooks_path_of_somebody_else_is_left() {
    each_git(|mut sandbox| {
        let refused = |sandbox: &Sandbox, option: &str, told: &str| {
            let before = config(sandbox);
            let said = sandbox.cordon(["install", option, "--hooks-path"]);
            assert_eq!(said.code, 2, "{}", said.stdout);
            assert!(said.stderr.contains(told), "{}", said.stderr);
            assert_eq!(config(sandbox), before);
            assert!(!folder(sandbox).exists());
        };
        sandbox.git(["config", "--global", "core.hooksPath", "/elsewhere"]);
        refused(&sandbox, "--user", "/elsewhere");
        // Uninstalling takes away nothing of theirs.
        run(&sandbox, "cordon uninstall --user");
        sandbox.git(["config", "--global", "--unset", "core.hooksPath"]);
        // By a file that is included for these repositories.
        let path = sandbox.path().canonicalize().unwrap();
        let key = format!("includeIf.gitdir:{}/.path", path.display());
        std::fs::write(sandbox.outside("work"), "[core]\nhooksPath = /of/work\n").unwrap();
        let work = sandbox.outside("work").display().to_string();
        sandbox.git(["config", "--global", &key, &work]);
        refused(&sandbox, "--user", "/of/work");
        sandbox.git(["config", "--global", "--unset", &key]);
        // The machine's, which the user's would hide.
        let system = sandbox.outside("system");
        std::fs::write(&system, "[core]\nhooksPath = /of/machine\n").unwrap();
        sandbox.set("GIT_CONFIG_NOSYSTEM", "0");
        sandbox.set("GIT_CONFIG_SYSTEM", system.to_str().unwrap());
        refused(&sandbox, "--user", "/of/machine");
        refused(&sandbox, "--system", "/of/machine");
        // A folder with somebody's files.
        std::fs::write(&system, "").unwrap();
        std::fs::create_dir_all(sandbox.outside("used")).unwrap();
        std::fs::write(sandbox.outside("used/pre-commit"), "#!/bin/sh\n").unwrap();
        let used = sandbox.outside("used").display().to_string();
        let said = sandbox.cordon(["install", "--system", &format!("--hooks-path={used}")]);
        assert_eq!(said.code, 2, "{}", said.stdout);
        assert_eq!(std::fs::read(&system).unwrap(), b"");
    });
}

#[test]
fn a_machine_has_its_folder_by_the_systems_configuration() {
    each_git(|mut sandbox| {
        let system = sandbox.outside("system");
        std::fs::write(&system, "[user]\n\tuseConfigOnly = true\n").unwrap();
        let before = std::fs::read(&system).unwrap();
        sandbox.set("GIT_CONFIG_NOSYSTEM", "0");
        sandbox.set("GIT_CONFIG_SYSTEM", system.to_str().unwrap());
        let path = sandbox.outside("etc hooks").display().to_string();
        let said = sandbox.cordon(["install", "--system", &format!("--hooks-path={path}")]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        blocked(&sandbox.try_git(["commit", "--allow-empty", "-m", &by_claude()]));
        let json = doctor(&sandbox);
        assert_eq!(json["verdict"], "pass", "{json:#}");
        assert_eq!(json["hooks_path"]["scope"], "system");
        // One file is gone: the doctor knows whose folder it is.
        std::fs::remove_file(Path::new(&path).join("commit-msg")).unwrap();
        let json = doctor(&sandbox);
        assert_eq!(json["problems"][0]["code"], "hook-missing", "{json:#}");
        run(&sandbox, json["problems"][0]["mend"].as_str().unwrap());
        assert_eq!(doctor(&sandbox)["verdict"], "pass");
        run(&sandbox, "cordon uninstall --system");
        assert_eq!(std::fs::read(&system).unwrap(), before);
    });
}

#[test]
fn a_repository_that_leaves_the_folder_is_told() {
    let sandbox = Sandbox::with_policy(POLICY);
    run(&sandbox, "cordon install --user --hooks-path");
    run(
        &sandbox,
        "mkdir -p .husky/_ && git config core.hooksPath .husky/_",
    );
    let json = doctor(&sandbox);
    assert_eq!(json["verdict"], "fail", "{json:#}");
    assert_eq!(json["hooks_path"]["scope"], "local");
    run(&sandbox, json["problems"][0]["mend"].as_str().unwrap());
    assert_eq!(doctor(&sandbox)["verdict"], "pass");
}

fn git_is_new(sandbox: &Sandbox) -> bool {
    let said = sandbox.git(["version"]).stdout;
    let mut numbers = said.split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.by_ref().find_map(|word| word.parse::<u32>().ok());
    (next().unwrap_or(0), next().unwrap_or(0)) >= (2, 54)
}

/// A `git` before all others that says it is 2.54, and is the one that is there in all else.
fn says_2_54(sandbox: &mut Sandbox) {
    let bin = sandbox.outside("bin");
    std::fs::create_dir(&bin).unwrap();
    let real = sandbox.shell("command -v git").stdout;
    let script = format!(
        "[ \"$1\" = version ] && {{ echo git version 2.54.0; exit; }}\n\
         case \"$*\" in --git-dir=*\" version\") echo git version 2.54.0; exit;; esac\n\
         exec {} \"$@\"",
        real.trim()
    );
    put(sandbox, &bin.join("git"), &script);
    let cordon = Path::new(CORDON).parent().unwrap().display();
    let path = format!("{}:{cordon}:/usr/local/bin:/usr/bin:/bin", bin.display());
    sandbox.set("PATH", &path);
}

#[test]
fn gits_configuration_has_one_section_a_hook_and_gets_its_bytes_back() {
    let mut sandbox = Sandbox::with_policy(POLICY);
    says_2_54(&mut sandbox);
    let mine = "# mine\n[hook \"lint\"]\n\tevent = pre-commit\n\tcommand = make lint\n[user]\n\tname = Ada\n";
    std::fs::write(sandbox.outside(".gitconfig"), mine).unwrap();
    let section = "For one user, or a whole machine";
    run(&sandbox, &documented(section));
    let written = String::from_utf8(config(&sandbox)).unwrap();
    assert!(written.starts_with(mine), "{written}");
    assert_eq!(written.matches("[hook \"cordon-").count(), 9, "{written}");
    let section = shown(section, "ini").replace("/usr/local/bin/cordon", CORDON);
    assert!(written.contains(&section), "{written}");
    run(&sandbox, "cordon install --user");
    assert_eq!(config(&sandbox), written.as_bytes());
    let json = sandbox.cordon(["doctor", "--no-run", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["verdict"], "pass", "{json:#}");
    assert_eq!(json["hooks"][0]["state"], "configured", "{json:#}");
    run(&sandbox, "cordon uninstall --user");
    assert_eq!(config(&sandbox), mine.as_bytes());
    // A switch of the user's own stays, and the doctor tells of it.
    run(&sandbox, "cordon install --user");
    sandbox.git([
        "config",
        "--global",
        "hook.cordon-pre-push.enabled",
        "false",
    ]);
    let said = sandbox.cordon(["doctor", "--no-run"]);
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("hook-disabled"), "{}", said.stdout);
    run(&sandbox, "cordon uninstall --user");
    let kept = sandbox.git(["config", "--global", "hook.cordon-pre-push.enabled"]);
    assert_eq!(kept.stdout, "false\n");
    // What has our name and is not ours is neither written over nor taken away.
    sandbox.git([
        "config",
        "--global",
        "hook.cordon-commit-msg.command",
        "mine",
    ]);
    let before = config(&sandbox);
    let said = sandbox.cordon(["install", "--user"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    run(&sandbox, "cordon uninstall --user");
    assert_eq!(config(&sandbox), before);
    run(
        &sandbox,
        "git config --global --unset hook.cordon-commit-msg.command",
    );
    run(&sandbox, "cordon install --user --server");
    let event = sandbox
        .git(["config", "hook.cordon-pre-receive.event"])
        .stdout;
    assert_eq!(event, "pre-receive\n");
}

/// What Git does with the sections, where one of this machine is new enough.
#[test]
fn git_runs_the_hooks_of_its_configuration() {
    let tried = std::cell::Cell::new(false);
    each_git(|sandbox| {
        if !git_is_new(&sandbox) {
            return;
        }
        tried.set(true);
        run(&sandbox, "cordon install --user");
        put(&sandbox, &own(&sandbox, "pre-commit"), "echo own >> ~/ran");
        blocked(&sandbox.try_git(["commit", "--allow-empty", "-m", &by_claude()]));
        assert_eq!(ran(&sandbox), ["own"]);
        sandbox.git(["commit", "-q", "--allow-empty", "-m", "By a person"]);
        run(&sandbox, "rm .git/hooks/*");
        let json = doctor(&sandbox);
        assert_eq!(json["verdict"], "pass", "{json:#}");
        assert_eq!(json["hooks"][0]["fired"], true, "{json:#}");
        run(&sandbox, "cordon uninstall --user");
        sandbox.git(["commit", "-q", "--allow-empty", "-m", &by_claude()]);
    });
    if !tried.get() {
        let told = b"skipped: no git of 2.54 or later; scripts/setup.sh builds one\n";
        std::io::stderr().write_all(told).unwrap();
    }
}

#[test]
fn new_repositories_get_their_hooks_from_a_template() {
    each_git(|sandbox| {
        let said = sandbox.cordon(["install", "--template"]);
        assert_eq!(said.code, 2, "{}", said.stdout);
        assert!(said.stderr.contains("--template=DIR"), "{}", said.stderr);
        let template = sandbox.outside("template");
        let hooks = template.join("hooks");
        std::fs::create_dir_all(&hooks).unwrap();
        put(&sandbox, &hooks.join("pre-commit"), "echo own >> ~/ran");
        let before = std::fs::read(hooks.join("pre-commit")).unwrap();
        let path = template.display().to_string();
        let said = run(&sandbox, &format!("cordon install --template={path}"));
        // Git does not know of it yet.
        let mend = said.stderr.split_once("yet: ").unwrap().1;
        run(&sandbox, mend);
        let said = run(&sandbox, "cordon install --template");
        assert_eq!(said.stderr, "");
        let notes = doctor(&sandbox)["notes"].to_string();
        assert!(
            notes.contains("new repositories get Cordon's hooks"),
            "{notes}"
        );
        sandbox.git(["clone", "-q", ".", "../clone"]);
        let clone = sandbox.outside("clone").display().to_string();
        let commit = [
            "-C",
            &clone,
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@acme.example",
        ];
        let commit = |message: &str| {
            let all = [&commit[..], &["commit", "--allow-empty", "-m", message]].concat();
            let all: [&str; 10] = all.try_into().unwrap();
            sandbox.try_git(all)
        };
        blocked(&commit(&by_claude()));
        assert_eq!(ran(&sandbox), ["own"]);
        run(&sandbox, "cordon uninstall --template");
        assert_eq!(std::fs::read(hooks.join("pre-commit")).unwrap(), before);
        assert_eq!(std::fs::read_dir(&hooks).unwrap().count(), 1);
        let notes = doctor(&sandbox)["notes"].to_string();
        assert!(notes.contains("`cordon install --template`"), "{notes}");
    });
}
