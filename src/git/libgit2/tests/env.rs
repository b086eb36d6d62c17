//! What Git's variables do, which only a process of its own can be given.

use super::mend::run;
use super::*;

/// Runs [`child`] in a process of its own with variables of Git, and answers what it printed.
fn in_child(sandbox: &Sandbox, dir: &Path, variables: &[(&str, &str)]) -> String {
    let mut command: Command = sandbox.command(std::env::current_exe().unwrap(), dir);
    let name = "git::libgit2::tests::env::child";
    command.args(["--ignored", "--exact", "--nocapture", name]);
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = String::from_utf8(output.stdout).unwrap();
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
    let shown = match open(Open::FromEnv, host.var("VERIFY").is_some(), file) {
        Ok(repo) => {
            let head = repo.head().unwrap().map(|id| id.short());
            let first = repo.index().unwrap().entries.first().map(|entry| entry.id);
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
