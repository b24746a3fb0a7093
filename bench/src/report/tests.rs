use super::*;

#[test]
fn a_bar_that_is_not_met_is_said_plainly() {
    let measured = Quartiles { low: 1.2, median: 1.9, high: 2.0 };
    assert_eq!(Bar::AtMost(2.5).verdict(measured), "met");
    assert_eq!(Bar::AtMost(1.1).verdict(measured), "**not met**: 1.90 > 1.10");
    assert_eq!(Bar::AtMost(1.95).verdict(measured), "met; the quartiles straddle the bar");
    assert_eq!(
        Bar::AtMost(1.35).verdict(measured),
        "**not met**: 1.90 > 1.35; the quartiles straddle the bar"
    );
    assert_eq!(Bar::AtLeast(5.0).verdict(Quartiles::single(4.0)), "**not met**: 4.00 < 5.00");
    assert_eq!(Bar::AtLeast(4.0).verdict(Quartiles::single(4.0)), "met");
    assert_eq!(Bar::None.verdict(measured), "");
}

#[test]
fn the_report_begins_with_the_figures() {
    let mut section = Section::new("Warm");
    section.rows.push(Row::new("a start", Quartiles::single(0.25), " s", Bar::AtMost(1.0)));
    section.say("What was done.");
    let text = markdown("# Benchmarks\n", &[section]);
    assert_eq!(
        text,
        "# Benchmarks\n\n## Figures and bars\n\n| what | measured | bar |  |\n|---|---|---|---|\n\
         | a start | 0.250 s | ≤ 1.00 s | met |\n\n## Warm\n\nWhat was done.\n"
    );
}
