//! Lines over time or size. Heights are logarithmic: what a pause costs is many times the usual.

use super::{COLOURS, Chart, WIDTH, begin, text};
use crate::quartiles::digits;

const LEFT: f64 = 70.0;
const RIGHT: f64 = WIDTH - 20.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 300.0;
const HEIGHT: f64 = 340.0;

/// How widths are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Across {
    Even,
    Logarithmic,
}

/// One line.
pub(crate) struct Line {
    pub(crate) name: String,
    /// Ordered from left to right; heights are more than 0.
    pub(crate) points: Vec<(f64, f64)>,
}

/// A chart to be.
pub(crate) struct LineChart {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) across: Across,
    pub(crate) across_title: &'static str,
    pub(crate) lines: Vec<Line>,
    /// Times at which something happened.
    pub(crate) marks: Vec<f64>,
}

impl LineChart {
    pub(crate) fn draw(&self) -> Chart {
        let points = || self.lines.iter().flat_map(|it| &it.points);
        let width = |x: f64| if self.across == Across::Logarithmic { x.max(1.0).log10() } else { x };
        let bounds = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(it), high.max(it)))
        };
        let (first, last) = bounds(&mut points().map(|it| width(it.0)));
        let (least, most) = bounds(&mut points().map(|it| it.1.max(1e-6).log10()));
        let (least, most) = (least.floor(), most.ceil().max(least.floor() + 1.0));
        let x = |value: f64| LEFT + (width(value) - first) / (last - first).max(1e-9) * (RIGHT - LEFT);
        let y = |value: f64| BOTTOM - (value.max(1e-6).log10() - least) / (most - least) * (BOTTOM - TOP);
        let mut svg = begin(HEIGHT, &self.title);
        for power in least as i32..=most as i32 {
            let value = 10_f64.powi(power);
            svg.push_str(&format!(
                "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{0:.1}\" y2=\"{0:.1}\" stroke-width=\"0.5\"/>\n",
                y(value)
            ));
            svg.push_str(&text(LEFT - 6.0, y(value) + 4.0, "end", &digits(value)));
        }
        for mark in &self.marks {
            svg.push_str(&format!(
                "<line class=\"bar\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{TOP}\" y2=\"{BOTTOM}\" stroke-dasharray=\"4 3\"/>\n",
                x(*mark)
            ));
        }
        for (index, line) in self.lines.iter().enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            let path: Vec<String> =
                line.points.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
            svg.push_str(&format!(
                "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" points=\"{}\"/>\n",
                path.join(" ")
            ));
            let left = LEFT + 170.0 * index as f64;
            svg.push_str(&format!(
                "<rect x=\"{left}\" y=\"34\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\n"
            ));
            svg.push_str(&text(left + 15.0, 44.0, "start", &line.name));
        }
        let ends = points().map(|it| it.0).fold((f64::MAX, f64::MIN), |(a, b), it| (a.min(it), b.max(it)));
        svg.push_str(&text(LEFT, BOTTOM + 18.0, "start", &digits(ends.0)));
        svg.push_str(&text(RIGHT, BOTTOM + 18.0, "end", &digits(ends.1)));
        svg.push_str(&text((LEFT + RIGHT) / 2.0, BOTTOM + 32.0, "middle", self.across_title));
        svg.push_str("</svg>\n");
        Chart { name: self.name, title: self.title.clone(), svg }
    }
}
