//! Charts as SVG: bars side by side, and lines over time. They are read on light and on dark ground.

mod bars;
mod lines;

pub(crate) use bars::{BarChart, Bars};
pub(crate) use lines::{Across, Line, LineChart};

/// A chart that is drawn.
pub(crate) struct Chart {
    name: &'static str,
    title: String,
    svg: String,
}

impl Chart {
    /// What its file is called.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn svg(&self) -> &str {
        &self.svg
    }
}

/// All charts are so wide.
const WIDTH: f64 = 760.0;

/// Colours that can be told apart, also by those who see fewer of them.
const COLOURS: [&str; 4] = ["#3d7eb8", "#d9822b", "#5b9a4f", "#b4508a"];

/// What every chart begins with.
fn begin(height: f64, title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <style>text {{ fill: #24292f }} .axis {{ stroke: #8c959f }} .bar {{ stroke: #cf222e }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} .bar {{ stroke: #ff7b72 }} }}</style>\n\
         <title>{0}</title>\n<text x=\"10\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{0}</text>\n",
        escaped(title)
    )
}

fn text(x: f64, y: f64, anchor: &str, words: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>\n", escaped(words))
}

/// Words as they stand between two tags.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests;
