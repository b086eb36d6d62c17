//! The rows that are met, each a test named after it.

use crate::probe::Met::Blocked;
use crate::probe::row;

#[test]
fn row_08_evil_merge() {
    let zone = |path, subject| Blocked("zone-agent", Some(path), subject);
    row(
        "08-evil-merge",
        &[
            (
                "extra-edit",
                &[zone("src/crypto/aes.c", "Merge the side branch")],
            ),
            (
                "drops-a-fix",
                &[zone("src/crypto/aes.c", "Merge the side branch")],
            ),
            ("octopus", &[zone("src/crypto/new.c", "Merge two branches")]),
        ],
    );
}

#[test]
fn row_10_touch_then_revert() {
    let touched = |subject| Blocked("zone-agent", Some("src/crypto/aes.c"), subject);
    row(
        "10-touch-then-revert",
        &[
            ("touched", &[touched("Try something"), touched("Undo it")]),
            (
                "secret",
                &[Blocked("secret-added", Some("config.ini"), "Configure")],
            ),
        ],
    );
}

#[test]
fn row_13_mode_type_delete() {
    let zone = |subject| Blocked("zone-agent", Some("src/crypto/aes.c"), subject);
    row(
        "13-mode-type-delete",
        &[
            ("mode", &[zone("Change a mode")]),
            ("type", &[zone("Make it a link")]),
            ("delete", &[zone("Delete")]),
        ],
    );
}
