use super::*;

#[test]
fn the_log_keeps_what_somebody_needs_and_what_is_new() {
    assert_eq!(below(50_000, [].into_iter()), None);
    assert_eq!(below(150_000, [140_000].into_iter()), Some(StoreRevision(50_000)));
    assert_eq!(below(150_000, [140_000, 7].into_iter()), Some(StoreRevision(7)));
    assert_eq!(below(150_000, [0].into_iter()), None);
}
