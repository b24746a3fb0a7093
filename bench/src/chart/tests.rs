use super::*;
use crate::quartiles::Quartiles;

#[test]
fn words_cannot_end_a_tag() {
    assert_eq!(escaped("a < b & \"c\" > d"), "a &lt; b &amp; &quot;c&quot; &gt; d");
}

#[test]
fn a_bar_ends_at_its_median_and_has_its_limit() {
    let rows = vec![
        Bars { name: "nginx".to_owned(), value: Quartiles::single(1.0), limit: None },
        Bars {
            name: "a & b".to_owned(),
            value: Quartiles { low: 1.0, median: 2.0, high: 3.5 },
            limit: Some(1.35),
        },
    ];
    let chart = BarChart { name: "warm", title: "CPU".to_owned(), rows, longest: 10.0 }.draw();
    // 350 for 3.5.
    assert!(chart.svg().contains("width=\"200.0\""), "{}", chart.svg());
    assert!(chart.svg().contains("x1=\"435.0\""), "{}", chart.svg());
    assert!(chart.svg().contains("a &amp; b") && chart.svg().contains("2.00 (bar 1.35)"));
    assert!(chart.svg().ends_with("</svg>\n"));
}

#[test]
fn a_line_goes_from_left_to_right() {
    let line = Line { name: "late".to_owned(), points: vec![(0.0, 1.0), (5.0, 10.0), (10.0, 100.0)] };
    let chart = LineChart {
        name: "storm",
        title: "Storm".to_owned(),
        across: Across::Even,
        across_title: "seconds",
        lines: vec![line],
        marks: vec![5.0],
    };
    let svg = chart.draw().svg;
    assert!(svg.contains("points=\"70.0,300.0 405.0,180.0 740.0,60.0\""), "{svg}");
    assert!(svg.contains("stroke-dasharray"));
}
