use super::*;

#[test]
fn what_callgrind_tells_is_read() {
    assert_eq!(instructions("==7== Events    : Ir\n==7== Collected : 123456\n==7== \n"), 123_456);
}

#[test]
fn what_is_done_once_is_taken_out() {
    assert_eq!(each(1_000, 200, |count| 5_000_000 + 321 * count), 321.0);
}
