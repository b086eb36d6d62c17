//! Who must not be taken for an agent.

use proptest::prelude::*;

use super::*;

#[test]
fn people_are_nobodys_agents() {
    for person in [
        "Claude Monet <claude@monet.fr>",
        "Claude <claude@example.org>",
        "Jane <jane@openai.com>",
        "Someone <someone@cursor.com>",
        "Devin Jones <devin@example.org>",
        "Jules Verne <jules@verne.fr>",
        "Jane <jane+ai@example.org>",
        "mayor <jane@example.org>",
        "GitHub <noreply@github.com>",
        "GitHub Copilot <noreply@github.com>",
        "GitHub Copilot CLI <jane@github.com>",
        "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
        "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>",
        "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>",
        "claude <1+claude@users.noreply.github.com>",
        "x <noreply@anthropic.com.example.org>",
    ] {
        let keys = [
            "Co-authored-by",
            "Signed-off-by",
            "Assisted-by",
            "Generated-by",
        ];
        for key in keys {
            assert_eq!(of_value(key, person), None, "{key}: {person}");
        }
        let commit = commit(person, person, "Add a parser");
        let found = attribute(Catalogue::builtin(), &commit, &[], &Signs::default());
        assert_eq!(found.kind, AttributionKind::None, "{person}");
    }
}

#[test]
fn a_display_name_alone_is_no_agent() {
    for key in ["Co-authored-by", "Signed-off-by"] {
        for value in [
            "Claude",
            "Claude Opus 5",
            "Cursor",
            "Copilot",
            "claude-code:opus-5",
        ] {
            assert_eq!(of_value(key, value), None, "{key}: {value}");
        }
    }
    assert_eq!(
        agent_of("Co-authored-by", "claude[bot]").as_deref(),
        Some("claude-code")
    );
}

fn mailboxes() -> Vec<String> {
    full()
        .into_iter()
        .flat_map(|entry| {
            let slugs = entry.slugs.into_iter();
            let hidden = slugs.map(|slug| format!("{slug}@users.noreply.github.com"));
            entry.emails.into_iter().chain(hidden).collect::<Vec<_>>()
        })
        .collect()
}

proptest! {
    #[test]
    fn one_other_letter_in_a_mailbox_and_it_is_nobodys(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        // A bracket ends the address: what is left of it may be another's mailbox.
        with in "[ -;=?-~]",
    ) {
        let all = mailboxes();
        let mailbox = which.get(&all);
        let mut changed = mailbox.clone().into_bytes();
        let at = place.index(changed.len());
        changed[at] = with.as_bytes()[0];
        let changed = String::from_utf8(changed).unwrap();
        prop_assume!(!changed.trim().eq_ignore_ascii_case(mailbox));
        // Another number before a login is the same account's, and one entry's neighbour may be
        // another's mailbox.
        let neighbour = all.iter().any(|other| changed.eq_ignore_ascii_case(other));
        let renumbered = changed.ends_with("@users.noreply.github.com") && changed.contains('+');
        prop_assume!(!neighbour && !renumbered);
        let commit = commit("Dev <x>", PERSON, "Add");
        let commit = Commit {
            author: Identity { name: "Dev".into(), email: changed.as_str().into() },
            ..commit
        };
        let found = attribute(Catalogue::builtin(), &commit, &[], &Signs::default());
        prop_assert_eq!(found.kind, AttributionKind::None, "{}", changed);
        let value = format!("Dev <{changed}>");
        prop_assert_eq!(of_value("Co-authored-by", &value), None, "{}", value);
    }

    #[test]
    fn hostile_values_neither_panic_nor_hang(value in "\\PC{0,200}") {
        for key in ["Assisted-by", "Co-authored-by", "Generated-by"] {
            let _ = of_value(key, &value);
        }
        let _ = of_message(&value);
        let _ = model::from_display(&value);
    }
}
