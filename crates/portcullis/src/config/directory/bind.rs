//! Who searches: `bind_dn` with its password.

use portcullis_secrets::Secret;
use portcullis_security::settings::directory::Bind;

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::Notes;
use super::files::Files;

#[cfg(test)]
mod tests;

const DN: &str = "bind_dn";
const PASSWORD: &str = "secure_bind_password";
const FILE: &str = "secure_bind_password_file";
const TEMPLATES: &str = "user_dn_templates";

/// `None` searches anonymously, or does not search at all.
pub(super) fn read(named: &Named<'_>, files: &Files<'_>, notes: &mut Notes) -> Result<Option<Bind>, Problem> {
    if named.has(TEMPLATES) {
        notes.warnings.extend(unused(named));
        return Ok(None);
    }
    let password = password(named, files, notes)?;
    let dn = named.settings.text(&named.setting(DN)).ok();
    let (dn_name, password_name) = (named.setting(DN), named.setting(PASSWORD));
    match (dn, password) {
        (None, None) => Ok(None),
        (Some(dn), Some(password)) => Ok(Some(Bind { dn, password })),
        // A directory takes a DN without a password for an anonymous caller.
        (Some(_), None) => Err(named.problem_at(
            DN,
            format!(
                "[{dn_name}] needs its password: give [{password_name}] by the environment, or set [{}]",
                named.setting(FILE),
            ),
        )),
        (None, Some(_)) => {
            let key = if named.has(PASSWORD) { PASSWORD } else { FILE };
            let reason = format!("[{}] is set but [{dn_name}] is not", named.setting(key));
            Err(named.problem_at(key, reason))
        }
    }
}

/// What is set for nothing: with templates, users read their own entries. Elasticsearch's documentation says so too.
fn unused(named: &Named<'_>) -> Option<String> {
    let set = [DN, PASSWORD, FILE].into_iter().find(|key| named.has(key))?;
    Some(format!(
        "[{}] has no effect with [{}]: each user searches with their own credentials",
        named.setting(set),
        named.setting(TEMPLATES),
    ))
}

fn password(named: &Named<'_>, files: &Files<'_>, notes: &mut Notes) -> Result<Option<Secret>, Problem> {
    match (named.has(PASSWORD), named.has(FILE)) {
        (false, false) => Ok(None),
        (true, false) => Ok(Some(named.settings.secret(&named.setting(PASSWORD))?.into_secret())),
        (false, true) => files.secret(FILE, notes).map(Some),
        (true, true) => {
            let (password, file) = (named.setting(PASSWORD), named.setting(FILE));
            Err(named.problem_at(FILE, format!("[{password}] and [{file}] are both set; one is enough")))
        }
    }
}
