use super::*;

#[test]
fn it_comes_back_as_it_was_written() {
    let first = Epoch::new(u64::MAX);
    let second = Epoch::replacing(vec![first.uuid.clone(), String::new()], Some(first.cluster.clone()), 1);
    for epoch in [&first, &second] {
        assert_eq!(Epoch::parse(epoch.to_text().as_bytes()).as_ref(), Some(epoch));
    }
    assert_eq!(
        (&second.cluster, second.previous.as_slice()),
        (&first.cluster, [first.uuid.clone()].as_slice())
    );
    assert_ne!(first.uuid, second.uuid);
}

#[test]
fn a_later_version_may_say_more_but_not_less() {
    let epoch = Epoch::new(7);
    let text = epoch.to_text();
    assert_eq!(Epoch::parse(format!("{text}color green\n").as_bytes()), Some(epoch));
    for lacking in ["uuid", "cluster", "etcd"] {
        let text: String =
            text.lines().filter(|it| !it.starts_with(lacking)).map(|it| format!("{it}\n")).collect();
        assert_eq!(Epoch::parse(text.as_bytes()), None, "{text}");
    }
    for wrong in ["", "hello", "\u{0}", "uuid a\ncluster b\netcd xyz\n"] {
        assert_eq!(Epoch::parse(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn what_was_replaced_is_bounded() {
    let names: Vec<String> = (0..MAX_PREVIOUS + 3).map(|n| n.to_string()).collect();
    let epoch = Epoch::replacing(names, None, 1);
    assert_eq!(epoch.previous.len(), MAX_PREVIOUS);
    assert_eq!(epoch.previous.last().unwrap(), &(MAX_PREVIOUS + 2).to_string());
}
