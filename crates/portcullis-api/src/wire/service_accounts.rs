//! Service accounts on the wire: accounts, the names of their tokens, and a new token.

use portcullis_model::role::{Rendering, RoleDescriptor};
use portcullis_security::manage::service_tokens::{AccountCredentials, CreatedToken};
use serde_json::{Map, Value, json};

use super::secret;
use crate::error::Telling;
use crate::nodes;

/// Accounts as one object by principal.
pub(crate) fn by_principal(accounts: &[(String, RoleDescriptor)]) -> Value {
    let entries = accounts.iter().map(|(principal, role)| {
        (principal.clone(), json!({"role_descriptor": role.to_json(Rendering::Api)}))
    });
    entries.collect::<Map<String, Value>>().into()
}

/// The names of an account's tokens. `count` counts those of the index and those of the files.
pub(crate) fn credentials(
    principal: &str,
    credentials: AccountCredentials,
    node_name: &str,
    telling: Telling<'_>,
) -> Value {
    let count = credentials.index.len() + credentials.file.len();
    let tokens: Map<String, Value> = credentials.index.into_iter().map(|name| (name, json!({}))).collect();
    let file = credentials.file.into_iter().map(|name| (name, json!({"nodes": [node_name]})));
    let file: Map<String, Value> = file.collect();
    json!({
        "service_account": principal,
        "count": count,
        "tokens": tokens,
        "nodes_credentials": {"_nodes": nodes::header(1, Vec::new(), telling), "file_tokens": file},
    })
}

/// A new token, with its value.
pub(crate) fn created(token: &CreatedToken) -> Value {
    let mut shown = Map::new();
    shown.insert("name".to_owned(), token.name.as_str().into());
    secret::tell_token(&mut shown, &token.bearer);
    json!({"created": true, "token": shown})
}
