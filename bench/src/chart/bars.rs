//! Bars that lie, one a row: the median, a whisker between the quartiles, and a red line where the figure must end.

use super::{COLOURS, Chart, WIDTH, begin, text};
use crate::quartiles::{Quartiles, digits};

/// Where bars begin, and how far they reach.
const LEFT: f64 = 300.0;
const RIGHT: f64 = WIDTH - 110.0;
const ROW: f64 = 26.0;
const TOP: f64 = 40.0;

/// One row.
pub(crate) struct Bars {
    pub(crate) name: String,
    pub(crate) value: Quartiles,
    /// Where it must end, if that is said.
    pub(crate) limit: Option<f64>,
}

/// A chart to be.
pub(crate) struct BarChart {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) rows: Vec<Bars>,
    /// A bar that would be longer ends there; its figure is told all the same.
    pub(crate) longest: f64,
}

impl BarChart {
    pub(crate) fn draw(&self) -> Chart {
        let most =
            self.rows.iter().flat_map(|it| [it.value.high, it.limit.unwrap_or(0.0)]).fold(0.0, f64::max);
        let scale = (RIGHT - LEFT) / most.min(self.longest).max(f64::MIN_POSITIVE);
        let at = |value: f64| (LEFT + value * scale).min(RIGHT);
        let height = TOP + ROW * self.rows.len() as f64 + 10.0;
        let mut svg = begin(height, &self.title);
        for (index, row) in self.rows.iter().enumerate() {
            let y = TOP + ROW * index as f64;
            let middle = y + ROW / 2.0;
            let Quartiles { low, median, high } = row.value;
            svg.push_str(&text(LEFT - 8.0, middle + 4.0, "end", &row.name));
            svg.push_str(&format!(
                "<rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" fill=\"{}\"/>\n",
                y + 4.0,
                at(median) - LEFT,
                ROW - 8.0,
                COLOURS[0],
            ));
            svg.push_str(&format!(
                "<line class=\"axis\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\" stroke-width=\"2\"/>\n",
                at(low),
                at(high),
            ));
            if let Some(limit) = row.limit {
                svg.push_str(&format!(
                    "<line class=\"bar\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1:.1}\" y2=\"{2:.1}\" stroke-width=\"2\"/>\n",
                    at(limit),
                    y + 1.0,
                    y + ROW - 1.0,
                ));
            }
            let figure = match row.limit {
                Some(limit) => format!("{} (bar {})", digits(median), digits(limit)),
                None => digits(median),
            };
            svg.push_str(&text(RIGHT + 6.0, middle + 4.0, "start", &figure));
        }
        svg.push_str("</svg>\n");
        Chart { name: self.name, title: self.title.clone(), svg }
    }
}
