//! The lines of a file as they stand in it, with blanks and line ends: what is not concerned stays byte for byte. What
//! counts as a comment is what the node takes for one.
//!
//! Never here: what a line says.

/// The lines with their ends.
pub(super) fn of(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n')
}

/// What stands before and after the first colon. `None`: the line is a comment, or has no colon.
pub(super) fn split(line: &str) -> Option<(&str, &str)> {
    // Only in the first column: a blank before it makes it part of a name.
    if line.starts_with('#') { None } else { line.split_once(':') }
}

/// The text with one more line, which ends as the first one does.
pub(super) fn with(text: &str, line: &str) -> String {
    let end = if of(text).next().is_some_and(|it| it.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let between = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    format!("{text}{between}{line}{end}")
}
