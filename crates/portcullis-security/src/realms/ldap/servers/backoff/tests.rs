//! How long a server is spared.

use proptest::prelude::*;

use super::*;

#[test]
fn each_failure_doubles_it_up_to_a_limit() {
    let longest: Vec<u64> = (1..=8).map(|failures| millis(failures, u16::MAX)).collect();
    assert_eq!(longest, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert_eq!(millis(1, 0), 250);
    assert_eq!(millis(u32::MAX, u16::MAX), 30_000);
}

proptest! {
    #[test]
    fn it_is_at_least_half_of_the_full_time(failures in 1_u32.., random: u16) {
        let full = millis(failures, u16::MAX);
        let spared = millis(failures, random);
        prop_assert!((full / 2..=full).contains(&spared));
    }
}
