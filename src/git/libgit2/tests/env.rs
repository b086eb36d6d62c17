//! What Git's variables do, which only a process of its own can be given.

use bstr::ByteSlice as _;

use super::mend::run;
use super::*;

/// The test that runs in a process of its own.
const CHILD: &str = "git::libgit2::tests::env::child";

/// Runs [`child`] in a process of its own with variables of Git, and answers what it printed.
fn in_child(sandbox: &Sandbox, dir: &Path, variables: &[(&str, &str)]) -> String {
    let mut command: Command = sandbox.command(std::env::current_exe().unwrap(), dir);
    command.args(["--ignored", "--exact", "--nocapture", CHILD]);
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    shown(std::str::from_utf8(&output.stdout).unwrap())
}

/// What stands between the marks that [`child`] prints.
fn shown(output: &str) -> String {
    let printed = output
        .split('<')
        .nth(1)
        .and_then(|rest| rest.split('>').next());
    printed.unwrap_or_default().to_owned()
}

#[test]
#[ignore = "the other half of the tests that set variables of Git"]
fn child() {
    let host = crate::host::Host::read().unwrap();
    let file = host
        .var("GIT_INDEX_FILE")
        .map(|file| file.to_path().unwrap());
    let shown = match open(Open::FromEnv, host.var("VERIFY").is_some(), file, None) {
        Ok(repo) => {
            let head = repo.head().unwrap().map(|id| id.short());
            let mut first = repo.index().unwrap().entries.first().map(|entry| entry.id);
            if let Some(pushed) = host.var("PUSHED").and_then(|hex| Id::from_hex(hex)) {
                first = Some(pushed);
            }
            let content = first.map(|id| repo.read(&id, Kind::Blob).map_err(|error| error.code()));
            format!(
                "{} {} {content:?}",
                paths(&*repo).join(","),
                head.unwrap_or_default()
            )
        }
        Err(error) => format!("{} {:?}", error.code(), error.mend()),
    };
    #[expect(clippy::disallowed_macros, reason = "the parent reads it")]
    let () = println!("<{shown}>");
}

#[test]
fn a_hook_sees_what_its_variables_name() {
    let sandbox = small();
    std::fs::copy(
        sandbox.path().join(".git/index"),
        sandbox.path().join("d/other"),
    )
    .unwrap();
    sandbox.git(&["rm", "-q", "--cached", "a"]);
    let head = sandbox.id("HEAD").short();
    let below = sandbox.path().join("d");
    let staged = format!("d/b {head} Some(Ok([50]))");
    let copied = format!("a,d/b {head} Some(Ok([49]))");
    assert_eq!(in_child(&sandbox, &below, &[]), staged);
    assert_eq!(
        in_child(&sandbox, &below, &[("GIT_NAMESPACE", "x")]),
        staged
    );
    assert_eq!(
        in_child(&sandbox, &below, &[("GIT_INDEX_FILE", "d/other")]),
        copied
    );
    let missing = in_child(&sandbox, &below, &[("GIT_INDEX_FILE", "other")]);
    assert_eq!(missing, "unreadable-index None");
    let git_dir = sandbox.path().join(".git");
    let elsewhere = [("GIT_DIR", git_dir.to_str().unwrap())];
    assert_eq!(in_child(&sandbox, sandbox.home(), &elsewhere), staged);
    assert_eq!(
        in_child(&sandbox, sandbox.home(), &[]),
        "not-a-repository None"
    );
}

#[test]
fn an_object_with_another_id_is_found_on_request() {
    let sandbox = small();
    let hex = sandbox.id("HEAD:a").to_string();
    let other = sandbox.object("blob", b"forged").to_string();
    let object = |hex: &str| {
        sandbox
            .path()
            .join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]))
    };
    std::fs::remove_file(object(&hex)).unwrap();
    std::fs::copy(object(&other), object(&hex)).unwrap();
    let seen = in_child(&sandbox, &sandbox.path(), &[("VERIFY", "1")]);
    assert!(seen.ends_with("Some(Err(\"corrupt-object\"))"), "{seen}");
}

#[test]
fn a_repository_of_another_user_is_refused_with_its_path() {
    let sandbox = small();
    let top = sandbox.path().canonicalize().unwrap();
    let give = |user: &str| {
        Command::new("chown")
            .args(["-R", user])
            .arg(&top)
            .status()
            .is_ok_and(|s| s.success())
    };
    // Only root can give files away.
    if !give("12345") {
        return;
    }
    let below = top.join("d");
    let refused = in_child(&sandbox, &below, &[]);
    let quoted = format!("'{}'", top.display());
    assert!(refused.starts_with("foreign-owner"), "{refused}");
    assert!(refused.contains(&quoted), "{refused}");
    let error = Error::ForeignOwner(top.clone());
    run(&sandbox, sandbox.home(), &error);
    assert!(in_child(&sandbox, &below, &[]).starts_with("a,d/b"));
}

/// Makes [`child`] the hook `name` of the repository at `git_dir`; it writes to `printed` in the home.
fn hook(sandbox: &Sandbox, git_dir: &Path, name: &str, before: &str) {
    let binary = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\n{before}\nexec '{}' --ignored --exact --nocapture {CHILD} > '{}/printed'\n",
        binary.display(),
        sandbox.home().display(),
    );
    let path = git_dir.join("hooks").join(name);
    std::fs::create_dir_all(git_dir.join("hooks")).unwrap();
    std::fs::write(&path, script).unwrap();
    let mode = Command::new("chmod").arg("+x").arg(path).status().unwrap();
    assert!(mode.success());
}

fn printed(sandbox: &Sandbox) -> String {
    shown(&std::fs::read_to_string(sandbox.home().join("printed")).unwrap())
}

#[test]
fn a_pre_commit_hook_sees_the_index_of_this_commit() {
    let sandbox = small();
    hook(&sandbox, &sandbox.path().join(".git"), "pre-commit", "");
    let head = sandbox.id("HEAD").short();
    sandbox.write("a", "9");
    sandbox.git(&["commit", "-qam", "all"]);
    assert_eq!(printed(&sandbox), format!("a,d/b {head} Some(Ok([57]))"));
    let head = sandbox.id("HEAD").short();
    sandbox.write("a", "8");
    sandbox.write("staged", "not in this commit");
    sandbox.git(&["add", "staged"]);
    sandbox.git(&["commit", "-qm", "one", "--", "a"]);
    assert_eq!(printed(&sandbox), format!("a,d/b {head} Some(Ok([56]))"));
    let head = sandbox.id("HEAD").short();
    sandbox.git(&["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.home().join("linked");
    std::fs::write(linked.join("a"), "7").unwrap();
    sandbox.git_bytes(&linked, &["commit", "-qam", "linked"], b"");
    assert_eq!(printed(&sandbox), format!("a,d/b {head} Some(Ok([55]))"));
}

#[test]
fn a_pre_receive_hook_sees_what_is_being_pushed() {
    let sandbox = small();
    sandbox.git(&["init", "-q", "--bare", "../server"]);
    let server = sandbox.home().join("server");
    let before = "read -r old new name\nPUSHED=$(git rev-parse $new:a)\nexport PUSHED";
    hook(&sandbox, &server, "pre-receive", before);
    sandbox.git(&["push", "-q", "../server", "main"]);
    assert_eq!(printed(&sandbox), "  Some(Ok([49]))");
}
