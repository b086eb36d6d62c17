//! Changes that switch something off by another key than the one that says it.

use super::weakened;

/// The keys that a change of a policy weakens, by what stands below `cordon: 1`.
fn told(old: &str, new: &str, highest: bool) -> Vec<String> {
    let whole = |text: &str| format!("cordon: 1\nextends: []\n{text}\n");
    weakened(&whole(old), &whole(new), highest)
}

#[test]
fn copies_out_of_a_zone_that_are_found_by_default_are_not_let_through_unseen() {
    let zone = |rest: &str| format!("zones: {{z: {{paths: [src]{rest}}}}}");
    for (old, new, key) in [
        (
            ", class: pci, agents: denied",
            ", class: pci, agents: denied, copy_out: {min_lines: 1000000}",
            "min_lines",
        ),
        (
            ", agents: denied",
            ", agents: denied, copy_out: {similarity: 99}",
            "similarity",
        ),
        (
            ", agents: denied",
            ", agents: denied, class: ci",
            "similarity",
        ),
        (
            ", agents: approval, copy_out: {}",
            ", agents: approval",
            "similarity",
        ),
        (
            ", agents: allowed, copy_out: {min_lines: 5}",
            ", agents: allowed",
            "min_lines",
        ),
    ] {
        let (old, new) = (zone(old), zone(new));
        for highest in [true, false] {
            let key = format!("zones.z.copy_out.{key}");
            assert_eq!(told(&old, &new, highest), [key], "{old} → {new}");
            // That a class is gone is told anyway.
            let back = told(&new, &old, highest);
            let others = back.iter().filter(|key| *key != "zones.z.class");
            assert_eq!(others.count(), 0, "{new} → {old}: {back:?}");
        }
    }
}

#[test]
fn numbers_of_copies_that_go_with_another_key_are_told_there() {
    for (new, key) in [
        ("{paths: [src], agents: allowed}", "zones.z.agents"),
        ("{paths: [src]}", "zones.z.agents"),
        (
            "{paths: [src], agents: denied, copy_out: {similarity: 60, min_lines: 20}}",
            "",
        ),
        ("{paths: [src], agents: denied, class: pci}", ""),
    ] {
        for highest in [true, false] {
            let old = "zones: {z: {paths: [src], agents: denied}}";
            let found = told(old, &format!("zones: {{z: {new}}}"), highest);
            let expected: Vec<&str> = [key].into_iter().filter(|key| !key.is_empty()).collect();
            assert_eq!(found, expected, "{new}");
        }
    }
}

#[test]
fn an_end_beside_the_status_of_all_agents_is_not_that_of_the_entry() {
    let all = "\"*\": {status: approved}";
    let old = format!("agents: {{{all}, cursor: {{status: denied}}}}");
    for own in ["", "warn_days: 9", "until: 2020-01-01"] {
        let new = format!("agents: {{{all}, cursor: {{{own}}}}}");
        assert_eq!(told(&old, &new, false), ["agents.cursor.status"], "{new}");
    }
    let lapsed = "agents: {\"*\": {status: approved, until: 2020-01-01}, cursor: {warn_days: 30}}";
    assert_eq!(told(&old, lapsed, false), [""; 0]);
}

#[test]
fn a_mode_of_a_zone_that_cancels_a_coming_ramp_is_told() {
    let ramp = "rules: {zone-agent: {mode: warn, then: block, from: 2027-01-01}}\n";
    let zone = |rest: &str| format!("{ramp}zones: {{z: {{paths: [src], agents: denied{rest}}}}}");
    for highest in [true, false] {
        let found = told(&zone(""), &zone(", mode: warn"), highest);
        assert_eq!(found, ["zones.z.mode"]);
        for mode in [", mode: block", ""] {
            assert_eq!(told(&zone(", mode: warn"), &zone(mode), highest), [""; 0]);
        }
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is the question"
)]
fn a_long_list_of_sources_is_compared_in_linear_time() {
    let list = |number: usize| {
        let items = (0..5000).map(|at| {
            format!(
                "{{git: \"https://{}.example\", ref: a, path: b}}",
                at + number
            )
        });
        format!(
            "cordon: 1\nextends: [{}]\n",
            items.collect::<Vec<_>>().join(", ")
        )
    };
    let started = std::time::Instant::now();
    assert_eq!(weakened(&list(0), &list(5000), false), ["extends"]);
    assert_eq!(weakened(&list(0), &list(0), false), [""; 0]);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn a_model_is_the_same_in_another_spelling() {
    let models = |text: &str| format!("models: {{{text}}}");
    let denied = "\"claude-opus-4-6*\": {status: denied}";
    let old = models(denied);
    for name in ["claude-opus-4.6-fast", "Claude-Opus-4-6-fast"] {
        let new = models(&format!("{denied}, \"{name}\": {{status: approved}}"));
        assert_eq!(told(&old, &new, false), [format!("models.{name}")]);
        assert_eq!(told(&new, &old, false), [""; 0]);
    }
    for same in ["claude-opus-4.6*", "CLAUDE-opus-4-6*"] {
        let new = models(&format!("\"{same}\": {{status: denied}}"));
        assert_eq!(told(&old, &new, false), [""; 0], "{same}");
        let new = models(&format!("\"{same}\": {{status: approved}}"));
        assert!(!told(&old, &new, false).is_empty(), "{same}");
    }
}

#[test]
fn a_model_that_an_agent_may_run_is_the_same_in_another_spelling() {
    let agent = |models: &str| format!("agents: {{cursor: {{models: [{models}]}}}}");
    let old = agent("\"*4.6*\"");
    let new = agent("\"*4.6*\", \"claude-opus-4.6\"");
    assert_eq!(told(&old, &new, false), ["agents.cursor.models"]);
    let old = agent("\"claude-opus-4.6*\"");
    for same in [
        "\"claude-opus-4-6*\"",
        "\"CLAUDE-opus-4-6*\"",
        "claude-opus-4.6",
    ] {
        assert_eq!(told(&old, &agent(same), false), [""; 0], "{same}");
    }
}

#[test]
fn what_all_agents_may_do_is_compared_once_however_many_they_are() {
    let text = |count: usize, last: &str| {
        let list = |form: fn(usize) -> String| (0..count).map(form).collect::<Vec<_>>().join(", ");
        let models = list(|at| format!("\"model-{at}*\""));
        let agents = list(|at| format!("a{at}: {{}}"));
        format!("agents: {{\"*\": {{models: [{models}, \"{last}\"]}}, {agents}}}")
    };
    let told = |count| told(&text(count, "a"), &text(count, "b"), false);
    assert_eq!(told(10), ["agents.*.models"]);
    assert_eq!(told(2000), ["agents.*"]);
}
