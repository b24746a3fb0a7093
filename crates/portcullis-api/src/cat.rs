//! Tables as the `_cat` APIs answer them: which columns, in which order, as text, JSON or YAML. What stands in a table
//! is `wire`'s business.

use std::cmp::Ordering;

use portcullis_security::Failure;
use serde_json::{Map, Value};

use crate::params::Query;
use crate::reply::Reply;

pub(crate) use cell::Cell;
use cell::Unit;

mod cell;
#[cfg(test)]
mod tests;

/// The media type of a table that is text.
const MEDIA: &str = "text/plain; charset=UTF-8";

/// A column that a table can have.
pub(crate) struct Column {
    /// Its name, above the column and in JSON.
    pub(crate) name: &'static str,
    /// Other names by which it can be asked for.
    pub(crate) aliases: &'static [&'static str],
    /// What stands in it.
    pub(crate) doc: &'static str,
    /// On which side its cells line up.
    pub(crate) align: Align,
}

/// On which side cells line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// On the left, as texts do.
    Left,
    /// On the right, as numbers do.
    Right,
}

impl Column {
    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// How a client wants a table.
pub(crate) struct View {
    columns: &'static [Column],
    content: Content,
    unit: Option<Unit>,
}

enum Content {
    /// What the columns are.
    Help,
    /// The table.
    Rows { shown: Vec<Shown>, sorted: Vec<(usize, Direction)>, head: Head },
}

/// One column that was asked for: its place among all, and the name by which it was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    place: usize,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    With,
    Without,
}

impl View {
    /// Reads `h`, `s`, `v`, `help` and `time`.
    ///
    /// # Errors
    /// `illegal_argument_exception` for a column to sort by that is not there, when `h` names no column that is there,
    /// and for what is neither a boolean nor a unit where one must stand. A column of `h` that is not there is left
    /// out, as in Elasticsearch.
    pub(crate) fn of(query: &Query, columns: &'static [Column]) -> Result<Self, Failure> {
        let head = if query.flag("v")? { Head::With } else { Head::Without };
        let unit = query.present("time").map(Unit::parse).transpose()?;
        let content = if query.flag("help")? {
            Content::Help
        } else {
            let shown = shown(query.present("h"), columns)?;
            Content::Rows { shown, sorted: sorted(query.present("s"), columns)?, head }
        };
        Ok(Self { columns, content, unit })
    }

    /// The answer. Each row has a cell for each of all columns.
    pub(crate) fn show(&self, mut rows: Vec<Vec<Cell>>) -> Reply {
        match &self.content {
            Content::Help => Reply::text(http::StatusCode::OK, MEDIA, help(self.columns)),
            Content::Rows { shown, sorted, head } => {
                // Rows that are equal to it stay in their order.
                rows.sort_by(|one, other| compared(one, other, sorted));
                let value = rows.iter().map(|row| self.object(shown, row)).collect();
                Reply::either(value, MEDIA, self.text(shown, *head, &rows))
            }
        }
    }

    fn object(&self, shown: &[Shown], row: &[Cell]) -> Value {
        let cells = shown.iter().map(|column| {
            let text = row.get(column.place).and_then(|cell| cell.text(self.unit));
            (column.name.clone(), text.map_or(Value::Null, Value::String))
        });
        Value::Object(cells.collect::<Map<String, Value>>())
    }

    fn text(&self, shown: &[Shown], head: Head, rows: &[Vec<Cell>]) -> String {
        let mut lines: Vec<Vec<String>> = Vec::new();
        if head == Head::With {
            lines.push(shown.iter().map(|it| it.name.clone()).collect());
        }
        for row in rows {
            let text =
                |it: &Shown| row.get(it.place).and_then(|cell| cell.text(self.unit)).map(|it| clean(&it));
            // A cell that is empty would move those after it for whoever splits the line.
            lines.push(
                shown
                    .iter()
                    .map(|it| text(it).filter(|it| !it.is_empty()).unwrap_or("-".to_owned()))
                    .collect(),
            );
        }
        let align = |it: &Shown| self.columns.get(it.place).map_or(Align::Left, |column| column.align);
        lined_up(&lines, &shown.iter().map(align).collect::<Vec<_>>(), " ")
    }
}

/// No line feed and nothing that a terminal obeys.
fn clean(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect()
}

fn compared(one: &[Cell], other: &[Cell], by: &[(usize, Direction)]) -> Ordering {
    by.iter().fold(Ordering::Equal, |so_far, (place, direction)| {
        so_far.then_with(|| {
            let up = one.get(*place).cmp(&other.get(*place));
            match direction {
                Direction::Up => up,
                Direction::Down => up.reverse(),
            }
        })
    })
}

/// The columns of `h`, each once: all without it, and those whose names begin so for `na*`.
fn shown(asked: Option<&str>, columns: &[Column]) -> Result<Vec<Shown>, Failure> {
    let mut found: Vec<Shown> = Vec::new();
    let asked = asked.unwrap_or("*");
    for name in asked.split(',').map(str::trim) {
        for (place, column) in columns.iter().enumerate() {
            let called = match name.strip_suffix('*') {
                Some(start) if column.name.starts_with(start) => column.name,
                None if column.is_called(name) => name,
                Some(_) | None => continue,
            };
            if !found.iter().any(|it| it.place == place) {
                found.push(Shown { place, name: called.to_owned() });
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::illegal_argument(format!(
            "there is no column [{asked}], but {}",
            names(columns)
        )));
    }
    Ok(found)
}

/// The columns of `s`, such as `lag:desc,name`.
fn sorted(asked: Option<&str>, columns: &[Column]) -> Result<Vec<(usize, Direction)>, Failure> {
    let Some(asked) = asked else { return Ok(Vec::new()) };
    let mut found: Vec<(usize, Direction)> = Vec::new();
    for part in asked.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, direction) = match part.split_once(':') {
            None | Some((_, "asc")) => (part.trim_end_matches(":asc"), Direction::Up),
            Some((name, "desc")) => (name, Direction::Down),
            Some((_, other)) => {
                return Err(Failure::illegal_argument(format!(
                    "a column is sorted [asc] or [desc], not [{other}]"
                )));
            }
        };
        let place = columns.iter().position(|column| column.is_called(name)).ok_or_else(|| {
            Failure::illegal_argument(format!(
                "Unable to sort by unknown sort key [{name}]; there are {}",
                names(columns)
            ))
        })?;
        // Of a column named twice the first decides; the second never gets to.
        if !found.iter().any(|(known, _)| *known == place) {
            found.push((place, direction));
        }
    }
    Ok(found)
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|it| format!("[{}]", it.name)).collect::<Vec<_>>().join(", ")
}

fn help(columns: &[Column]) -> String {
    let line = |it: &Column| vec![it.name.to_owned(), it.aliases.join(","), it.doc.to_owned()];
    lined_up(&columns.iter().map(line).collect::<Vec<_>>(), &[Align::Left; 3], " | ")
}

/// Lines of cells, each as wide as its column. The last one of a line is not filled up on its right.
fn lined_up(lines: &[Vec<String>], aligns: &[Align], between: &str) -> String {
    let width = |place: usize| lines.iter().filter_map(|it| it.get(place)).map(|it| it.chars().count()).max();
    let widths: Vec<usize> = (0..aligns.len()).map(|place| width(place).unwrap_or(0)).collect();
    let mut text = String::new();
    for line in lines {
        for (place, ((cell, width), align)) in line.iter().zip(&widths).zip(aligns).enumerate() {
            if place > 0 {
                text.push_str(between);
            }
            let filling = " ".repeat(width.saturating_sub(cell.chars().count()));
            match align {
                Align::Right => text.extend([filling.as_str(), cell]),
                Align::Left if place + 1 == line.len() => text.push_str(cell),
                Align::Left => text.extend([cell, filling.as_str()]),
            }
        }
        text.push('\n');
    }
    text
}
