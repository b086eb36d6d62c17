//! Pushes over SSH to gitolite, whose sshd listens on loopback and whose home is a folder of the test's.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::server::{ZONE, blocks};
use crate::service::{Service, free_port, listens, program, skipped};
use crate::support::{CLAUDE, CORDON, Sandbox};

/// What gitolite's hook is: it calls `cordon` by its whole path.
fn hook() -> String {
    format!("#!/bin/sh\nexec {CORDON} hook pre-receive\n")
}

struct Host {
    sandbox: Sandbox,
    home: PathBuf,
    _sshd: Service,
}

/// A gitolite with Cordon's hook for all repositories, and `origin` at its repository `testing`. None
/// where a program is not installed, or sshd lets this user not in.
fn host() -> Option<Host> {
    let (gitolite, sshd) = (program("gitolite")?, program("sshd")?);
    program("ssh")?;
    let mut sandbox = Sandbox::new();
    let home = sandbox.outside("gitolite");
    std::fs::create_dir(&home).unwrap();
    let port = free_port();
    for name in ["host", "ada"] {
        let line = format!("ssh-keygen -q -t ed25519 -N '' -f ../{name}");
        assert_eq!(sandbox.shell(&line).code, 0);
    }
    let service = serve(&sandbox, &sshd, &home, port);
    let setup = |line: &str| {
        let line = format!("cd {0} && export HOME={0} && {line}", home.display());
        let told = sandbox.shell(&line);
        assert_eq!(told.code, 0, "{line}: {}{}", told.stdout, told.stderr);
    };
    let gitolite = gitolite.display();
    setup(&format!("{gitolite} setup -pk ../ada.pub"));
    setup(
        r"sed -i 's/^.*# LOCAL_CODE .*HOME.*local.*/LOCAL_CODE => \x22$ENV{HOME}\/local\x22,/' .gitolite.rc",
    );
    setup("grep -q '^LOCAL_CODE' .gitolite.rc && mkdir -p local/hooks/common");
    let file = home.join("local/hooks/common/pre-receive");
    std::fs::write(&file, hook()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    setup(&format!("{gitolite} setup --hooks-only"));
    std::fs::write(home.join("policy.yml"), ZONE).unwrap();
    setup("git config --global cordon.policy '~/policy.yml'");
    let key = sandbox.outside("ada").display().to_string();
    let ssh = format!(
        "ssh -F /dev/null -i {key} -o IdentitiesOnly=yes -o BatchMode=yes \
         -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    );
    sandbox.set("GIT_SSH_COMMAND", &ssh);
    let user = sandbox.shell("id -un").stdout;
    let user = user.trim();
    let url = format!("ssh://{user}@127.0.0.1:{port}/testing");
    sandbox.git(["remote", "add", "origin", &url]);
    let info = sandbox.shell(&format!("{ssh} -p {port} {user}@127.0.0.1 info"));
    if info.code != 0 {
        skipped(&format!(
            "sshd lets {user} not in: {}{}",
            info.stderr,
            service.log()
        ));
        return None;
    }
    Some(Host {
        sandbox,
        home,
        _sshd: service,
    })
}

fn serve(sandbox: &Sandbox, sshd: &Path, home: &Path, port: u16) -> Service {
    // sshd insists on this folder where it runs as root.
    if sandbox.shell("id -u").stdout.trim() == "0" && !Path::new("/run/sshd").exists() {
        std::fs::create_dir("/run/sshd").unwrap();
    }
    let key = sandbox.outside("host");
    let path = std::env::var("PATH").unwrap();
    let conf = format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes no\n\
         PermitRootLogin prohibit-password\nPasswordAuthentication no\n\
         KbdInteractiveAuthentication no\nAuthorizedKeysFile {home}/.ssh/authorized_keys\n\
         SetEnv HOME={home} PATH={path} GIT_CONFIG_NOSYSTEM=1\n",
        key.display(),
        home = home.display(),
    );
    std::fs::write(home.join("sshd_config"), conf).unwrap();
    let mut command = sandbox.command(sshd.to_str().unwrap(), home);
    command
        .arg("-D")
        .arg("-e")
        .arg("-f")
        .arg(home.join("sshd_config"));
    let mut service = Service::start(command, &home.join("sshd.log"));
    service.wait(|| listens(port));
    service
}

fn push(host: &Host, reference: &str) -> (bool, String) {
    let told = host.sandbox.try_git(["push", "-q", "origin", reference]);
    (told.code == 0, told.stderr)
}

#[test]
fn an_agents_change_is_refused_and_a_persons_taken_by_gitolite() {
    let Some(host) = host() else { return };
    let sandbox = &host.sandbox;
    sandbox.write("src/crypto/aes.c", "int by_a_person;\n");
    sandbox.commit("Begin");
    let (taken, told) = push(&host, "main");
    assert!(taken, "{told}");
    sandbox.write("src/crypto/aes.c", "int by_an_agent;\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    for reference in ["main", "HEAD:refs/heads/side", "HEAD:refs/tags/v1"] {
        let (taken, told) = push(&host, reference);
        assert!(!taken, "{reference}");
        blocks(&told, "zone-agent");
        assert!(told.contains("pre-receive hook declined"), "{told}");
    }
    let repository = host.home.join("repositories/testing.git");
    let refs = format!(
        "git -C {} for-each-ref --format='%(refname)'",
        repository.display()
    );
    assert_eq!(sandbox.shell(&refs).stdout.trim(), "refs/heads/main");
}

#[test]
fn gitolite_says_which_repository_it_is() {
    let Some(host) = host() else { return };
    let sandbox = &host.sandbox;
    let policy = |name: &str| {
        let zone =
            format!("zones: {{z: {{repos: [{name}], paths: [\"src/**\"], agents: denied}}}}");
        let text = format!("cordon: 1\nextends: []\n{zone}\n");
        std::fs::write(host.home.join("policy.yml"), text).unwrap();
    };
    sandbox.write("src/a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    policy("testing");
    let (taken, told) = push(&host, "main");
    assert!(!taken);
    blocks(&told, "zone-agent");
    policy("other");
    let (taken, told) = push(&host, "main");
    assert!(taken, "{told}");
}

#[test]
fn gitolites_own_rules_still_hold() {
    let Some(host) = host() else { return };
    let sandbox = &host.sandbox;
    sandbox.write("a", "a\n");
    sandbox.commit("Begin");
    let (taken, told) = push(&host, "main");
    assert!(taken, "{told}");
    // Its update hook stands beside ours.
    let hooks = host.home.join("repositories/testing.git/hooks");
    for name in ["update", "pre-receive"] {
        assert!(hooks.join(name).exists(), "{name}");
    }
    let url = sandbox.git(["remote", "get-url", "origin"]).stdout;
    let other = url.trim().replace("/testing", "/nothing");
    let told = sandbox.try_git(["push", &other, "main"]);
    assert_ne!(told.code, 0);
    assert!(told.stderr.contains("DENIED"), "{}", told.stderr);
}
