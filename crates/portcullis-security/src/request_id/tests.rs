use super::*;

#[test]
fn a_number_is_told_in_hexadecimal_behind_the_run() {
    let id = |run, number| RequestId::numbered(run, number).as_str().to_owned();
    assert_eq!(id(0, 0), "0".repeat(32));
    assert_eq!(id(0x0123_4567_89ab_cdef, 0xf0), "0123456789abcdef00000000000000f0");
    assert_eq!(id(u64::MAX, u64::MAX), "f".repeat(32));
    assert_eq!(RequestId::from("Root=1").as_str(), "Root=1");
}
