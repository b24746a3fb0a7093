use super::{OPTION, give_back_soon};

#[expect(unsafe_code, reason = "as for setting it")]
fn delay() -> i64 {
    // SAFETY: reads one number.
    unsafe { libmimalloc_sys::mi_option_get(OPTION) }
}

#[test]
fn the_delay_is_the_one_that_is_set() {
    // No other option has this default: the number still is that of the delay.
    assert_eq!(delay(), 1000);
    give_back_soon();
    assert_eq!(delay(), 10);
}
