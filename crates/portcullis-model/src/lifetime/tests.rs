//! Times: every unit, every way to be wrong, and that nothing makes the parser panic.

use super::*;
use proptest::prelude::*;

fn millis(text: &str) -> i64 {
    TimeValue::parse("t", text).unwrap().as_millis()
}

#[test]
fn every_unit_is_known() {
    let expected = [
        ("2d", 172_800_000),
        ("3h", 10_800_000),
        ("20m", 1_200_000),
        ("45s", 45_000),
        ("7ms", 7),
        ("5000micros", 5),
        ("6000000nanos", 6),
        ("0", 0),
        ("0s", 0),
        ("-1", -1),
        (" 5S ", 5_000),
        ("5 s", 5_000),
    ];
    for (text, expected) in expected {
        assert_eq!(millis(text), expected, "{text}");
    }
}

#[test]
fn only_whole_seconds_count_where_they_are_asked_for() {
    for (text, seconds) in [("500ms", 0), ("1999ms", 1), ("1h", 3_600), ("999999999nanos", 0)] {
        assert_eq!(TimeValue::parse("t", text).unwrap().whole_seconds(), seconds, "{text}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    let unit = "unit is missing or unrecognized";
    let cases = [
        ("1w", unit),
        ("", unit),
        ("10", unit),
        // Elsewhere that would be months.
        ("20M", unit),
        ("-2", unit),
        ("1.5d", "fractional time values are not supported"),
        ("s", "the amount is not a whole number"),
        ("1e", unit),
        ("1e5s", "the amount is not a whole number"),
        ("infs", "the amount is not a whole number"),
        ("xs", "the amount is not a whole number"),
        ("1-s", "the amount is not a whole number"),
        ("-5s", "negative durations are not supported"),
        ("99999999999999999999d", "the value is too large"),
        ("9223372036854775807d", "the value is too large"),
    ];
    for (text, why) in cases {
        let expected =
            format!("failed to parse setting [expiration] with value [{text}] as a time value: {why}");
        assert_eq!(TimeValue::parse("expiration", text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn the_largest_value_is_taken_and_the_next_is_not() {
    assert_eq!(millis("9223372036854775807ms"), i64::MAX);
    assert_eq!(TimeValue::parse("t", "9223372036854775807ms").unwrap().whole_seconds(), i64::MAX / 1_000);
    assert!(TimeValue::parse("t", "9223372036854775807s").is_err());
}

#[test]
fn no_limit_has_no_duration() {
    assert_eq!(TimeValue::UNLIMITED.as_duration(), None);
    assert!(TimeValue::parse("t", "-1").unwrap().is_unlimited());
    assert_eq!(
        TimeValue::parse("t", "1500micros").unwrap().as_duration(),
        Some(std::time::Duration::from_micros(1_500))
    );
}

#[test]
fn clocks_do_not_run_over_their_ends() {
    assert_eq!(WallTime(i64::MAX).plus_millis(1), None);
    assert_eq!(WallTime(5).plus_millis(-7), Some(WallTime(-2)));
    assert_eq!(BootTime(3).millis_since(BootTime(5)), 0);
    assert_eq!(BootTime(5).millis_since(BootTime(3)), 2);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = TimeValue::parse("t", &text);
    }

    #[test]
    fn no_number_with_a_unit_makes_it_panic(text in "-?[0-9.e]{0,22} ?(d|h|m|s|ms|micros|nanos|w)?") {
        let _ = TimeValue::parse("t", &text);
    }

    #[test]
    fn what_is_shown_can_be_read_back(amount in 0..i64::MAX, unit in 0..3_usize) {
        let text = format!("{amount}{}", ["nanos", "micros", "ms"][unit]);
        let value = TimeValue::parse("t", &text).unwrap();
        prop_assert_eq!(TimeValue::parse("t", &value.to_string()).unwrap(), value);
    }
}
