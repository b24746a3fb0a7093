//! A table of Markdown.

/// Columns and rows.
pub(crate) struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(columns: [&str; N]) -> Self {
        Self { columns: columns.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        assert_eq!(N, self.columns.len(), "a row as wide as its table");
        self.rows.push(cells.to_vec());
    }

    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let rule = format!("|{}", "---|".repeat(self.columns.len()));
        let mut lines = vec![line(&self.columns), rule];
        lines.extend(self.rows.iter().map(|it| line(it)));
        lines.join("\n")
    }
}
