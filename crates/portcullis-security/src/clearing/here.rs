//! What a clear does on this node: what was not named stays warm, and the count tells what became unreachable. Where a
//! cache is filled from files, these are read first: a clear is how an operator makes sure of an edit.

use portcullis_cache::Why;
use portcullis_model::authentication::TokenSource;

use crate::caches::{Caches, RealmCaches, role_scope, tokens_name};
use crate::core::Core;
use crate::error::Failure;
use crate::order::Clear;

/// Clears, and tells how many resident entries became unreachable. May block for as long as files are read.
///
/// # Errors
/// [`crate::Kind::IllegalArgument`] for what this node does not have.
pub(crate) fn carry_out(core: &Core, clear: &Clear) -> Result<usize, Failure> {
    let caches = core.caches();
    if is_backed_by_files(caches, clear) {
        core.files().take_in_now(caches);
    }
    match clear {
        Clear::Realms { realms, usernames } => clear_realms(caches, realms, usernames),
        Clear::Roles { names } => roles(caches, names),
        // None are kept in memory, so what the caller asks for holds already.
        Clear::Privileges { .. } => Ok(0),
        Clear::ApiKeys { ids } => api_keys(caches, ids),
        Clear::ServiceTokens { account, names } => service_tokens(caches, account, names),
    }
}

/// Whether what is cleared may be filled from files of this node.
pub(super) fn is_backed_by_files(caches: &Caches, clear: &Clear) -> bool {
    match clear {
        Clear::Realms { realms, .. } => caches.realms.iter().any(|it| {
            let named = realms.is_empty() || realms.iter().any(|name| **name == *it.realm.name);
            named && (&*it.realm.kind == "file" || it.mapped.is_on())
        }),
        Clear::Roles { .. } | Clear::ServiceTokens { .. } => true,
        Clear::Privileges { .. } | Clear::ApiKeys { .. } => false,
    }
}

fn clear_realms(caches: &Caches, realms: &[String], usernames: &[String]) -> Result<usize, Failure> {
    if realms.is_empty() {
        return caches.realms.iter().try_fold(0, |sum, it| Ok(sum + realm(caches, it, usernames)?));
    }
    realms.iter().try_fold(0, |sum, name| {
        let unknown = || Failure::illegal_argument(format!("could not find active realm [{name}]"));
        let found = caches.realms.iter().find(|it| *it.realm.name == **name).ok_or_else(unknown)?;
        Ok(sum + realm(caches, found, usernames)?)
    })
}

fn realm(caches: &Caches, realm: &RealmCaches, usernames: &[String]) -> Result<usize, Failure> {
    let family = format!("realm/{}", realm.realm.kind);
    caches.switches.fault(&format!("{family}/{}", realm.realm.name))?;
    if usernames.is_empty() {
        caches.generations.bump_all();
        caches.refuse_no_more(&family, None, Why::Api);
        return Ok(realm.users.invalidate_all(Why::Api) + realm.lookups.invalidate_all(Why::Api));
    }
    Ok(usernames
        .iter()
        .map(|name| {
            caches.generations.bump(&format!("{family}/{name}"));
            caches.refuse_no_more(&family, Some(name), Why::Api);
            realm.forget(name, Why::Api)
        })
        .sum())
}

fn roles(caches: &Caches, names: &[String]) -> Result<usize, Failure> {
    caches.switches.fault("roles")?;
    if names.is_empty() {
        caches.generations.bump_all();
        return Ok(caches.roles.invalidate_all(Why::Api));
    }
    Ok(names
        .iter()
        .map(|name| {
            caches.generations.bump(&role_scope(name));
            caches.roles.invalidate_scope(&role_scope(name), Why::Api)
        })
        .sum())
}

fn api_keys(caches: &Caches, ids: &[String]) -> Result<usize, Failure> {
    let off = || Failure::illegal_argument("No cache named [api_key] is found");
    let cache = caches.api_keys.as_ref().ok_or_else(off)?;
    caches.switches.fault("api_key")?;
    if ids.is_empty() {
        caches.generations.bump_all();
        caches.refuse_no_more("api_key", None, Why::Api);
        return Ok(cache.invalidate_all(Why::Api));
    }
    Ok(ids
        .iter()
        .map(|id| {
            caches.generations.bump(&format!("api_key/{id}"));
            caches.refuse_no_more("api_key", Some(id), Why::Api);
            cache.invalidate(id.as_str(), Why::Api)
        })
        .sum())
}

fn service_tokens(caches: &Caches, account: &str, names: &[String]) -> Result<usize, Failure> {
    // Both are tried, so that one that fails does not leave the other uncleared.
    let file = tokens_of(caches, TokenSource::File, account, names);
    let index = tokens_of(caches, TokenSource::Index, account, names);
    match (file, index) {
        (Ok(file), Ok(index)) => Ok(file + index),
        (Err(first), Err(second)) => Err(first.suppressing(second)),
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
    }
}

fn tokens_of(
    caches: &Caches,
    source: TokenSource,
    account: &str,
    names: &[String],
) -> Result<usize, Failure> {
    let (cache, family) = (caches.tokens(source), tokens_name(source));
    caches.switches.fault(family)?;
    if names.is_empty() {
        caches.generations.bump_all();
        caches.refuse_no_more(family, None, Why::Api);
        return Ok(cache.invalidate_scope(account, Why::Api));
    }
    Ok(names
        .iter()
        .map(|name| {
            let name = format!("{account}/{name}");
            caches.generations.bump(&format!("service_token/{name}"));
            caches.refuse_no_more(family, Some(&name), Why::Api);
            cache.invalidate(name.as_str(), Why::Api)
        })
        .sum())
}
