//! Push options: a ticket is told, nothing is weakened.

use crate::server::{Server, ZONE, blocks};

fn server() -> Server {
    let server = Server::with(ZONE);
    server.configure("receive.advertisePushOptions", "true");
    server
}

#[test]
fn a_ticket_is_told_and_excuses_nothing() {
    let server = server();
    server.by_an_agent();
    let told = server.refused(["-o", "cordon.ticket=LEG-1", "main"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("the pusher names the ticket LEG-1"), "{told}");
    server.reset();
    server.by_a_person();
    let told = server.taken(["-o", "ci.skip", "-o", "cordon.ticket=a\x1b[31m", "main"]);
    assert!(told.contains(r"the ticket a\x1B[31m"), "{told}");
    assert!(!told.contains('\x1b'), "{told}");
}

/// Two people sign an emergency waiver for one push; a second push by it is refused.
#[test]
fn an_emergency_waiver_lets_one_push_through() {
    let server = server();
    let mut keys = Vec::new();
    for who in ["lee", "ito"] {
        let path = server.outside(who).display().to_string();
        let made = server.shell(&format!("ssh-keygen -q -t ed25519 -N '' -C '' -f {path}"));
        assert_eq!(made.code, 0, "{}", made.stderr);
        let public = std::fs::read_to_string(format!("{path}.pub")).unwrap();
        keys.push(format!("{{key: \"{who}@acme.example {}\"}}", public.trim()));
    }
    let policy = format!(
        "{ZONE}policy: {{id: acme}}\napprovers: {{duty: {{members: [lee@acme.example, ito@acme.example], keys: [{}]}}}}\n\
         waivers: {{emergency: {{approvers: [duty], hours: 4}}}}\n",
        keys.join(", ")
    );
    let path = server.outside("policy.yml");
    std::fs::write(&path, policy).unwrap();
    let path = path.to_str().unwrap();
    server.configure("cordon.policy", path);
    server.configure("cordon.repository", "acme/radio-core");
    let (base, head) = (server.id("HEAD"), server.by_an_agent());
    blocks(&server.refused(["main"]), "zone-agent");
    let now = server.shell("date -u +%Y-%m-%dT%H:%M:%SZ").stdout;
    let waiver = format!(
        "emergency: E-1\nrepository: acme/radio-core\nrange: {{base: {base}, head: {head}}}\nfrom: {}\nhours: 1\n\
         reason: It is down\nrequested_by: ops@acme.example\napproved_by: []\n",
        now.trim()
    );
    let file = server.outside("emergency.yml").display().to_string();
    std::fs::write(&file, waiver).unwrap();
    let option = || {
        let text = server.shell(&format!("base64 -w0 {file}")).stdout;
        format!("cordon.emergency={text}")
    };
    let sign = |who: &str| {
        let key = server.outside(who).display().to_string();
        let whom = format!("{who}@acme.example");
        let said = server.cordon([
            "waiver", "sign", &file, "--who", &whom, "--key", &key, "--policy", path,
        ]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    };
    // The lines break where the policy's path happens to end.
    let flat = |told: &str| {
        let told = told.replace("remote:", " ");
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    sign("lee");
    let told = flat(&server.refused(["-o", &option(), "main"]));
    assert!(told.contains("2 people must sign it"), "{told}");
    sign("ito");
    let told = flat(&server.taken(["-o", &option(), "main"]));
    assert!(told.contains("the emergency waiver E-1"), "{told}");
    server.write("src/crypto/more.c", "int more;\n");
    server.commit(&format!("More\n\n{}", crate::support::CLAUDE));
    let told = server.refused(["-o", &option(), "main"]);
    blocks(&told, "zone-agent");
    let told = flat(&told);
    assert!(told.contains("it is for the range"), "{told}");
}

#[test]
fn an_option_that_cordon_does_not_know_refuses() {
    let server = server();
    server.by_a_person();
    for option in [
        "cordon.tiket=1",
        "cordon.skip",
        "CORDON.mode=warn",
        "cordon.ticket=",
    ] {
        let told = server.refused(["-o", option, "main"]);
        assert!(told.contains("incomplete: push-option: "), "{told}");
    }
    server.taken(["-o", "skip-checks", "main"]);
}
