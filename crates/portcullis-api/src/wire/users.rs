//! Users on the wire: the bodies of put user and change password, and a user as `GET` tells it.

use portcullis_model::subject::User;
use portcullis_secrets::Secret;
use portcullis_security::Failure;
use portcullis_security::manage::users::{NewPassword, PutUser};
use serde_json::{Map, Value, json};

use super::json::{self, Guarded};
use super::secret;

#[cfg(test)]
mod tests;

/// Parses the body of put user. `path` is the name in the path.
pub(crate) fn put(path: &str, body: &[u8]) -> Result<PutUser, Failure> {
    const DOING: &str = "add user";
    let mut user = PutUser {
        username: path.to_owned(),
        password: None,
        password_hash: None,
        roles: None,
        full_name: None,
        email: None,
        metadata: None,
        enabled: true,
    };
    for (field, value) in fields(body, DOING)? {
        match field.as_str() {
            "username" => {
                if text(value, "username")? != path {
                    return Err(Failure::illegal_argument(format!(
                        "[username] in source does not match the username provided [{path}]"
                    )));
                }
            }
            "password" => user.password = Some(password(value)?),
            "password_hash" => user.password_hash = Some(text(value, "password_hash")?),
            "roles" => user.roles = Some(names(value, "roles")?),
            "full_name" => user.full_name = text_or_null(value, "full_name")?,
            "email" => user.email = text_or_null(value, "email")?,
            "metadata" => user.metadata = object_or_null(value, "metadata")?,
            "enabled" => {
                user.enabled =
                    value.as_bool().ok_or_else(|| mistyped("enabled", "boolean", value.token()))?;
            }
            unknown => return Err(unexpected(DOING, unknown)),
        }
    }
    if user.password.is_some() && user.password_hash.is_some() {
        return Err(Failure::validation(&["password_hash has already been set"]));
    }
    Ok(user)
}

/// Parses the body of change password.
pub(crate) fn change_password(body: &[u8]) -> Result<NewPassword, Failure> {
    const DOING: &str = "change password";
    let mut new = None;
    for (field, value) in fields(body, DOING)? {
        let given = match field.as_str() {
            "password" => NewPassword::Clear(password(value)?),
            "password_hash" => NewPassword::Hash(text(value, "password_hash")?),
            unknown => return Err(unexpected(DOING, unknown)),
        };
        if new.replace(given).is_some() {
            return Err(Failure::validation(&["password_hash has already been set"]));
        }
    }
    new.ok_or_else(|| Failure::request_validation(&["password is missing"]))
}

/// Users as one object by name.
pub(crate) fn by_name(users: Vec<User>) -> Value {
    users.into_iter().map(|user| (user.username.clone(), shown(user))).collect::<Map<String, Value>>().into()
}

fn shown(user: User) -> Value {
    json!({
        "username": user.username,
        "roles": user.roles,
        "full_name": user.full_name,
        "email": user.email,
        "metadata": user.metadata,
        "enabled": user.enabled,
    })
}

fn fields(body: &[u8], doing: &str) -> Result<json::Fields, Failure> {
    json::object(body, |token| {
        Failure::parse(format!(
            "failed to parse {doing} request. expected an object, but found token [{token}]"
        ))
    })
}

fn unexpected(doing: &str, field: &str) -> Failure {
    Failure::parse(format!("failed to parse {doing} request. unexpected field [{field}]"))
}

fn mistyped(field: &str, wanted: &str, token: &str) -> Failure {
    Failure::parse(format!("expected field [{field}] to be of type {wanted}, but found [{token}] instead"))
}

fn password(value: Guarded) -> Result<Secret, Failure> {
    secret::take(value).map_err(|other| mistyped("password", "string", other.token()))
}

fn text(value: Guarded, field: &str) -> Result<String, Failure> {
    value.into_text().map_err(|other| mistyped(field, "string", other.token()))
}

fn text_or_null(value: Guarded, field: &str) -> Result<Option<String>, Failure> {
    if value.is_null() { Ok(None) } else { text(value, field).map(Some) }
}

fn object_or_null(value: Guarded, field: &str) -> Result<Option<Map<String, Value>>, Failure> {
    if value.is_null() {
        return Ok(None);
    }
    value.into_map().map(Some).map_err(|other| mistyped(field, "object", other.token()))
}

/// An array of strings, or one string with commas in it.
fn names(value: Guarded, field: &str) -> Result<Vec<String>, Failure> {
    let value = match value.into_text() {
        Ok(list) => {
            return Ok(list.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect());
        }
        Err(other) => other,
    };
    let items = value.into_items().map_err(|other| {
        let found = if other.is_null() { "null".to_owned() } else { format!("[{}]", other.token()) };
        Failure::parse(format!(
            "could not parse [{field}] field. expected a string array but found {found} value instead"
        ))
    })?;
    items
        .into_iter()
        .map(|item| match item {
            Value::String(name) => Ok(name),
            other => Err(Failure::parse(format!(
                "could not parse [{field}] field. expected a string array but one of the value in the array is [{}]",
                json::token(&other)
            ))),
        })
        .collect()
}
