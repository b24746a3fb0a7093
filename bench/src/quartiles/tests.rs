use super::*;

#[test]
fn the_quartiles_are_values_that_were_measured() {
    let five = Quartiles::of([5.0, 1.0, 4.0, 2.0, 3.0]);
    assert_eq!(five, Quartiles { low: 2.0, median: 3.0, high: 4.0 });
    assert_eq!(Quartiles::of([7.0]), Quartiles::single(7.0));
    let twenty = Quartiles::of((0..20).map(f64::from));
    assert_eq!(twenty, Quartiles { low: 4.0, median: 9.0, high: 14.0 });
}

#[test]
fn numbers_have_three_digits_that_count() {
    for (value, text) in [
        (0.0, "0"),
        (0.12345, "0.123"),
        (1.2345, "1.23"),
        (12.345, "12.3"),
        (99.99, "100"),
        (1234.5, "1,234"),
        (1_234_567.0, "1,234,567"),
        (-1234.0, "-1,234"),
    ] {
        assert_eq!(digits(value), text);
    }
    assert_eq!(Quartiles::of([1.0, 2.0, 3.0, 4.0, 5.0]).to_string(), "3.00 (2.00 – 4.00)");
    assert_eq!(Quartiles::single(2.0).to_string(), "2.00");
}
