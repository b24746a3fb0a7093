//! What was measured, as Markdown: figures beside their bars first, then each part with its tables and charts.
//!
//! Never here: measuring.

mod bar;
mod machine;
mod table;

use std::fs;
use std::path::Path;

use crate::chart::Chart;
use crate::quartiles::Quartiles;
pub(crate) use bar::Bar;
pub(crate) use machine::told as machine;
pub(crate) use table::Table;

/// A figure that a reader looks for.
pub(crate) struct Row {
    what: String,
    measured: Quartiles,
    unit: &'static str,
    bar: Bar,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, measured: Quartiles, unit: &'static str, bar: Bar) -> Self {
        Self { what: what.into(), measured, unit, bar }
    }

    /// A ratio.
    pub(crate) fn ratio(what: impl Into<String>, measured: Quartiles, bar: Bar) -> Self {
        Self::new(what, measured, "", bar)
    }
}

/// One part of the report.
pub(crate) struct Section {
    title: String,
    pub(crate) rows: Vec<Row>,
    blocks: Vec<String>,
    charts: Vec<Chart>,
}

impl Section {
    pub(crate) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), rows: Vec::new(), blocks: Vec::new(), charts: Vec::new() }
    }

    pub(crate) fn row(&mut self, row: Row) {
        println!("  {}: {}{} {}", row.what, row.measured, row.unit, row.bar.verdict(row.measured));
        self.rows.push(row);
    }

    /// A paragraph.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.blocks.push(text.into());
    }

    pub(crate) fn table(&mut self, table: &Table) {
        self.blocks.push(table.markdown());
    }

    pub(crate) fn chart(&mut self, chart: Chart) {
        self.blocks.push(format!("![{}](benchmarks/{}.svg)", chart.title(), chart.name()));
        self.charts.push(chart);
    }

    fn markdown(&self) -> String {
        format!("## {}\n\n{}\n", self.title, self.blocks.join("\n\n"))
    }
}

/// The figures of some parts that have a bar, or shall be seen beside those.
fn figures(sections: &[Section]) -> String {
    let mut table = Table::new(["what", "measured", "bar", ""]);
    for row in sections.iter().flat_map(|it| &it.rows) {
        let measured = format!("{}{}", row.measured, row.unit);
        table.row([row.what.clone(), measured, row.bar.told(row.unit), row.bar.verdict(row.measured)]);
    }
    table.markdown()
}

/// The whole report.
pub(crate) fn markdown(head: &str, sections: &[Section]) -> String {
    let parts: Vec<String> = sections.iter().map(Section::markdown).collect();
    format!("{head}\n## Figures and bars\n\n{}\n\n{}", figures(sections), parts.join("\n"))
}

/// Writes the report and its charts into a folder.
pub(crate) fn write(folder: &Path, head: &str, sections: &[Section]) {
    let charts = folder.join("benchmarks");
    fs::create_dir_all(&charts).expect("a folder");
    for chart in sections.iter().flat_map(|it| &it.charts) {
        fs::write(charts.join(format!("{}.svg", chart.name())), chart.svg()).expect("a chart");
    }
    fs::write(folder.join("BENCHMARKS.md"), markdown(head, sections)).expect("a report");
}

#[cfg(test)]
mod tests;
