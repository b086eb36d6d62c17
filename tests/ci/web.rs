//! A forge's server over HTTP, on loopback: `git http-backend` behind a door that wants a token, as a private repository's
//! is.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::forge::Forge;
use crate::support::said;

/// Whoever comes without this, or with it twice, is asked who he is.
pub(crate) const TOKEN: &str = "ghs_of-the-job";

/// The same as a header has it: `x-access-token:` and the token, in base 64.
pub(crate) const SHOWN: &str = "eC1hY2Nlc3MtdG9rZW46Z2hzX29mLXRoZS1qb2I=";

/// The server. It ends with the test's process.
pub(crate) struct Web {
    /// Without a slash at its end.
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<bool>>>,
}

impl Web {
    /// Serves the forge's remote, and makes its address the `origin` of the checkout that is there.
    pub(crate) fn serve(forge: &Forge) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let project = forge.dev.outside("");
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut backend = Command::new("git");
                backend
                    .arg("http-backend")
                    .env("GIT_PROJECT_ROOT", &project);
                let let_in = answer(stream.unwrap(), backend);
                seen.lock().unwrap().push(let_in);
            }
        });
        let web = Self { address, asked };
        let remote = format!("{}/remote.git", web.address);
        configure(forge, &["remote.origin.url", &remote]);
        web
    }

    /// How many requests came since the last question, and how many of them were let in.
    pub(crate) fn asked(&self) -> (usize, usize) {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        let let_in = asked.iter().filter(|let_in| **let_in).count();
        (asked.len(), let_in)
    }
}

/// Sets something in the configuration of the checkout itself.
pub(crate) fn configure(forge: &Forge, pair: &[&str]) {
    let mut git = forge.dev.command("git", &forge.dev.outside("checkout"));
    let said = said(git.arg("config").args(pair));
    assert_eq!(said.code, 0, "{said:?}");
}

/// Answers one request; whether whoever asks was let in.
fn answer(mut stream: TcpStream, mut backend: Command) -> bool {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let all = |name: &str| -> Vec<&str> {
        let pairs = lines.iter().filter_map(|line| line.split_once(": "));
        let of = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        of.map(|(_, value)| value).collect()
    };
    let first = |name: &str| all(name).first().copied().unwrap_or_default().to_owned();
    if all("authorization") != [format!("basic {SHOWN}")] {
        let refusal = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"GitHub\"\r\n\
                       Content-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(refusal.as_bytes()).unwrap();
        return false;
    }
    let mut words = lines[0].split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut body = vec![0; first("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    backend
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_PROTOCOL", first("git-protocol"))
        .env("HTTP_CONTENT_ENCODING", first("content-encoding"))
        .env("CONTENT_TYPE", first("content-type"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query);
    backend.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = backend.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&body).unwrap();
    let told = child.wait_with_output().unwrap().stdout;
    let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n";
    // Git may have had enough.
    let _ = stream.write_all(&[head.as_slice(), &told].concat());
    true
}
