//! Pushes over smart HTTP: nginx, fcgiwrap and `git http-backend`.

use std::path::Path;

use crate::server::{Server, ZONE, blocks};
use crate::service::{Service, free_port, listens, program};
use crate::support::CLAUDE;

/// A server that nginx serves.
struct Site {
    server: Server,
    _services: [Service; 2],
}

/// None where a program is not installed.
fn site(policy: &str) -> Option<Site> {
    let (nginx, fcgiwrap) = (program("nginx")?, program("fcgiwrap")?);
    let server = Server::with(policy);
    let dir = server.outside("http");
    std::fs::create_dir(&dir).unwrap();
    let port = free_port();
    let shown = dir.display();
    std::fs::write(dir.join("nginx.conf"), configuration(&server, &dir, port)).unwrap();
    let socket = dir.join("socket");
    let mut command = server.command(fcgiwrap.to_str().unwrap(), &dir);
    command.args(["-s", &format!("unix:{}", socket.display())]);
    let mut cgi = Service::start(command, &dir.join("fcgiwrap.log"));
    cgi.wait(|| socket.exists());
    let mut command = server.command(nginx.to_str().unwrap(), &dir);
    command.args([
        "-p",
        &format!("{shown}"),
        "-c",
        &format!("{shown}/nginx.conf"),
    ]);
    let mut web = Service::start(command, &dir.join("nginx.log"));
    web.wait(|| listens(port));
    let url = format!("http://127.0.0.1:{port}/server.git");
    server.git(["remote", "set-url", "origin", &url]);
    server.git(["config", "http.postBuffer", "100m"]);
    Some(Site {
        server,
        _services: [cgi, web],
    })
}

/// One process in the foreground, which keeps all that it writes in the test's folder.
fn configuration(server: &Server, dir: &Path, port: u16) -> String {
    let exec = server.git(["--exec-path"]).stdout;
    let root = server.shell("id -u").stdout.trim() == "0";
    let shown = dir.display();
    let user = if root { "user root;" } else { "" };
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {shown}/{kind};\n"))
        .concat();
    let backend = exec.trim();
    let project = server.dir().parent().unwrap().display().to_string();
    format!(
        "{user}
        daemon off; master_process off; pid {shown}/pid; error_log stderr;
        events {{}}
        http {{
          access_log off; client_max_body_size 0; {temp}
          server {{
            listen 127.0.0.1:{port};
            location / {{
              fastcgi_pass unix:{shown}/socket;
              fastcgi_param SCRIPT_FILENAME {backend}/git-http-backend;
              fastcgi_param GIT_PROJECT_ROOT {project};
              fastcgi_param GIT_HTTP_EXPORT_ALL 1;
              fastcgi_param GIT_PROTOCOL $http_git_protocol;
              fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
              fastcgi_param PATH_INFO $uri;
              fastcgi_param QUERY_STRING $query_string;
              fastcgi_param REQUEST_METHOD $request_method;
              fastcgi_param CONTENT_TYPE $content_type;
              fastcgi_param CONTENT_LENGTH $content_length;
              fastcgi_param REMOTE_USER ada;
              fastcgi_param REMOTE_ADDR $remote_addr;
            }}
          }}
        }}\n"
    )
}

#[test]
fn an_agents_change_is_refused_and_a_persons_taken_over_http() {
    let Some(site) = site(ZONE) else { return };
    let server = &site.server;
    server.by_an_agent();
    let told = server.refused(["main"]);
    blocks(&told, "zone-agent");
    assert!(
        told.contains("remote: cordon: refused: 1 blocked"),
        "{told}"
    );
    server.reset();
    server.by_a_person();
    assert_eq!(server.taken(["main"]).trim(), "");
    server.taken(["main:refs/heads/side"]);
    server.taken([":side"]);
}

#[test]
fn a_large_push_with_an_option_arrives_whole_over_http() {
    let Some(site) = site(ZONE) else { return };
    let server = &site.server;
    server.configure("receive.advertisePushOptions", "true");
    let noise = "head -c 3000000 /dev/urandom > noise";
    assert_eq!(server.shell(noise).code, 0);
    for number in 0..150 {
        server.write("other", format!("{number}\n"));
        server.commit("By a person");
    }
    let told = server.taken(["-o", "cordon.ticket=LEG-1", "main"]);
    assert!(told.contains("ticket LEG-1"), "{told}");
    server.write("src/crypto/aes.c", "int x;\n");
    server.commit(&format!("Change\n\n{CLAUDE}"));
    server.commit("On top");
    blocks(
        &server.refused(["--atomic", "main", "HEAD:refs/heads/b"]),
        "zone-agent",
    );
}
