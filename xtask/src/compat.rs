//! The generated part of `docs/COMPATIBILITY.md`: the route table of `portcullis-api`, row by row. The words around
//! it are written by hand and left alone.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::process::{cargo, output};
use crate::tree;

/// Around the generated part.
const BEGIN: &str = "<!-- begin of the routes: `cargo xtask compat` writes them -->";
const END: &str = "<!-- end of the routes -->";

/// Writes the generated part.
pub(crate) fn write() -> Result<(), String> {
    let path = path();
    let before = read(&path)?;
    let after = replaced(&before, &table()?)?;
    if after != before {
        fs::write(&path, after).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{} has changed", path.display());
    }
    Ok(())
}

/// An error if the generated part is not what `write` would write.
pub(crate) fn check() -> Result<(), String> {
    let text = read(&path())?;
    if replaced(&text, &table()?)? == text {
        Ok(())
    } else {
        Err("docs/COMPATIBILITY.md is older than the route table: run `cargo xtask compat`".into())
    }
}

fn path() -> PathBuf {
    tree::root().join("docs/COMPATIBILITY.md")
}

fn read(path: &PathBuf) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The table as Markdown, asked from the crate that owns it.
fn table() -> Result<String, String> {
    let arguments = ["run", "--quiet", "--package", "portcullis-api", "--example", "routes"];
    let rows = output(&mut cargo(&arguments))?;
    let mut text =
        String::from("| route | action | parameters | body | what it does | beyond Elasticsearch |\n");
    text.push_str("|---|---|---|---|---|---|\n");
    for row in rows.lines() {
        let row: Value =
            serde_json::from_str(row).map_err(|error| format!("a row of the routes: {error}"))?;
        text.push_str(&markdown(&row));
    }
    Ok(text)
}

/// One row: `methods`, `path`, `action`, `params`, `body`, `doc` and `differs`.
fn markdown(row: &Value) -> String {
    let list = |key: &str| row.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let words = |key: &str| list(key).iter().filter_map(Value::as_str).collect::<Vec<_>>();
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let action =
        if text("action").is_empty() { "none: no credentials".to_owned() } else { code(text("action")) };
    let cells = [
        code(&format!("{} {}", words("methods").join("|"), text("path"))).replace('|', "\\|"),
        action,
        words("params").into_iter().map(code).collect::<Vec<_>>().join(" "),
        text("body").to_owned(),
        text("doc").replace('|', "\\|"),
        text("differs").replace('|', "\\|"),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// `text` with `generated` between the two markers.
fn replaced(text: &str, generated: &str) -> Result<String, String> {
    let parts = text.split_once(BEGIN).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) =
        parts.ok_or_else(|| format!("docs/COMPATIBILITY.md lacks the lines {BEGIN} and {END}"))?;
    Ok(format!("{head}{BEGIN}\n\n{generated}\n{END}{tail}"))
}

#[cfg(test)]
mod tests;
