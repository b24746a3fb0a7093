use super::of_epoch;

#[test]
fn a_uuid_has_22_characters_and_none_is_told_as_such() {
    assert_eq!(of_epoch(""), "_na_");
    assert_eq!(of_epoch("00000000-0000-0000-0000-000000000000"), "A".repeat(22));
    assert_eq!(of_epoch("ffffffff-ffff-ffff-ffff-ffffffffffff"), "_____________________w");
    assert_eq!(of_epoch("prod"), "prod");
    assert_eq!(of_epoch("ff"), "ff");
}
