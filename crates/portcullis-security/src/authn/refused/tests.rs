use super::*;

#[test]
fn a_long_name_takes_no_more_room_than_a_short_one() {
    let long = "x".repeat(64 * 1024);
    let [family, scope] = refused_scopes("realm/native", &long);
    assert_eq!(&*family, "realm/native");
    assert!(scope.len() < 128, "10,000 of these would be {} MiB", scope.len() * 10_000 / 1024 / 1024);
    assert_eq!(refused_scopes("realm/native", &long)[1], scope);
    assert_ne!(refused_scopes("realm/native", &(long + "y"))[1], scope);
    assert_eq!(&*refused_scopes("realm/native", "jo")[1], "realm/native/jo");
}
