//! Mustache as role templates use it: variables, sections, and Elasticsearch's functions `toJson`, `join` and `url`.
//!
//! A template sees the values that it is given and nothing else: there are no partials, no files and no code. Values
//! are only ever written, never read as templates. Why this is ours: `docs/adr/0011-mustache-of-our-own.md`.

mod output;
mod parse;
mod render;

#[cfg(test)]
mod tests;

pub use output::MAX_RENDERED_BYTES;
pub use parse::{MAX_SECTION_NESTING, MAX_VARIABLE_BYTES};
pub use render::MAX_TEMPLATE_STEPS;

/// What is wrong with a template, or with what comes out of it. `Display` never shows a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum MustacheError {
    /// The source is not a template.
    #[error("{what} at position [{position}]")]
    Syntax {
        /// What is wrong.
        what: String,
        /// Where, in bytes from 0.
        position: usize,
    },
    /// More than [`MAX_RENDERED_BYTES`].
    #[error("it renders more than [{MAX_RENDERED_BYTES}] bytes")]
    TooLong,
    /// More than [`MAX_TEMPLATE_STEPS`].
    #[error("it takes more than [{MAX_TEMPLATE_STEPS}] steps")]
    TooManySteps,
}

/// A compiled template.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    nodes: Vec<Node>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// Text, as it stands.
    Text(String),
    /// `{{name}}`, or `{{{name}}}` and `{{&name}}`.
    Variable(String, Escape),
    /// `{{#name}}…{{/name}}`: once for each element, or if there is something.
    Section(String, Vec<Node>),
    /// `{{^name}}…{{/name}}`: if there is nothing.
    Inverted(String, Vec<Node>),
    /// `{{#toJson}}name{{/toJson}}`
    ToJson(String),
    /// `{{#join delimiter=','}}name{{/join delimiter=','}}`
    Join { name: String, delimiter: String },
    /// `{{#url}}…{{/url}}`: what is inside, percent-encoded.
    Url(Vec<Node>),
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    /// As inside of a JSON string.
    Json,
    /// As it is.
    None,
}
