//! A file that is one YAML map, read as JSON. What stands in it never lives here.

use serde_json::{Map, Value};

/// The map; `None` for a file that says nothing. `what` says from what to what it maps.
pub(super) fn map(text: &str, what: &str) -> Result<Option<Map<String, Value>>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let yaml: Value = serde_saphyr::from_str(text).map_err(|error| {
        // What follows the first line shows the source.
        let error = error.to_string();
        format!("the YAML does not parse: {}", error.lines().next().unwrap_or_default())
    })?;
    match yaml {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(Some(map)),
        _ => Err(format!("the YAML is not a map from {what}")),
    }
}
