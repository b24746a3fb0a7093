//! Which queries may say what documents a role sees. Only what must not be is looked for; the service runs no query.

use super::{DescriptorError, RoleDescriptor};
use serde_json::Value;

/// Queries that would let a role depend on documents outside of what it sees.
const FORBIDDEN: [(&str, &str); 3] = [
    ("percolate", "percolate query isn't supported as part of a role query"),
    ("has_child", "has_child query isn't supported as part of a role query"),
    ("has_parent", "has_parent query isn't supported as part of a role query"),
];

impl RoleDescriptor {
    /// Checks each group's query; a template is not looked into.
    ///
    /// # Errors
    /// A `parse_exception` that says which group it is, with the reason beneath it.
    pub fn validate_queries(&self) -> Result<(), DescriptorError> {
        for (index, group) in self.indices.iter().enumerate() {
            let Some(query) = &group.query else { continue };
            validate(query).map_err(|cause| {
                let what = format!(
                    "failed to parse field 'query' for [{index}]th index privilege from role descriptor"
                );
                DescriptorError::parse(what).caused_by(cause)
            })?;
        }
        Ok(())
    }
}

fn validate(query: &str) -> Result<(), DescriptorError> {
    let json: Value = serde_json::from_str(query).map_err(|error| {
        DescriptorError::x_content(format!(
            "[{}:{}] the query is not valid JSON",
            error.line(),
            error.column()
        ))
    })?;
    if json.as_object().is_some_and(|fields| fields.contains_key("template")) {
        return Ok(());
    }
    check(&json)
}

/// Checks one query. How deep it may nest is the JSON parser's limit.
fn check(query: &Value) -> Result<(), DescriptorError> {
    let malformed = |what: &str| Err(DescriptorError::parse(what));
    let Value::Object(fields) = query else {
        return malformed("[_na] query malformed, must start with start_object");
    };
    let mut fields = fields.iter();
    let Some((name, body)) = fields.next() else { return malformed("query malformed, empty clause found") };
    if fields.next().is_some() {
        return malformed(&format!("[{name}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]"));
    }
    if let Some((_, message)) = FORBIDDEN.iter().find(|(forbidden, _)| forbidden == name) {
        return Err(DescriptorError::illegal_argument(*message));
    }
    match name.as_str() {
        "terms" if any_field(body, &|value| value.is_object()) => Err(DescriptorError::illegal_argument(
            "terms query with terms lookup isn't supported as part of a role query",
        )),
        "geo_shape" if any_field(body, &|value| value.get("indexed_shape").is_some()) => {
            Err(DescriptorError::illegal_argument(
                "geoshape query referring to indexed shapes isn't supported as part of a role query",
            ))
        }
        "bool" => each(body, &["must", "should", "filter", "must_not"]),
        "constant_score" => each(body, &["filter"]),
        "boosting" => each(body, &["positive", "negative"]),
        "function_score" => {
            each(body, &["query"])?;
            match body.get("functions") {
                Some(Value::Array(functions)) => {
                    functions.iter().try_for_each(|function| each(function, &["filter"]))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn any_field(body: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
    body.as_object().is_some_and(|fields| fields.values().any(is))
}

/// Checks the queries under these fields, one or many.
fn each(body: &Value, fields: &[&str]) -> Result<(), DescriptorError> {
    for field in fields {
        match body.get(*field) {
            None => {}
            Some(Value::Array(queries)) => queries.iter().try_for_each(check)?,
            Some(query) => check(query)?,
        }
    }
    Ok(())
}
