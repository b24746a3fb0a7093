//! `portcullis service-tokens`: keeps the file `service_tokens`. Other lines of the file, comments too, stay as they
//! are, and the tokens stay sorted. When it says that it is done, a node that runs has taken the change in.

use std::io::Write;

use portcullis_model::credential::{self, ServiceTokenId};
use portcullis_model::service_account;
use portcullis_secrets::random;

use super::error::CommandError;
use super::file_edit::{content, edit, make_folder};
use super::place::Place;

/// The file's name in the configuration folder.
const FILE: &str = "service_tokens";

/// Adds a token and prints it, once.
///
/// # Errors
/// When account or name is not one, the token exists, or the file cannot be written.
pub fn create(
    place: &Place<'_>,
    principal: &str,
    name: &str,
    out: &mut impl Write,
) -> Result<(), CommandError> {
    let id = token(principal, name)?;
    let secret = random::random_secret();
    let hash = place.algorithm.hash(&secret).map_err(|error| CommandError::Data(error.to_string()))?;
    make_folder(place.config)?;
    edit(place.config, FILE, |old| {
        let mut lines: Vec<&str> = old.lines().collect();
        if lines.iter().any(|line| name_in(line) == Some(&id.to_string())) {
            return Err(CommandError::Refused(format!("Service token [{id}] already exists")));
        }
        let new = format!("{id}:{}", hash.as_str());
        let place =
            lines.iter().position(|line| name_in(line).is_some_and(|it| it > id.to_string().as_str()));
        lines.insert(place.unwrap_or(lines.len()), &new);
        Ok(Some(joined(&lines)))
    })?;
    place.in_force(FILE)?;
    let bearer = portcullis_security::service_bearer(&id, &secret);
    writeln!(out, "SERVICE_TOKEN {id} = {}", bearer.expose_str().unwrap_or_default())?;
    Ok(())
}

/// Removes a token. When this returns, a running node refuses it.
///
/// # Errors
/// When account or name is not one, there is no such token, or the file cannot be written.
pub fn delete(place: &Place<'_>, principal: &str, name: &str) -> Result<(), CommandError> {
    let id = token(principal, name)?;
    edit(place.config, FILE, |old| {
        let kept: Vec<&str> = old.lines().filter(|line| name_in(line) != Some(&id.to_string())).collect();
        if kept.len() == old.lines().count() {
            return Err(CommandError::Missing(format!("Service token [{id}] does not exist")));
        }
        Ok(Some(joined(&kept)))
    })?;
    place.in_force(FILE)
}

/// Prints the qualified names, sorted; of one account only, if one is named.
///
/// # Errors
/// When the account is not one, or the file cannot be read.
pub fn list(place: &Place<'_>, principal: Option<&str>, out: &mut impl Write) -> Result<(), CommandError> {
    if let Some(principal) = principal {
        account(principal)?;
    }
    let content = content(place.config, FILE)?;
    let mut names: Vec<&str> = content.lines().filter_map(name_in).collect();
    names.sort_unstable();
    for name in names {
        if principal.is_none_or(|it| name.strip_prefix(it).is_some_and(|rest| rest.starts_with('/'))) {
            writeln!(out, "{name}")?;
        }
    }
    Ok(())
}

fn token(principal: &str, name: &str) -> Result<ServiceTokenId, CommandError> {
    let (namespace, service) = account(principal)?;
    credential::validate_token_name(name).map_err(CommandError::Data)?;
    Ok(ServiceTokenId::new(namespace, service, name))
}

fn account(principal: &str) -> Result<(&str, &str), CommandError> {
    principal
        .split_once('/')
        .filter(|(namespace, service)| service_account::find(namespace, service).is_some())
        .ok_or_else(|| {
            let known: Vec<&str> = service_account::all().iter().map(|it| it.principal()).collect();
            let known = known.join(", ");
            CommandError::Data(format!(
                "Unknown service account principal: [{principal}]. Must be one of [{known}]"
            ))
        })
}

/// The qualified name in a line that holds a token.
fn name_in(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    line.split_once(':').map(|(name, _)| name)
}

fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [*line, "\n"]).collect()
}

#[cfg(test)]
mod tests;
