//! `${VARIABLE}` and `${VARIABLE:default}` in values.
//!
//! Never here: where variables come from. A problem names the variable, never the value around it.

#[cfg(test)]
mod tests;

/// Replaces each placeholder of `text` by what `variable` knows. What was put in is not looked at again.
///
/// # Errors
/// A sentence without a subject: which variable is missing, or that a placeholder is not closed.
pub(super) fn fill<'a>(text: &str, variable: impl Fn(&str) -> Option<&'a str>) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            return Err("has a `${` without its `}`".to_owned());
        };
        let (name, default) = match inside.split_once(':') {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        match variable(name).or(default) {
            Some(value) => filled.push_str(value),
            None => return Err(format!("needs the environment variable [{name}], which is not set")),
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Whether `text` is nothing but one variable: `${NAME}`, without a default.
pub(super) fn is_one_variable(text: &str) -> bool {
    let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inside.is_some_and(|name| !name.is_empty() && !name.contains(['$', '{', '}', ':']))
}
