//! The join of authorities: whoever is added, nothing gets weaker, and the order does not matter.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cordon::check::vocabulary;
use cordon::finding::{Mode, Stage, Subject};
use cordon::policy::yaml::Limits;
use cordon::policy::{
    AccountSign, Authority, FoldedPath, Loader, Policy, Role, RuleDefault, Shown, Zone, ZoneClass,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;

const AGENTS: &[&str] = &["claude-code", "cursor", "gemini-cli", "unlisted"];
const MODELS: &[&str] = &["claude-opus-5", "claude-sonnet-5", "gpt-5"];
const RULES: &[&str] = &[
    "agent-denied",
    "zone-agent",
    "secret-added",
    "trailer-missing",
];
const ZONES: &[&str] = &["a", "b", "ci", "repository"];
const PATHS: &[&str] = &["src/a.c", "src/deep/b.c", "lib/c", "LIB/C"];
const MARKERS: &[&str] = &["EXPORT", "SECRET"];
const REPOSITORIES: &[Option<&str>] = &[None, Some("acme/radio"), Some("acme/shop")];
const TODAY: Date = date(2026, 11, 22);
const LATER: Date = date(2027, 2, 1);

/// `key: value` with one of the values, or nothing.
fn maybe(key: &'static str, values: &'static [&'static str]) -> BoxedStrategy<Option<String>> {
    let value = prop::sample::select(values.to_vec());
    let pair = value.prop_map(move |value| format!("{key}: {value}"));
    prop::option::of(pair).boxed()
}

/// A map of some of the pairs.
fn map(pairs: Vec<BoxedStrategy<Option<String>>>) -> impl Strategy<Value = String> {
    pairs.prop_map(|pairs| {
        let pairs: Vec<String> = pairs.into_iter().flatten().collect();
        format!("{{{}}}", pairs.join(", "))
    })
}

/// A section with an entry for some of the keys, or none at all.
fn section(
    name: &'static str,
    keys: &'static [&'static str],
    entry: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    let entries = prop::collection::btree_map(prop::sample::select(keys.to_vec()), entry, 0..3);
    entries.prop_map(move |entries| {
        let lines = entries
            .iter()
            .map(|(key, entry)| format!("  {key}: {entry}\n"));
        match lines.collect::<String>() {
            lines if lines.is_empty() => lines,
            lines => format!("{name}:\n{lines}"),
        }
    })
}

const MODES: &[&str] = &["disabled", "audit", "warn", "block"];
const PERMISSIONS: &[&str] = &["allowed", "denied"];
const CLASSES: &[&str] = &["pci", "ci", "export"];

fn agents() -> impl Strategy<Value = String> {
    let status = prop::sample::select(vec![
        "status: approved",
        "status: denied",
        "status: retired",
        "status: conditional, until: 2026-11-21",
        "status: conditional, until: 2026-11-22",
        "status: conditional, until: 2026-12-24",
        "status: approved, until: 2027-03-01",
        "status: denied, since: 2026-11-23",
    ]);
    let entry = map(vec![
        prop::option::weighted(0.8, status.prop_map(str::to_owned)).boxed(),
        maybe(
            "classes",
            &["{pci: denied}", "{export: denied, ci: allowed}"],
        ),
        maybe(
            "models",
            &["[\"claude-*\"]", "[\"claude-opus-?\", gpt-5]", "[]"],
        ),
        maybe("models_required", &["true", "false"]),
        maybe(
            "accounts",
            &["[enterprise]", "[enterprise, personal]", "[unknown]", "[]"],
        ),
        maybe("warn_days", &["0", "7", "400"]),
    ]);
    section("agents", &["\"*\"", "claude-code", "cursor"], entry)
}

/// What shows an account. Only who may say who somebody is has a say in it.
fn accounts() -> impl Strategy<Value = String> {
    let entry = map(vec![
        maybe(
            "trailers",
            &["[\"Agent-Account: acme\"]", "[\"Agent-Account: *\"]"],
        ),
        maybe("hosts", &["[llm.acme.example]", "[\"*\"]"]),
        maybe("user_email", &["[\"*@acme.example\"]", "[\"*\"]"]),
    ]);
    section("accounts", &["enterprise", "personal", "proxy"], entry)
}

/// Bots. Only who may say who somebody is has a say in them.
fn automation() -> impl Strategy<Value = String> {
    let entry = prop::sample::select(vec![
        "{identities: [bot@acme.example], verified_by: platform, paths: [src]}",
        "{identities: [bot@acme.example], verified_by: platform, paths: [\"**\", \"!lib\"]}",
    ]);
    section(
        "automation",
        &["bot", "other"],
        entry.prop_map(str::to_owned),
    )
}

fn models() -> impl Strategy<Value = String> {
    let entry = map(vec![maybe("status", &["approved", "retired", "denied"])]);
    section(
        "models",
        &["\"*\"", "\"claude-*\"", "\"*-5\"", "gpt-5"],
        entry,
    )
}

fn rules() -> impl Strategy<Value = String> {
    let ramp = prop::sample::select(MODES.to_vec())
        .prop_map(|mode| format!("then: {mode}, from: 2027-01-01"));
    let entry = map(vec![
        maybe("mode", MODES),
        maybe("agents", MODES),
        maybe("humans", MODES),
        prop::option::of(ramp).boxed(),
    ]);
    section("rules", RULES, entry)
}

fn zones() -> impl Strategy<Value = String> {
    let entry = map(vec![
        maybe(
            "paths",
            &[
                "[src]",
                "[\"src/**\", \"!src/a.c\"]",
                "[lib/*]",
                "[\"**/*.c\"]",
            ],
        ),
        maybe("markers", &["[EXPORT]", "[SECRET, EXPORT]"]),
        prop::option::weighted(
            0.5,
            prop::sample::select(vec![
                "repos: [radio]",
                "repos: [shop]",
                "repos: [\"acme/*\", \"!acme/shop\"]",
            ])
            .prop_map(str::to_owned),
        )
        .boxed(),
        maybe("agents", PERMISSIONS),
        maybe("mode", MODES),
        maybe("class", CLASSES),
        maybe(
            "copy_out",
            &[
                "{}",
                "{similarity: 40}",
                "{similarity: 80, min_lines: 50}",
                "{min_lines: 5}",
            ],
        ),
    ]);
    section("zones", ZONES, entry)
}

fn classes() -> impl Strategy<Value = String> {
    section("classes", CLASSES, map(vec![maybe("agents", PERMISSIONS)]))
}

/// A line of each of these, or none.
fn single() -> impl Strategy<Value = String> {
    let lines = vec![
        maybe("extends", &["[]"]),
        maybe("stages", &["{ci: disabled}", "{ci: warn}", "{ci: block}"]),
        maybe(
            "limits",
            &["{commits: 0}", "{commits: 10}", "{commits: 1000}"],
        ),
        maybe("incomplete", &["{commit: warn}", "{commit: block}"]),
        maybe(
            "repository",
            &["{classes: [pci]}", "{classes: [export, ci]}"],
        ),
        maybe(
            "trailers",
            &[
                "{require: [{any_of: [Assisted-by]}]}",
                "{require: [{any_of: [Ticket], in_classes: [pci]}], forbid: [{text: a}]}",
                "{stamp: true, forbid: [{key: Signed-off-by, naming: agent}, {text: b}]}",
            ],
        ),
    ];
    lines.prop_map(|lines| {
        let lines = lines.into_iter().flatten();
        lines.map(|line| line + "\n").collect()
    })
}

/// A policy that says something of every part of the language which has an effect.
fn policy() -> impl Strategy<Value = String> {
    let sections = (
        single(),
        (agents(), accounts(), automation(), models()),
        rules(),
        zones(),
        classes(),
    );
    sections.prop_map(
        |(single, (agents, accounts, bots, models), rules, zones, classes)| {
            format!("cordon: 1\n{single}{agents}{accounts}{bots}{models}{rules}{zones}{classes}")
        },
    )
}

/// The opinion that a text states; that of the highest authority has the defaults.
fn authority(loader: &mut Loader, text: &str, highest: bool) -> Authority {
    let read = loader.read("policy.yml", text.as_bytes(), &Limits::ORG, highest);
    let (_, authority) = read.unwrap_or_else(|| panic!("{text}\n{:?}", loader.problems));
    let role = if highest { Role::Org } else { Role::Repository };
    Authority {
        role,
        defaults: highest,
        ..authority
    }
}

/// Joins the texts, the first being the highest.
fn join(texts: &[&String]) -> Policy {
    let mut loader = Loader::new(vocabulary());
    let mut authorities = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        authorities.push(authority(&mut loader, text, position == 0));
    }
    Policy::join(authorities, loader.sources)
}

/// What signs of an account give, where all are trusted sides of one repository.
fn of_sides(texts: &[&String]) -> Vec<u64> {
    let mut loader = Loader::new(vocabulary());
    let mut authorities = Vec::new();
    for text in texts {
        let role = Role::Repository;
        let read = authority(&mut loader, text, authorities.is_empty());
        authorities.push(Authority { role, ..read });
    }
    let policy = Policy::join(authorities, loader.sources);
    let mut all = Vec::new();
    for signs in account_signs() {
        for agent in AGENTS {
            let out = policy.leaves_account_out(agent, &signs, TODAY);
            all.push(u64::from(out.is_some()));
        }
    }
    all
}

/// The same, in a repository of that name.
fn join_in(repository: Option<&str>, texts: &[&String]) -> Policy {
    join(texts).in_repository(repository)
}

/// Every answer in every repository, as numbers that grow with strictness.
fn answers(texts: &[&String]) -> Vec<u64> {
    let of = |repository| answers_in(&join_in(repository, texts));
    REPOSITORIES.iter().copied().flat_map(of).collect()
}

fn answers_in(policy: &Policy) -> Vec<u64> {
    let mut all = Vec::new();
    for date in [TODAY, LATER] {
        of_agents(policy, date, &mut all);
        for rule in RULES {
            for subject in [Subject::Agent, Subject::Human] {
                for zone in [None].into_iter().chain(ZONES.iter().copied().map(Some)) {
                    all.push(policy.mode(rule, subject, zone, Mode::Block, date).value as u64);
                }
            }
        }
    }
    for name in ZONES {
        of_zone(policy, name, &mut all);
    }
    let count = |count: usize| count as u64;
    all.push(count(policy.automation().count()));
    for path in PATHS {
        let outside = policy.automation();
        let outside = outside.filter(|one| !one.may_change(path.as_bytes()));
        all.push(count(outside.count()));
    }
    all.push(count(policy.required_trailers().count()));
    all.push(count(policy.forbidden_trailers().count()));
    all.push(u64::from(policy.stamps()));
    all.push(policy.cap(Stage::Ci) as u64);
    all.push(policy.incomplete_at_commit() as u64);
    let (commits, ..) = policy.limits();
    all.push(if commits == 0 { 0 } else { u64::MAX - commits });
    all
}

fn of_agents(policy: &Policy, date: Date, all: &mut Vec<u64>) {
    for model in MODELS {
        all.push(policy.model_status(model).value as u64);
    }
    for agent in AGENTS {
        all.push(policy.status(agent, date).value as u64);
        // The sooner an approval ends, and the earlier that is said, the stricter.
        let left = policy
            .approved_until(agent, date)
            .map(|until| date.duration_until(until.value).as_hours().unsigned_abs() / 24);
        all.push(left.map_or(0, |days| 10_000 - days));
        all.push(u64::from(policy.warn_days(agent, date)));
        all.push(u64::from(policy.requires_model(agent, date).is_some()));
        for model in MODELS {
            all.push(u64::from(
                policy.leaves_model_out(agent, model, date).is_some(),
            ));
        }
        for signs in account_signs() {
            let out = policy.leaves_account_out(agent, &signs, date);
            all.push(u64::from(out.is_some()));
        }
    }
}

/// What may show an account, alone and together.
fn account_signs() -> Vec<Vec<AccountSign>> {
    let trailer = |value: &str| AccountSign::Trailer {
        key: "agent-account".to_owned(),
        value: value.into(),
        in_block: true,
    };
    let host = AccountSign::Host("llm.acme.example".to_owned());
    let email = AccountSign::Email("dev@acme.example".into());
    vec![
        vec![],
        vec![trailer("acme")],
        vec![trailer("personal"), email.clone()],
        vec![host.clone()],
        vec![host, email],
    ]
}

fn of_zone(policy: &Policy, name: &str, all: &mut Vec<u64>) {
    let zone = policy.zones().iter().find(|zone| zone.name == name);
    for agent in [None].into_iter().chain(AGENTS.iter().copied().map(Some)) {
        all.push(zone.map_or(0, |zone| policy.permission(zone, agent, TODAY).value as u64));
    }
    for path in PATHS {
        let path = FoldedPath::new(path.as_bytes());
        let inside = zone.is_some_and(|zone| zone.contains(&path));
        // By the index as by asking each zone.
        let mut of_path = policy.zones_of(&path);
        assert_eq!(of_path.any(|zone| zone.name == name), inside);
        all.push(u64::from(inside));
    }
    let copy_out = zone.and_then(Zone::copy_out);
    all.push(copy_out.map_or(0, |one| u64::from(101 - one.similarity)));
    all.push(copy_out.map_or(0, |one| u64::MAX - u64::from(one.min_lines)));
    for marker in MARKERS {
        let marks = |zone: &Zone| zone.markers().any(|word| word == *marker);
        all.push(u64::from(zone.is_some_and(marks)));
    }
    for class in [ZoneClass::Pci, ZoneClass::Ci, ZoneClass::Export] {
        all.push(u64::from(zone.is_some_and(|zone| zone.has_class(class))));
    }
}

fn weaker(before: &[u64], after: &[u64]) -> Vec<usize> {
    (0..before.len())
        .filter(|&at| after[at] < before[at])
        .collect()
}

/// What `policy show` says of two authorities: path and value.
fn shown(top: &str, below: &str) -> Vec<(String, String)> {
    let mut loader = Loader::new(vocabulary());
    let mut layered = Vec::new();
    for (text, role) in [(top, Role::Org), (below, Role::Repository)] {
        let file = u16::try_from(loader.sources.list().len()).unwrap();
        let read = loader.read(
            "policy.yml",
            text.as_bytes(),
            &Limits::ORG,
            role == Role::Org,
        );
        layered.push((read.unwrap().0, file, role));
    }
    let rules = RULES.iter().map(|rule| RuleDefault {
        rule,
        agents: Some(Mode::Block),
        humans: Some(Mode::Block),
    });
    let shown = Shown::new(layered, &rules.collect::<Vec<_>>(), TODAY);
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let row = |row: &Value| {
        let path: Vec<String> = row["path"].as_array().unwrap().iter().map(text).collect();
        (path.join("."), text(&row["value"]))
    };
    let json = shown.json(&loader.sources);
    json.as_array().unwrap().iter().map(row).collect()
}

/// What the policy answers to the same questions.
fn answered(policy: &Policy) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let word = |mode: Mode| {
        serde_json::to_value(mode)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    for rule in RULES {
        for (side, subject) in [("agents", Subject::Agent), ("humans", Subject::Human)] {
            let mode = policy.mode(rule, subject, None, Mode::Block, TODAY).value;
            all.push((format!("rules.{rule}.{side}"), word(mode)));
        }
    }
    for agent in ["claude-code", "cursor"] {
        let status = policy.status(agent, TODAY).value.word().to_owned();
        all.push((format!("agents.{agent}.status"), status));
        let days = policy.warn_days(agent, TODAY).to_string();
        all.push((format!("agents.{agent}.warn_days"), days));
    }
    for zone in policy.zones() {
        // What is shown is of every repository.
        if let Some(one) = zone.copy_out() {
            let path = format!("zones.{}.copy_out", zone.name);
            all.push((format!("{path}.similarity"), one.similarity.to_string()));
            all.push((format!("{path}.min_lines"), one.min_lines.to_string()));
        }
    }
    all.push(("stages.ci".to_owned(), word(policy.cap(Stage::Ci))));
    all.push(("limits.commits".to_owned(), policy.limits().0.to_string()));
    all.push((
        "incomplete.commit".to_owned(),
        word(policy.incomplete_at_commit()),
    ));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn an_authority_below_never_weakens(top in policy(), below in policy()) {
        let alone = answers(&[&top]);
        let both = answers(&[&top, &below]);
        // A mode of a zone that only the lower authority has cannot lower the rule's.
        prop_assert_eq!(weaker(&alone, &both), Vec::<usize>::new(), "{}\n---\n{}", top, below);
    }

    #[test]
    fn one_more_trusted_side_admits_no_account(
        one in (agents(), accounts()), other in (agents(), accounts()),
    ) {
        let [one, other] = [one, other].map(|(agents, accounts)| format!("cordon: 1\n{agents}{accounts}"));
        prop_assert_eq!(
            weaker(&of_sides(&[&one]), &of_sides(&[&one, &other])),
            Vec::<usize>::new(), "{}---\n{}", one, other
        );
    }

    #[test]
    fn the_order_below_the_top_does_not_matter(top in policy(), one in policy(), other in policy()) {
        prop_assert_eq!(answers(&[&top, &one, &other]), answers(&[&top, &other, &one]));
    }

    #[test]
    fn the_same_authority_twice_is_said_once(top in policy(), below in policy()) {
        prop_assert_eq!(answers(&[&top, &below]), answers(&[&top, &below, &below]));
    }

    #[test]
    fn an_unnamed_repository_is_judged_as_strictly_as_any(top in policy(), below in policy()) {
        let unnamed = answers_in(&join(&[&top, &below]));
        for repository in REPOSITORIES {
            let named = answers_in(&join_in(*repository, &[&top, &below]));
            prop_assert_eq!(weaker(&named, &unnamed), Vec::<usize>::new(), "{}\n---\n{}", top, below);
        }
    }

    #[test]
    fn a_zone_of_another_repository_says_nothing_here(
        top in (agents(), rules(), classes()), zones in zones(), below in policy(),
    ) {
        let top = format!("cordon: 1\nextends: []\n{}{}{}", top.0, top.1, top.2);
        let elsewhere: String = zones
            .lines()
            .map(|line| match line.split_once("repos: [") {
                Some((before, rest)) => {
                    let (_, after) = rest.split_once(']').unwrap();
                    format!("{before}repos: [acme/legacy]{after}\n")
                }
                None => line.replacen('{', "{repos: [acme/legacy], ", 1).replace(", }", "}") + "\n",
            })
            .collect();
        let with = format!("{top}{elsewhere}");
        let here = Some("acme/shop");
        prop_assert_eq!(
            answers_in(&join_in(here, &[&top, &below])),
            answers_in(&join_in(here, &[&with, &below])),
            "{}---\n{}", with, below
        );
    }

    #[test]
    fn what_is_shown_of_two_authorities_is_what_they_decide(top in policy(), below in policy()) {
        // An entry that has not begun is shown as it is written.
        prop_assume!(!top.contains("since") && !below.contains("since"));
        let shown = shown(&top, &below);
        for (path, answer) in answered(&join(&[&top, &below])) {
            let row = shown.iter().find(|(shown, _)| *shown == path);
            // Of an agent whom nobody lists nothing is shown.
            if path.starts_with("agents") && row.is_none() {
                continue;
            }
            let value = row.map(|(_, value)| value.as_str());
            prop_assert_eq!(value, Some(answer.as_str()), "{}\n{}---\n{}", path, top, below);
        }
    }
}
