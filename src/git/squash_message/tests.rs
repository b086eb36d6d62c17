//! The forms are those of the forges' own pages and of squashes in public histories.

use proptest::prelude::*;

use super::*;
use crate::git::Reading;
use crate::git::trailers;

fn who(name: &str, email: &str) -> Identity {
    Identity {
        name: name.into(),
        email: email.into(),
    }
}

fn commit(author: &Identity, message: &str) -> Commit {
    Commit {
        author: author.clone(),
        message: Message::new(message),
        ..Commit::default()
    }
}

fn pull() -> Pull {
    Pull {
        number: 158,
        title: "Add a flag".into(),
        body: "What it does.\r\n\r\nFixes #1".into(),
        author: who("Ann", "ann@acme.example"),
        named: vec![("source_branch".to_owned(), "side".into())],
    }
}

fn written(habit: &Habit, pull: &Pull, commits: &[Commit]) -> String {
    habit.message(pull, commits).unwrap().raw().to_string()
}

fn github(at: usize) -> Habit {
    Habit::github()[at].clone()
}

fn two() -> [Commit; 2] {
    let taylor = "Update config.ts\n\nCo-authored-by: N. Taylor <nt@acme.example>\n";
    [
        commit(
            &pull().author,
            "Add a flag.\n\nIt is new.\n\nAssisted-by: Claude\n",
        ),
        commit(&who("Lee", "lee@acme.example"), taylor),
    ]
}

#[test]
fn github_lists_the_commits_and_gathers_their_authors() {
    let names =
        "Co-authored-by: Lee <lee@acme.example>\nCo-authored-by: N. Taylor <nt@acme.example>\n";
    let list = "* Add a flag.\n\nIt is new.\n\nAssisted-by: Claude\n\n* Update config.ts\n\nCo-authored-by: N. Taylor \
                <nt@acme.example>";
    let all = format!("Add a flag (#158)\n\n{list}\n\n---------\n\n{names}");
    assert_eq!(written(&github(0), &pull(), &two()), all);
    assert_eq!(written(&github(2), &pull(), &two()), all);
    let body = format!("Add a flag (#158)\n\nWhat it does.\n\nFixes #1\n\n---------\n\n{names}");
    assert_eq!(written(&github(1), &pull(), &two()), body);
    let blank = format!("Add a flag (#158)\n\n{names}");
    assert_eq!(written(&github(3), &pull(), &two()), blank);
}

#[test]
fn github_keeps_the_message_of_one_commit() {
    let [first, second] = two();
    let message = "Add a flag. (#158)\n\nIt is new.\n\nAssisted-by: Claude\n";
    assert_eq!(
        written(&github(0), &pull(), std::slice::from_ref(&first)),
        message
    );
    let lee = "Update config.ts (#158)\n\nCo-authored-by: N. Taylor <nt@acme.example>\n\n---------\n\n\
               Co-authored-by: Lee <lee@acme.example>\n";
    assert_eq!(written(&github(0), &pull(), &[second]), lee);
    assert_eq!(
        written(&github(3), &pull(), &[first]),
        "Add a flag (#158)\n"
    );
}

#[test]
fn github_gathers_sign_offs_and_leaves_merges_out() {
    let bot = who("bot", "bot@acme.example");
    let mut merge = commit(&bot, "Merge branch 'main'\n");
    merge.parents = vec![crate::git::Id::from_hex(&[b'1'; 40]).unwrap(); 2];
    let commits = [
        commit(&bot, "Bump a\n\nSigned-off-by: bot <bot@acme.example>\n"),
        merge,
        commit(&bot, "Bump b\n\nSigned-off-by: bot <bot@acme.example>\n"),
    ];
    let message = written(&github(0), &pull(), &commits);
    assert!(!message.contains("Merge branch"), "{message}");
    let end = "---------\n\nSigned-off-by: bot <bot@acme.example>\nCo-authored-by: bot <bot@acme.example>\n";
    assert!(message.ends_with(end), "{message}");
}

fn gitlab(template: &str) -> String {
    let habit = Habit::Gitlab(Some(template.into()));
    written(&habit, &pull(), &two())
}

#[test]
fn gitlab_writes_the_title_or_the_project_s_template() {
    assert_eq!(
        written(&Habit::Gitlab(None), &pull(), &two()),
        "Add a flag\n"
    );
    let long = "%{title} (%{source_branch})\n\n%{description}\n\n%{co_authored_by}";
    let names = "Co-authored-by: Lee <lee@acme.example>\n";
    assert_eq!(
        gitlab(long),
        format!("Add a flag (side)\n\nWhat it does.\n\nFixes #1\n\n{names}")
    );
    let list = "* Update config.ts\n\nCo-authored-by: N. Taylor <nt@acme.example>\n\n* Add a flag.\n\nIt is \
                new.\n\nAssisted-by: Claude\n";
    assert_eq!(gitlab("%{all_commits}"), list);
    assert_eq!(
        gitlab("%{first_multiline_commit_description}"),
        "It is new.\n\nAssisted-by: Claude\n"
    );
}

#[test]
fn gitlab_takes_a_line_of_an_empty_variable_out() {
    assert_eq!(gitlab("a\n\n%{issues}\n\nb"), "a\n\nb\n");
    assert_eq!(gitlab("a\n%{issues}\nb"), "a\nb\n");
    assert_eq!(gitlab("a\n\n%{reviewed_by}"), "a\n");
    assert_eq!(gitlab("a %{issues}\n%{nothing} %{"), "a \n%{nothing} %{\n");
}

#[test]
fn gitea_writes_the_body_or_the_commits() {
    let names = "Co-authored-by: Lee <lee@acme.example>\n";
    assert_eq!(
        written(&Habit::Gitea(false), &pull(), &two()),
        format!("Add a flag (#158)\n\nWhat it does.\n\nFixes #1\n\n{names}")
    );
    let message = written(&Habit::Gitea(true), &pull(), &two());
    assert!(
        message.starts_with("Add a flag (#158)\n\n.\n\nIt is new."),
        "{message}"
    );
    assert!(message.ends_with(names), "{message}");
}

#[test]
fn without_a_commit_there_is_no_squash() {
    let mut habits = Habit::github().to_vec();
    habits.extend([Habit::Gitlab(None), Habit::Gitea(true)]);
    assert!(
        habits
            .iter()
            .all(|habit| habit.message(&pull(), &[]).is_none())
    );
}

fn text() -> impl Strategy<Value = String> {
    let parts = vec![
        "a",
        "\n",
        "\n\n",
        "* b",
        "---------",
        "Key: c",
        "%{title}",
        "%{",
        "\r\n",
        " ",
        "é",
    ];
    prop::collection::vec(prop::sample::select(parts), 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn whatever_the_texts_github_keeps_every_author_once_and_for_git(
        title in text(),
        body in text(),
        messages in prop::collection::vec((0..4_usize, text()), 2..6),
    ) {
        let author = |at: &usize| who(&format!("P{at}"), &format!("p{at}@acme.example"));
        let commits: Vec<Commit> = messages.iter().map(|(at, text)| commit(&author(at), text)).collect();
        let pull = Pull { title: title.into(), body: body.into(), author: author(&0), ..pull() };
        let mut wanted: Vec<BString> = commits.iter().map(|one| one.author.email.clone()).collect();
        wanted.retain(|email| *email != pull.author.email);
        wanted.sort();
        wanted.dedup();
        for habit in Habit::github() {
            let message = written(&habit, &pull, &commits);
            let found = trailers(message.as_bytes()).into_iter();
            let found = found.filter(|one| one.reading == Reading::Git && one.folded == "co-authored-by");
            let found = found.filter_map(|one| Identity::parse(&one.value));
            let mut found: Vec<BString> = found.map(|who| who.email).collect();
            found.sort();
            prop_assert_eq!(&found, &wanted, "{:?}: {}", habit, message);
        }
    }

    #[test]
    fn gitlab_fills_each_place_of_a_template_once(template in text(), title in text()) {
        let pull = Pull { title: title.clone().into(), ..pull() };
        let habit = Habit::Gitlab(Some(template.clone().into()));
        let message = written(&habit, &pull, &two());
        if title.trim().is_empty() {
            return Ok(());
        }
        let filled = template.replace('\r', "").replace("%{title}", &title);
        prop_assert_eq!(message.trim(), filled.trim());
    }
}
