//! That more who have the say never make a group wider.

use proptest::prelude::*;

use super::*;

const ED: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

const PEOPLE: [&str; 3] = ["a@x", "b@x", "c@x"];
const LOGINS: [&str; 2] = ["ann", "bob"];

fn key() -> impl Strategy<Value = AllowedKey> {
    let line = prop::sample::select(vec!["", "a@x ", "b@x ", "a@x,b@x ", "*@x "]);
    line.prop_map(|line| AllowedKey::parse(&format!("{line}{ED}")).unwrap())
}

fn group() -> impl Strategy<Value = Group> {
    let member = prop::sample::select(PEOPLE.to_vec());
    let login = prop::option::of(prop::sample::select(LOGINS.to_vec()));
    let member =
        (member, login).prop_map(|(one, login)| (one.to_owned(), login.map(str::to_owned)));
    let members = prop::option::of(prop::collection::btree_map(
        member.clone().prop_map(|(one, _)| one),
        member.prop_map(|(_, login)| login),
        0..3,
    ));
    let keys = prop::collection::vec(key(), 0..3);
    (members, keys).prop_map(|(members, keys)| Group::new(members, keys, None))
}

fn authority(role: Role, name: &str, group: &Group) -> Authority {
    Authority {
        role,
        approvers: [(name.to_owned(), group.clone())].into(),
        ..Authority::default()
    }
}

fn signs(group: &Group, address: &str) -> bool {
    let mut keys = group.keys().iter();
    keys.any(|key| group.signs_for(key, address.as_bytes()))
}

proptest! {
    #[test]
    fn adding_an_authority_never_makes_a_group_wider(
        groups in prop::collection::vec(group(), 1..4),
        more in group(),
    ) {
        let mut authorities: Vec<Authority> =
            groups.iter().map(|group| authority(Role::Repository, "team", group)).collect();
        let before = Groups::of(&authorities);
        authorities.push(authority(Role::Repository, "team", &more));
        let after = Groups::of(&authorities);
        let (narrow, wide) = (after.get("team").unwrap(), before.get("team").unwrap());
        for one in PEOPLE {
            prop_assert!(!narrow.has_member(one.as_bytes()) || wide.has_member(one.as_bytes()));
            prop_assert!(!signs(narrow, one) || signs(wide, one));
        }
        prop_assert!(narrow.asks_keys() || !wide.asks_keys());
        for login in LOGINS {
            let of = |groups: &Groups| -> Vec<String> {
                groups.people().members(login).map(|(_, one)| one.to_owned()).collect()
            };
            let wide = of(&before);
            prop_assert!(of(&after).iter().all(|one| wide.contains(one)));
            // Whoever had a part in something is known for it by no fewer names.
            let known = |groups: &Groups, one: &str| -> Vec<String> {
                groups.people().logins(one).map(str::to_owned).collect()
            };
            for one in PEOPLE {
                let after = known(&after, one);
                prop_assert!(known(&before, one).iter().all(|login| after.contains(login)));
            }
        }
        let key = AllowedKey::parse(ED).unwrap();
        for one in PEOPLE {
            let one = one.as_bytes();
            prop_assert!(!before.may_sign(&key, one) || after.may_sign(&key, one));
        }
        let holders = after.holders(&key);
        for one in PEOPLE {
            prop_assert_eq!(holders.has(one), after.may_sign(&key, one.as_bytes()));
            prop_assert!(!before.holders(&key).has(one) || holders.has(one));
        }
    }
}

#[test]
fn a_group_in_which_nobody_is_left_is_not_the_keys() {
    let line = AllowedKey::parse(&format!("eve@x {ED}")).unwrap();
    let of = |member: &str| {
        let members = Members::from([(member.to_owned(), None)]);
        Group::new(Some(members), vec![line.clone()], None)
    };
    let met = of("a@x").meet(&of("b@x"));
    assert!(!met.signs_for(&line, b"eve@x"));
    assert!(!of("eve@x").signs_for(&line, b"a@x"));
    assert!(of("eve@x").signs_for(&line, b"eve@x"));
}

#[test]
fn keys_are_one_persons_where_an_address_may_have_both() {
    let other = ED.replace("AAAAILM+", "AAAAILN+");
    let meet = |members: &str, one: &str, two: &str| {
        let lines = [format!("{one}{ED}"), format!("{two}{other}")];
        let keys = lines.map(|line| AllowedKey::parse(&line).unwrap());
        let members = members.split_ascii_whitespace();
        let members: Members = members.map(|one| (one.to_owned(), None)).collect();
        let listed = (!members.is_empty()).then_some(members);
        let group = Group::new(listed, keys.to_vec(), None);
        let groups = Groups::of(&[authority(Role::Repository, "team", &group)]);
        let [one, two] = keys.map(|key| groups.holders(&key));
        assert_eq!(one.meet(&two), two.meet(&one));
        one.meet(&two)
    };
    assert!(meet("a@x b@x", "", ""));
    assert!(meet("a@x b@x", "a@x ", ""));
    assert!(meet("a@x b@x", "*@x ", "a@x "));
    assert!(!meet("a@x b@x", "a@x ", "b@x "));
    assert!(!meet("", "a@x ", "b@x "));
    assert!(meet("", "a@x,c@x ", "b@x,C@x "));
    assert!(meet("", "*@x ", "b@x "));
    assert!(!meet("", "*@x,!b@x ", "b@x "));
    // Nobody can tell of two patterns whether somebody is in both.
    assert!(meet("", "*@x ", "*@y "));
}
