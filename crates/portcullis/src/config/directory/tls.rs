//! TLS towards a directory, and what may go without it.
//!
//! Never here: reading certificates and keys.

use std::net::IpAddr;
use std::path::PathBuf;

use portcullis_security::settings::Switch;
use portcullis_security::settings::directory::{LdapTls, Server, Verification};

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::Notes;
use super::files::Files;

#[cfg(test)]
mod tests;

const START_TLS: &str = "start_tls";
const ALLOW_PLAINTEXT: &str = "allow_plaintext";
const AUTHORITIES: &str = "ssl.certificate_authorities";
const MODE: &str = "ssl.verification_mode";
const CERTIFICATE: &str = "ssl.certificate";
const KEY: &str = "ssl.key";

pub(super) fn read(named: &Named<'_>, files: &Files<'_>, notes: &mut Notes) -> Result<LdapTls, Problem> {
    let verification = match named.settings.text(&named.setting(MODE))?.as_str() {
        "none" => Verification::None,
        "certificate" => Verification::Certificate,
        // The table takes no further word.
        _ => Verification::Full,
    };
    Ok(LdapTls {
        start_tls: Switch::from_bool(named.settings.boolean(&named.setting(START_TLS))?),
        verification,
        authorities: files.all_readable(AUTHORITIES)?,
        identity: identity(named, files, notes)?,
    })
}

/// What the operator may believe of TLS and is not so.
pub(super) fn warnings(named: &Named<'_>, servers: &[Server], tls: &LdapTls) -> Vec<String> {
    let mode = named.setting(MODE);
    if !tls.start_tls.is_on() && !servers.iter().any(|server| server.ldaps.is_on()) {
        let (url, start_tls) = (named.setting("url"), named.setting(START_TLS));
        let set = [AUTHORITIES, MODE, CERTIFICATE, KEY].into_iter().find(|key| named.has(key));
        return Vec::from_iter(set.map(|key| {
            let name = named.setting(key);
            format!(
                "[{name}] has no effect while TLS is off: use ldaps:// in [{url}] or set [{start_tls}] to true"
            )
        }));
    }
    match tls.verification {
        Verification::None => {
            vec![format!("[{mode}] is [none]: anybody can stand in for the directory and read passwords")]
        }
        Verification::Certificate if tls.authorities.is_empty() => vec![format!(
            "[{mode}] is [certificate] and [{}] is not set: whoever has a certificate for any host, from anyone whom \
             this system trusts, can stand in for the directory and read passwords",
            named.setting(AUTHORITIES),
        )],
        Verification::Certificate | Verification::Full => Vec::new(),
    }
}

/// By what this service shows who it is, if it does.
fn identity(
    named: &Named<'_>,
    files: &Files<'_>,
    notes: &mut Notes,
) -> Result<Option<(PathBuf, PathBuf)>, Problem> {
    let alone = |key: &str, missing: &str| {
        let (name, missing) = (named.setting(key), named.setting(missing));
        Err(named
            .problem_at(key, format!("[{name}] is set but [{missing}] is not: both are needed, PEM files")))
    };
    match (named.has(CERTIFICATE), named.has(KEY)) {
        (false, false) => Ok(None),
        (true, false) => alone(CERTIFICATE, KEY),
        (false, true) => alone(KEY, CERTIFICATE),
        (true, true) => Ok(Some((files.readable(CERTIFICATE)?, files.private(KEY, notes)?))),
    }
}

/// A server that is not on this machine gets passwords in the clear only if that was asked for in so many words.
pub(super) fn check_plaintext(
    named: &Named<'_>,
    servers: &[Server],
    tls: &LdapTls,
    notes: &mut Notes,
) -> Result<(), Problem> {
    if servers.iter().any(|server| server.ldaps.is_on()) {
        if !tls.start_tls.is_on() {
            return Ok(());
        }
        let (name, url) = (named.setting(START_TLS), named.setting("url"));
        let reason = format!("[{name}] is for ldap://, and TLS is on already with the ldaps:// of [{url}]");
        return Err(named.problem_at(START_TLS, reason));
    }
    let Some(open) = servers.iter().find(|server| !is_loopback(&server.host)) else { return Ok(()) };
    if tls.start_tls.is_on() {
        return Ok(());
    }
    let (host, allow) = (&open.host, named.setting(ALLOW_PLAINTEXT));
    if named.settings.boolean(&allow)? {
        notes.warnings.push(format!("passwords are sent to [{host}] in the clear ({allow})"));
        return Ok(());
    }
    let (url, start_tls) = (named.setting("url"), named.setting(START_TLS));
    // A domain's server follows from its name, if no other is set.
    let key = if named.has("url") { "url" } else { "domain_name" };
    let reason = format!(
        "[{}] has [{host}], which is not loopback, and TLS is off, so passwords would be sent in the clear. Use \
         ldaps:// in [{url}], set [{start_tls}] to true, or set [{allow}] to true if something in between does TLS",
        named.setting(key),
    );
    Err(named.problem_at(key, reason))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
