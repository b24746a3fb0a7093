use super::*;

fn role(name: &str, cluster: &[&str]) -> RoleDescriptor {
    let cluster = cluster.iter().map(|it| (*it).to_owned()).collect();
    RoleDescriptor { name: name.to_owned(), cluster, ..RoleDescriptor::default() }
}

#[test]
fn who_was_given_the_same_has_the_same_and_nobody_else() {
    let shared = SharedPermissions::default();
    let one = shared.of(vec![role("a", &["monitor"])], vec![role("b", &["all"])]);
    assert!(Arc::ptr_eq(&one, &shared.of(vec![role("a", &["monitor"])], vec![role("b", &["all"])])));
    let others = [
        (vec![role("b", &["all"])], vec![role("a", &["monitor"])]),
        (vec![role("a", &["manage"])], vec![role("b", &["all"])]),
        (vec![role("c", &["monitor"])], vec![role("b", &["all"])]),
        (vec![], vec![role("a", &["monitor"]), role("b", &["all"])]),
        (vec![role("a", &["monitor"]), role("b", &["all"])], vec![]),
        (vec![role("a", &["monitor"])], vec![role("b", &["all", "monitor"])]),
        (
            vec![role("a", &["monitor"])],
            vec![RoleDescriptor { run_as: vec!["x".into()], ..role("b", &["all"]) }],
        ),
    ];
    for (own, limited_by) in others {
        assert!(!Arc::ptr_eq(&one, &shared.of(own.clone(), limited_by.clone())), "{own:?} {limited_by:?}");
    }
}

#[test]
fn what_no_key_has_any_more_is_forgotten() {
    let shared = SharedPermissions::default();
    let kept: Vec<_> = (0..10).map(|n| shared.of(vec![role(&format!("kept{n}"), &[])], Vec::new())).collect();
    for n in 0..10 * FIRST_SWEEP {
        drop(shared.of(vec![role(&n.to_string(), &[])], Vec::new()));
    }
    assert!(shared.lock().permissions.len() <= FIRST_SWEEP);
    for (n, it) in kept.iter().enumerate() {
        assert!(Arc::ptr_eq(it, &shared.of(vec![role(&format!("kept{n}"), &[])], Vec::new())));
    }
}
