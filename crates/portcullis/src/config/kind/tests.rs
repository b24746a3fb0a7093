use proptest::prelude::*;

use super::{Bound, Kind, Value};
use crate::config::yaml::Written;
use portcullis_secrets::Use;

fn read(kind: Kind, text: &str) -> Result<Value, String> {
    kind.read("a.b", &Written::One(text.to_owned()), false)
}

const SIZE: Kind = Kind::Bytes(0, u64::MAX);
const TIME: Kind = Kind::Time(Bound::Any);

#[test]
fn sizes_count_in_steps_of_1024() {
    for (text, size) in [
        ("0", 0),
        ("0b", 0),
        ("17b", 17),
        ("16kb", 16 << 10),
        ("16 KB", 16 << 10),
        ("1k", 1 << 10),
        ("1mb", 1 << 20),
        ("2g", 2 << 30),
        ("3tb", 3 << 40),
        ("1pb", 1 << 50),
    ] {
        assert_eq!(read(SIZE, text), Ok(Value::Bytes(size)), "{text}");
    }
}

#[test]
fn a_size_without_unit_or_too_large_is_refused() {
    for text in ["1", "-1", "kb", "1.5mb", "1xb", "99999999999999999999b", "999999999pb", "1kb1"] {
        let reason = read(SIZE, text).unwrap_err();
        assert!(
            reason.starts_with(&format!(
                "failed to parse setting [a.b] with value [{text}] as a size in bytes: "
            )),
            "{reason}"
        );
    }
    let reason = read(Kind::Bytes(10, 20), "9b").unwrap_err();
    assert!(reason.ends_with("must be at least [10b]"), "{reason}");
    let reason = read(Kind::Bytes(10, 20), "21b").unwrap_err();
    assert!(reason.ends_with("must be at most [20b]"), "{reason}");
    assert_eq!(read(Kind::Bytes(10, 20), "20b"), Ok(Value::Bytes(20)));
}

#[test]
fn times_are_milliseconds_and_may_have_to_be_positive() {
    assert_eq!(read(TIME, "20m"), Ok(Value::Millis(1_200_000)));
    assert_eq!(read(TIME, "-1"), Ok(Value::Millis(-1)));
    assert_eq!(read(TIME, "0"), Ok(Value::Millis(0)));
    assert_eq!(read(Kind::Time(Bound::Positive), "1ms"), Ok(Value::Millis(1)));
    for text in ["0", "-1", "0s", "999micros"] {
        let reason = read(Kind::Time(Bound::Positive), text).unwrap_err();
        assert!(reason.ends_with("must be at least [1ms]"), "{reason}");
    }
    let reason = read(TIME, "20").unwrap_err();
    assert!(
        reason.starts_with("failed to parse setting [a.b] with value [20] as a time value: "),
        "{reason}"
    );
    assert!(reason.ends_with("; the units are nanos, micros, ms, s, m, h and d, as in [30s]"), "{reason}");
}

#[test]
fn booleans_are_two_words() {
    assert_eq!(read(Kind::Boolean, "true"), Ok(Value::Boolean(true)));
    assert_eq!(read(Kind::Boolean, "false"), Ok(Value::Boolean(false)));
    for text in ["yes", "True", "1", "on"] {
        assert_eq!(
            read(Kind::Boolean, text).unwrap_err(),
            format!("setting [a.b]: Failed to parse value [{text}] as only [true] or [false] are allowed.")
        );
    }
}

#[test]
fn numbers_stay_between_their_bounds() {
    let port = Kind::Integer(0, 65_535);
    assert_eq!(read(port, "65535"), Ok(Value::Integer(65_535)));
    assert_eq!(
        read(port, "65536").unwrap_err(),
        "Failed to parse value [65536] for setting [a.b] must be <= 65535"
    );
    assert_eq!(read(port, "-1").unwrap_err(), "Failed to parse value [-1] for setting [a.b] must be >= 0");
    let reason = read(port, "9200-9300").unwrap_err();
    assert_eq!(reason, "Failed to parse value [9200-9300] for setting [a.b]: it is not a whole number");
}

#[test]
fn hosts_are_addresses_each_once() {
    let host = |text: &str| read(Kind::Hosts, text).map(|value| format!("{value:?}"));
    assert_eq!(host("_local_").as_deref(), Ok("Hosts([127.0.0.1])"));
    assert_eq!(host("localhost, 127.0.0.1,::1").as_deref(), Ok("Hosts([127.0.0.1, ::1])"));
    assert_eq!(host("[::1]").as_deref(), Ok("Hosts([::1])"));
    let list = Written::Many(vec!["0.0.0.0".to_owned(), "_local:ipv6_".to_owned()]);
    let both = Kind::Hosts.read("a.b", &list, false).map(|value| format!("{value:?}"));
    assert_eq!(both.as_deref(), Ok("Hosts([0.0.0.0, ::1])"));
    for text in ["_site_", "_eth0_", "", "a,,b"] {
        assert!(host(text).is_err(), "{text}");
    }
    assert!(Kind::Hosts.read("a.b", &Written::Many(Vec::new()), false).is_err());
}

#[test]
fn an_unfit_algorithm_is_answered_with_those_that_are_fit() {
    let reason = read(Kind::Algorithm(Use::Password), "ssha256").unwrap_err();
    let start =
        "setting [a.b]: Invalid algorithm: ssha256. Valid values for password hashing are [bcrypt, bcrypt4, ";
    assert!(reason.starts_with(start), "{reason}");
    assert!(read(Kind::Algorithm(Use::Cache), "md5").is_ok());
    assert!(read(Kind::Algorithm(Use::Cache), "noop").is_err());
}

#[test]
fn a_version_is_three_numbers() {
    assert!(read(Kind::Version, "9.2.0").is_ok());
    for text in ["9.2", "9.2.0.1", "9.2.x", "9.2.", "09.2.0", "+9.2.0", "9.2.0-SNAPSHOT"] {
        assert!(read(Kind::Version, text).is_err(), "{text}");
    }
}

#[test]
fn the_level_is_a_word_in_any_case() {
    let debug = Value::Level(tracing::level_filters::LevelFilter::DEBUG);
    assert_eq!(read(Kind::Level, "DEBUG"), Ok(debug));
    assert!(read(Kind::Level, "loud").is_err());
    assert!(read(Kind::Level, "5").is_err());
}

#[test]
fn a_list_or_nothing_is_no_single_value() {
    let list = Written::Many(vec!["1".to_owned()]);
    let reason = Kind::Text.read("a.b", &list, false).unwrap_err();
    assert_eq!(reason, "setting [a.b] takes one value, not a list");
    assert_eq!(read(Kind::Text, "").unwrap_err(), "setting [a.b] must not be empty");
}

const EVERY: [Kind; 11] = [
    Kind::Text,
    Kind::Boolean,
    Kind::Integer(0, 9),
    TIME,
    Kind::Time(Bound::Positive),
    SIZE,
    Kind::Path,
    Kind::Algorithm(Use::Cache),
    Kind::Level,
    Kind::Version,
    Kind::Anything,
];

proptest! {
    #[test]
    fn no_text_makes_a_type_panic(text in "\\PC*") {
        for kind in EVERY {
            let _ = read(kind, &text);
        }
    }

    #[test]
    fn sizes_and_times_are_what_they_say_or_refused(number in any::<u64>(), unit in "(nanos|micros|ms|s|m|h|d|b|kb|mb|gb|tb|pb)") {
        let text = format!("{number}{unit}");
        if let Ok(Value::Bytes(size)) = read(SIZE, &text) {
            prop_assert!(size >= number);
        }
        if let Ok(Value::Millis(millis)) = read(TIME, &text) {
            prop_assert!(millis >= 0);
        }
    }

    #[test]
    fn a_hidden_value_is_in_no_reason(text in "[a-z]{12}q7") {
        for kind in [Kind::Boolean, Kind::Integer(0, 9), SIZE, Kind::Version, Kind::Level] {
            let reason = kind.read("a.b", &Written::One(text.clone()), true).unwrap_err();
            prop_assert!(!reason.contains(&text), "{}", reason);
        }
    }
}

#[test]
fn a_fraction_has_at_most_three_places() {
    let drift = |text: &str| read(Kind::Fraction(500), text);
    for (text, thousandths) in [("0.11", 110), ("0", 0), ("0.5", 500), ("0.500", 500), ("0.001", 1)] {
        assert_eq!(drift(text), Ok(Value::Thousandths(thousandths)), "{text}");
    }
    for text in ["0.501", "1", "-0.1", "+0.1", "0.1111", ".5", "5.", "x", "1e-2", "99999999999"] {
        let reason = drift(text).unwrap_err();
        assert!(reason.ends_with("a fraction from 0 to 0.5 with at most three places"), "{reason}");
    }
}

#[test]
fn a_time_may_have_two_bounds() {
    let window = |text: &str| read(Kind::Within(2_000, 30_000), text);
    assert_eq!(window("2s"), Ok(Value::Millis(2_000)));
    assert_eq!(window("30s"), Ok(Value::Millis(30_000)));
    for text in ["1999ms", "30001ms", "-1", "0"] {
        assert!(window(text).unwrap_err().ends_with("must be from [2000ms] to [30000ms]"));
    }
}
