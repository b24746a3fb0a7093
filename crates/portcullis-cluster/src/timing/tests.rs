use super::{Timing, Window};
use crate::error::TimingError;

#[test]
fn the_defaults_are_what_the_formula_says() {
    let timing = Timing::new(4_000, 500, 0.11).expect("the defaults are allowed");
    // 4000 · 1.11 / 0.89 = 4988.8, and 10 for the rounding: 5.0 s.
    assert_eq!(timing.wait_ms(), 4_999);
    assert_eq!(timing.answer_ms(), 500);
    assert_eq!(timing.heartbeat_ms(), 500);
    assert_eq!(timing.own().window_ms(), 4_000);
}

#[test]
fn a_wait_outlives_the_window_on_any_two_clocks_within_the_drift() {
    for (window, drift) in [(2_000, 0.0), (4_000, 0.11), (30_000, 0.11), (30_000, 0.5), (2_001, 0.333)] {
        let timing = Timing::new(window, 500, drift).expect("allowed");
        let slowest_holder = f64::from(u32::try_from(window).expect("small")) / (1.0 - drift);
        let fastest_waiter = f64::from(u32::try_from(timing.wait_ms()).expect("small")) / (1.0 + drift);
        assert!(fastest_waiter >= slowest_holder, "{window} {drift}");
    }
}

#[test]
fn the_wait_for_a_member_is_by_its_own_window_and_the_larger_drift() {
    let short = Timing::new(2_000, 500, 0.11).expect("allowed");
    let long = Timing::new(10_000, 500, 0.0).expect("allowed");
    assert_eq!(short.wait_for_ms(long.own()), Timing::new(10_000, 500, 0.11).expect("allowed").wait_ms());
    assert_eq!(long.wait_for_ms(short.own()), short.wait_ms());
    assert_eq!(short.wait_for_ms(Window::LONGEST), 90_010);
}

#[test]
fn limits_are_kept() {
    assert_eq!(Timing::new(1_999, 200, 0.1), Err(TimingError::Window(1_999)));
    assert_eq!(Timing::new(30_001, 200, 0.1), Err(TimingError::Window(30_001)));
    assert_eq!(Timing::new(4_000, 99, 0.1), Err(TimingError::Heartbeat { heartbeat: 99, most: 1_000 }));
    assert_eq!(Timing::new(4_000, 1_001, 0.1), Err(TimingError::Heartbeat { heartbeat: 1_001, most: 1_000 }));
    assert!(Timing::new(4_000, 1_000, 0.5).is_ok());
    for drift in [-0.001, 0.5001, f64::NAN, f64::INFINITY] {
        assert!(matches!(Timing::new(4_000, 500, drift), Err(TimingError::Drift(_))), "{drift}");
    }
}

#[test]
fn drift_is_rounded_up() {
    let finer = Timing::new(4_000, 500, 0.1001).expect("allowed");
    assert_eq!(finer, Timing::new(4_000, 500, 0.101).expect("allowed"));
}
