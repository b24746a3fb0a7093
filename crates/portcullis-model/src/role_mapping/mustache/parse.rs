//! Reading templates.

use super::{Escape, MustacheError, Node, Template};

/// Deepest nesting of sections. Reading and rendering recurse so deep.
pub const MAX_SECTION_NESTING: usize = 32;

/// Longest name of a variable, in bytes. Names are looked up again for each element of a section.
pub const MAX_VARIABLE_BYTES: usize = 256;

impl Template {
    pub(in crate::role_mapping) fn parse(source: &str) -> Result<Self, MustacheError> {
        let mut reader = Reader { source, at: 0 };
        let nodes = reader.nodes(None, 0)?;
        Ok(Self { nodes })
    }
}

/// What stands between braces.
struct Tag<'s> {
    sigil: Option<char>,
    name: &'s str,
    /// Where it begins.
    at: usize,
}

struct Reader<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Reader<'s> {
    /// Reads up to the end of the section `within`, or of the source.
    fn nodes(&mut self, within: Option<&Tag<'s>>, depth: usize) -> Result<Vec<Node>, MustacheError> {
        let mut nodes = Vec::new();
        loop {
            let text = self.text();
            if !text.is_empty() {
                nodes.push(Node::Text(text.to_owned()));
            }
            let Some(tag) = self.tag()? else {
                return match within {
                    None => Ok(nodes),
                    Some(open) => Err(error(open.at, format!("the section [{}] does not end", open.name))),
                };
            };
            match tag.sigil {
                None => nodes.push(Node::Variable(tag.name()?, Escape::Json)),
                Some('{' | '&') => nodes.push(Node::Variable(tag.name()?, Escape::None)),
                Some('#' | '^') => nodes.push(self.section(&tag, depth)?),
                Some('!') => {}
                Some('/') if within.is_some_and(|open| open.name == tag.name) => return Ok(nodes),
                Some('/') => {
                    return Err(error(tag.at, format!("[{}] ends here and did not begin", tag.name)));
                }
                Some('>') => return Err(error(tag.at, "there are no partials".to_owned())),
                Some(_) => return Err(error(tag.at, "delimiters cannot be changed".to_owned())),
            }
        }
    }

    fn section(&mut self, open: &Tag<'s>, depth: usize) -> Result<Node, MustacheError> {
        if depth == MAX_SECTION_NESTING {
            let what = format!("sections may nest at most [{MAX_SECTION_NESTING}] deep");
            return Err(error(open.at, what));
        }
        let inner = self.nodes(Some(open), depth + 1)?;
        if open.sigil == Some('^') {
            return Ok(Node::Inverted(open.name()?, inner));
        }
        let (function, argument) = open.name.split_once(' ').unwrap_or((open.name, ""));
        match (function.to_ascii_lowercase().as_str(), argument.trim()) {
            ("tojson", "") => Ok(Node::ToJson(open.variable(&inner)?)),
            ("join", "") => Ok(Node::Join { name: open.variable(&inner)?, delimiter: ",".to_owned() }),
            ("join", argument) => {
                let delimiter = open.delimiter(argument)?;
                Ok(Node::Join { name: open.variable(&inner)?, delimiter })
            }
            ("url", "") => Ok(Node::Url(inner)),
            _ => Ok(Node::Section(open.name()?, inner)),
        }
    }

    /// What comes before the next tag.
    fn text(&mut self) -> &'s str {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let length = rest.find("{{").unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// The tag that begins here.
    fn tag(&mut self) -> Result<Option<Tag<'s>>, MustacheError> {
        let at = self.at;
        let Some(rest) = self.source.get(at..).and_then(|rest| rest.strip_prefix("{{")) else {
            return Ok(None);
        };
        let sigil = rest.chars().next().filter(|c| "{&#^!/>=".contains(*c));
        let inside = rest.get(sigil.map_or(0, char::len_utf8)..).unwrap_or_default();
        let end = if sigil == Some('{') { "}}}" } else { "}}" };
        let Some(length) = inside.find(end) else {
            return Err(error(at, "the tag does not end".to_owned()));
        };
        self.at = self.source.len() - inside.len() + length + end.len();
        Ok(Some(Tag { sigil, name: inside.get(..length).unwrap_or_default().trim(), at }))
    }
}

impl Tag<'_> {
    /// The tag's name, as that of a variable.
    fn name(&self) -> Result<String, MustacheError> {
        self.variable_name(self.name)
    }

    /// The only thing inside of a function that takes the name of a variable.
    fn variable(&self, inner: &[Node]) -> Result<String, MustacheError> {
        match inner {
            [Node::Text(name)] => self.variable_name(name.trim()),
            _ => Err(error(self.at, format!("[{}] takes the name of a variable", self.name))),
        }
    }

    /// `.`, or names with points between them.
    fn variable_name(&self, name: &str) -> Result<String, MustacheError> {
        if name.len() > MAX_VARIABLE_BYTES {
            let what = format!("the name of a variable may have at most [{MAX_VARIABLE_BYTES}] bytes");
            return Err(error(self.at, what));
        }
        if name == "." || !name.split('.').any(str::is_empty) {
            return Ok(name.to_owned());
        }
        Err(error(self.at, "the name of a variable expected".to_owned()))
    }

    /// `delimiter='…'`
    fn delimiter(&self, argument: &str) -> Result<String, MustacheError> {
        let quoted = argument.strip_prefix("delimiter=").and_then(|rest| rest.strip_prefix('\''));
        let delimiter = quoted.and_then(|rest| rest.strip_suffix('\''));
        delimiter
            .map(str::to_owned)
            .ok_or_else(|| error(self.at, "[join] takes only [delimiter='…']".to_owned()))
    }
}

fn error(position: usize, what: String) -> MustacheError {
    MustacheError::Syntax { what, position }
}
