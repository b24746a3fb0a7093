//! The settings file as a flat list: nested maps and dotted keys become full names, each with its line. Values
//! stay text exactly as written (`9.20` stays `9.20`), because only the table of settings knows types.
//!
//! Never here: what a setting means.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::error::{ConfigError, Origin, Problem};

#[cfg(test)]
mod tests;

/// A value as it was written, before `${…}` and types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// A single value.
    One(String),
    /// A list.
    Many(Vec<String>),
}

/// One setting of the file under its full name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The dotted name.
    pub name: String,
    /// The value.
    pub value: Written,
    /// The file and line.
    pub origin: Origin,
}

/// Reads the text of a settings file. `path` is only used to name the place of a problem.
///
/// # Errors
/// YAML that does not parse, a key that stands twice (in one map, or once dotted and once nested), a list of
/// anything but plain values, a setting without a value.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<Entry>, ConfigError> {
    let origin = |line| Origin::File { path: path.to_owned(), line };
    let root: Spanned<Node> = serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        Problem::at(&origin(line), format!("not valid YAML: {}", first_line(&error)))
    })?;
    let mut flat = Flat { text, origin: &origin, entries: Vec::new(), problems: Vec::new() };
    match &root.value {
        Node::Nothing => {}
        Node::Map(_) => flat.add("", root.referenced.line(), &root),
        Node::Text(_) | Node::Inferred(_) | Node::List(_) => {
            flat.problems.push(Problem::at(
                &origin(root.referenced.line()),
                "the file must be a map of settings, such as `cluster.name: portcullis`",
            ));
        }
    }
    ConfigError::check(flat.problems)?;
    Ok(flat.entries)
}

/// The message without the copy of the source that the parser draws below it: it could show another setting's value.
fn first_line(error: &serde_saphyr::Error) -> String {
    if let serde_saphyr::Error::DuplicateMappingKey { key: Some(key), .. } = error.without_snippet() {
        return format!("the key [{key}] stands twice");
    }
    let message = error.without_snippet().to_string();
    message.lines().next().unwrap_or_default().to_owned()
}

/// A YAML node that keeps what is needed to find the written text again.
enum Node {
    Nothing,
    /// A quoted or plain string.
    Text(String),
    /// A plain value that YAML takes for a number or a boolean, as that type prints it.
    Inferred(String),
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a setting")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Inferred(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Inferred(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Inferred(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Inferred(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Inferred(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Inferred(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Node::Map(map))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// The walk from nested maps to full names.
struct Flat<'a> {
    text: &'a str,
    origin: &'a dyn Fn(u64) -> Origin,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Flat<'_> {
    fn add(&mut self, name: &str, line: u64, node: &Spanned<Node>) {
        let value = match &node.value {
            Node::Map(map) => {
                for (key, child) in map {
                    let full =
                        if name.is_empty() { key.value.clone() } else { format!("{name}.{}", key.value) };
                    self.add(&full, key.referenced.line(), child);
                }
                return;
            }
            Node::List(items) => match items.iter().map(|item| self.scalar(item)).collect() {
                Some(list) => Written::Many(list),
                None => return self.refuse(line, format!("setting [{name}] must be a list of plain values")),
            },
            Node::Text(_) | Node::Inferred(_) => Written::One(self.scalar(node).unwrap_or_default()),
            Node::Nothing => return self.refuse(line, format!("setting [{name}] has no value")),
        };
        if let Some(first) = self.entries.iter().find(|entry| entry.name == name) {
            let reason = format!("setting [{name}] stands twice, first at {}", first.origin);
            return self.refuse(line, reason);
        }
        self.entries.push(Entry { name: name.to_owned(), value, origin: (self.origin)(line) });
    }

    fn refuse(&mut self, line: u64, reason: String) {
        self.problems.push(Problem::at(&(self.origin)(line), reason));
    }

    /// The text of a single value as it stands in the file; `None` for anything else.
    fn scalar(&self, node: &Spanned<Node>) -> Option<String> {
        match &node.value {
            Node::Text(text) => Some(text.clone()),
            // The place where an alias was defined has the text; the alias itself would read `*name`.
            Node::Inferred(printed) => {
                Some(self.slice(node.defined).map_or_else(|| printed.clone(), str::to_owned))
            }
            Node::Nothing | Node::List(_) | Node::Map(_) => None,
        }
    }

    fn slice(&self, at: Location) -> Option<&str> {
        let start = usize::try_from(at.span().byte_offset()?).ok()?;
        let length = usize::try_from(at.span().byte_len()?).ok()?;
        let text = self.text.get(start..start.checked_add(length)?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}
