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
