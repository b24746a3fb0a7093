use super::*;

#[test]
fn the_log_keeps_what_somebody_needs_and_what_is_new() {
    assert_eq!(below(50_000, [].into_iter()), None);
    assert_eq!(below(150_000, [140_000].into_iter()), Some(StoreRevision(50_000)));
    assert_eq!(below(150_000, [140_000, 7].into_iter()), Some(StoreRevision(7)));
    assert_eq!(below(150_000, [0].into_iter()), None);
}

#[test]
fn the_first_of_those_that_are_well_asks() {
    let member = |name: &str, state| MemberStatus {
        incarnation: Incarnation::new(name),
        identity: None,
        applied: portcullis_cluster::Revision(1),
        state,
        since: Boot(0),
        wall: (0, Boot(0)),
    };
    let asks = |own, members: &[MemberStatus]| is_first(&Incarnation::new(own), members);
    let well = [member("b", MemberState::Trusted), member("c", MemberState::Trusted)];
    assert!(asks("b", &well) && !asks("c", &well));
    for gone in [MemberState::Silent, MemberState::Left, MemberState::Lost] {
        let members = [member("a", gone), member("b", MemberState::Trusted)];
        assert!(asks("b", &members), "{gone:?}");
    }
}
