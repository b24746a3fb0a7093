use super::*;

#[test]
fn every_time_is_in_a_step_that_is_not_wider_than_two_percent() {
    let mut last = 0;
    for nanos in (0..5_000).chain([1 << 20, (1 << 20) + 12_345, (1 << 39) + 1, (1 << LONGEST_BITS) - 1]) {
        let step = index(nanos);
        assert!(step >= last, "{nanos}");
        last = step;
        assert!(highest(step) >= nanos, "{nanos}");
        assert!(step == 0 || highest(step - 1) < nanos, "{nanos}");
        assert!(highest(step) - nanos <= nanos / 50, "{nanos}");
    }
}

#[test]
fn a_share_of_all_times_is_within() {
    let mut histogram = Histogram::new();
    assert_eq!(histogram.within(0.5), Duration::ZERO);
    for micros in 1..=1000 {
        histogram.add(Duration::from_micros(micros));
    }
    for (share, micros) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1000.0)] {
        let within = histogram.within(share).as_secs_f64() * 1e6;
        assert!((within / micros - 1.0).abs() < 0.02, "{share}: {within}");
    }
    assert_eq!(histogram.longest(), Duration::from_millis(1));
    histogram.add(Duration::from_secs(1 << 20));
    assert_eq!(histogram.within(0.5).as_micros() / 10, 50);
}
