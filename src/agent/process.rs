//! The agents among the processes above this one.
//!
//! A process has its name from its program, or gave it to itself. One that an interpreter runs is known by
//! its script too.

mod script;

use bstr::{BStr, BString, ByteSlice as _};

use super::catalogue::Catalogue;
use super::evidence::{Evidence, EvidenceKind, Strength};
use crate::host::Process;
use script::script;

/// How a script's name may end.
const ENDINGS: [&[u8]; 4] = [b".js", b".mjs", b".cjs", b".py"];

/// What the processes above say of agents, the nearest first; each agent once.
pub(super) fn processes(catalogue: &Catalogue, ancestors: &[Process]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    for process in ancestors {
        let names = names(process);
        for entry in catalogue.entries() {
            let mut known = entry.processes.iter();
            let name = known.find(|name| names.contains(&name.as_bytes().as_bstr()));
            let again = found.iter().any(|one| one.agent == entry.agent);
            found.extend(name.filter(|_| !again).map(|name| Evidence {
                agent: entry.agent.clone(),
                kind: EvidenceKind::Process,
                strength: Strength::Strong,
                key: None,
                value: BString::from(name.as_str()),
                line: None,
                model: None,
            }));
        }
    }
    found
}

/// The names by which a process may be known.
fn names(process: &Process) -> Vec<&BStr> {
    let mut names = vec![process.name.as_bstr()];
    let mut arguments = process.arguments.iter().map(|one| one.as_bstr());
    let Some(program) = arguments.next().map(base) else {
        return names;
    };
    names.push(program);
    let script = script([program, process.name.as_bstr()], arguments);
    names.extend(script.map(|script| without_ending(base(script))));
    names
}

/// What stands behind the last slash; of a login shell without its hyphen.
fn base(path: &BStr) -> &BStr {
    let name = path
        .rsplit_once_str("/")
        .map_or(path.as_bytes(), |(_, name)| name);
    name.strip_prefix(b"-").unwrap_or(name).as_bstr()
}

fn without_ending(name: &BStr) -> &BStr {
    let mut endings = ENDINGS.iter();
    let bare = endings.find_map(|ending| name.strip_suffix(*ending));
    bare.map_or(name, |bare| bare.as_bstr())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, arguments: &[&str]) -> Vec<String> {
        let process = Process {
            name: name.into(),
            arguments: arguments.iter().map(|one| BString::from(*one)).collect(),
        };
        let found = processes(Catalogue::builtin(), &[process]);
        found.into_iter().map(|one| one.agent).collect()
    }

    #[test]
    fn a_process_is_known_by_its_name_its_program_or_its_script() {
        for (name, arguments) in [
            ("claude", &[][..]),
            ("MainThread", &["/home/dev/.local/bin/claude", "--resume"]),
            ("node", &["node", "--no-warnings", "/usr/local/bin/claude"]),
            ("node", &["/usr/bin/node22", "/opt/x/claude.js", "-p"]),
            ("python3.12", &["python3.12", "-m", "claude"]),
            ("node", &["node", "-r", "./hook.js", "/usr/bin/claude"]),
            (
                "node",
                &["node", "--import", "./hook.mjs", "/usr/bin/claude"],
            ),
            ("node", &["node", "--env-file", ".env", "/x/claude.js"]),
            ("node", &["node", "--env-file=.env", "/x/claude.js"]),
            ("node", &["node", "--env_file", ".env", "/x/claude.js"]),
            (
                "bun",
                &["bun", "--tsconfig-override", "x.json", "claude.js"],
            ),
            ("python3", &["python3", "-mclaude"]),
            ("python3", &["python3", "-W", "ignore", "/usr/bin/claude"]),
            ("ruby", &["ruby", "-Ilib", "-r", "x", "/usr/bin/claude"]),
            ("sh", &["sh", "-e", "-o", "noglob", "/usr/bin/claude", "-c"]),
            ("bash", &["bash", "--", "/usr/bin/claude"]),
            ("bun", &["bun", "run", "/x/claude.js"]),
        ] {
            assert_eq!(
                seen(name, arguments),
                ["claude-code"],
                "{name} {arguments:?}"
            );
        }
    }

    #[test]
    fn a_word_in_a_command_line_is_no_name() {
        for (name, arguments) in [
            ("vim", &["vim", "claude"][..]),
            ("bash", &["bash", "-c", "claude --version"]),
            ("bash", &["bash", "-c", "ls -d /srv/claude"]),
            ("bash", &["-bash", "-lc", ": /srv/claude"]),
            (
                "bash",
                &["bash", "-euo", "pipefail", "-c", "ls /srv/claude"],
            ),
            ("bash", &["bash", "-c", "true", "/srv/claude"]),
            ("sh", &["sh", "-s", "/srv/claude"]),
            ("python3", &["python3", "-c", "import x # /srv/claude"]),
            ("python3", &["python3", "-", "/srv/claude"]),
            ("python3", &["python3", "-mhttp.server", "/srv/claude"]),
            ("ruby", &["ruby", "-ne", "puts # /srv/claude"]),
            ("node", &["node", "-pe", "1 // /srv/claude"]),
            ("node", &["node", "--eval", "1 // /srv/claude"]),
            ("deno", &["deno", "eval", "1 // /srv/claude"]),
            ("node", &["node", "server.js", "/srv/claude"]),
            ("node", &["node", "server.js", "claude"]),
            ("node", &["node", "--env-file", "/conf/claude", "app.js"]),
            (
                "node",
                &["node", "--disable-warning", "/srv/claude", "app.js"],
            ),
            ("claude-monitor", &["claude-monitor"]),
            ("Claude", &[]),
            ("git", &["git", "commit", "-m", "claude"]),
        ] {
            assert_eq!(seen(name, arguments), [""; 0], "{name} {arguments:?}");
        }
    }
}
