use super::*;

#[test]
fn known_moments() {
    let cases = [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_399_123, "2000-02-28T23:59:59.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ];
    for (millis, text) in cases {
        assert_eq!(WallTime(millis).to_rfc3339().as_deref(), Some(text));
        assert_eq!(WallTime::parse_rfc3339(text), Some(WallTime(millis)), "{text}");
    }
    assert_eq!(WallTime(253_402_300_800_000).to_rfc3339(), None);
    assert_eq!(WallTime(i64::MAX).to_rfc3339(), None);
    assert_eq!(WallTime(i64::MIN).to_rfc3339(), None);
}

#[test]
fn every_day_survives_the_round_trip() {
    for day in -800_000..800_000 {
        let (year, month, of_month) = date(day);
        assert_eq!(days(year, month, of_month), day);
    }
    let mut next = date(-1_000);
    for day in -999..150_000 {
        let today = date(day);
        assert!(today > next, "{today:?} comes after {next:?}");
        next = today;
    }
}

#[test]
fn decimals_are_cut() {
    let of = |text| WallTime::parse_rfc3339(text).map(|it| it.0);
    assert_eq!(of("1970-01-01T00:00:01Z"), Some(1000));
    assert_eq!(of("1970-01-01T00:00:01.5Z"), Some(1500));
    assert_eq!(of("1970-01-01T00:00:01.123999999Z"), Some(1123));
    assert_eq!(of("1970-01-01T00:00:60Z"), Some(60_000));
}

#[test]
fn everything_else_is_refused() {
    let wrong = [
        "",
        "Z",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:00+00:00",
        "1970-1-01T00:00:00Z",
        "1970-01-01 00:00:00Z",
        "1970-02-29T00:00:00Z",
        "1970-13-01T00:00:00Z",
        "1970-00-01T00:00:00Z",
        "1970-01-00T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:61Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1eZ",
        "+970-01-01T00:00:00Z",
        "1970-01-01-01T00:00:00Z",
        "1970-01-01T00:00:00.ÄÄZ",
    ];
    for text in wrong {
        assert_eq!(WallTime::parse_rfc3339(text), None, "{text}");
    }
}
