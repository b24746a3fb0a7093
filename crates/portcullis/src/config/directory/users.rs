//! How a username becomes an entry of an LDAP directory.

use portcullis_security::settings::directory::{Search, Users};

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::{Notes, filter, search};

#[cfg(test)]
mod tests;

const TEMPLATES: &str = "user_dn_templates";
const BASE: &str = "user_search.base_dn";
const SCOPE: &str = "user_search.scope";
const FILTER: &str = "user_search.filter";
const ATTRIBUTE: &str = "user_search.attribute";

/// Either of the two ways; Elasticsearch's documentation says of each that it is not valid with the other.
pub(super) fn read(named: &Named<'_>, notes: &mut Notes) -> Result<Users, Problem> {
    let (templates, base) = (named.setting(TEMPLATES), named.setting(BASE));
    match (named.has(TEMPLATES), named.has(BASE)) {
        (true, true) => {
            let reason = format!("[{templates}] and [{base}] do not go together; set the one that is meant");
            Err(named.problem_at(TEMPLATES, reason))
        }
        (false, false) => Err(named.problem(format!(
            "realm [{}] needs to know its users: set [{base}] to search them, or [{templates}]",
            named.id(),
        ))),
        (true, false) => from_templates(named),
        (false, true) => from_search(named, notes),
    }
}

fn from_templates(named: &Named<'_>) -> Result<Users, Problem> {
    search::refuse_without_base(named, BASE, &[SCOPE, FILTER, ATTRIBUTE])?;
    let name = named.setting(TEMPLATES);
    let templates = named.settings.texts(&name)?;
    // Without it every name is the same entry.
    if let Some(template) = templates.iter().find(|template| !template.contains("{0}")) {
        let reason = format!("setting [{name}]: [{template}] must have the username in it, as [{{0}}]");
        return Err(named.problem_at(TEMPLATES, reason));
    }
    Ok(Users::Templates(templates))
}

fn from_search(named: &Named<'_>, notes: &mut Notes) -> Result<Users, Problem> {
    Ok(Users::Search(Search {
        base_dn: named.settings.text(&named.setting(BASE))?,
        scope: search::scope(named, SCOPE)?,
        filter: match attribute(named, notes)? {
            Some(attribute) => format!("({attribute}={{0}})"),
            None => filter::of_a_user(named, FILTER, &["{0}"])?,
        },
    }))
}

/// The deprecated way to say the filter.
fn attribute(named: &Named<'_>, notes: &mut Notes) -> Result<Option<String>, Problem> {
    let name = named.setting(ATTRIBUTE);
    let Ok(attribute) = named.settings.text(&name) else { return Ok(None) };
    let filter = named.setting(FILTER);
    if named.has(FILTER) {
        let reason = format!("[{name}] and [{filter}] do not go together; set only the second");
        return Err(named.problem_at(ATTRIBUTE, reason));
    }
    // More than a name would be more than a filter's left side.
    if !attribute.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b';')) {
        let reason = format!("setting [{name}]: [{attribute}] is not the name of an attribute");
        return Err(named.problem_at(ATTRIBUTE, reason));
    }
    notes.warnings.push(format!("[{name}] is deprecated; set [{filter}] to [({attribute}={{0}})]"));
    Ok(Some(attribute))
}
