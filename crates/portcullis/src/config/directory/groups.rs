//! Where the groups of an LDAP user are found.

use portcullis_security::settings::directory::{Groups, Search};

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::{Notes, filter, search};

const ATTRIBUTE: &str = "user_group_attribute";
const BASE: &str = "group_search.base_dn";
const SCOPE: &str = "group_search.scope";
const FILTER: &str = "group_search.filter";
const USER_ATTRIBUTE: &str = "group_search.user_attribute";

/// A search if there is a place for it, else the user's own attribute.
pub(super) fn read(named: &Named<'_>, notes: &mut Notes) -> Result<Groups, Problem> {
    let base = named.setting(BASE);
    if !named.has(BASE) {
        search::refuse_without_base(named, BASE, &[SCOPE, FILTER, USER_ATTRIBUTE])?;
        return Ok(Groups::Attribute(named.settings.text(&named.setting(ATTRIBUTE))?));
    }
    if named.has(ATTRIBUTE) {
        let name = named.setting(ATTRIBUTE);
        notes.warnings.push(format!("[{name}] has no effect: groups are searched below [{base}]"));
    }
    let filter = filter::read(named, FILTER)?;
    if !filter.contains("{0}") {
        let name = named.setting(FILTER);
        notes
            .warnings
            .push(format!("[{name}] has no [{{0}}], so every user is in all the groups that it finds"));
    }
    Ok(Groups::Search {
        search: Search { base_dn: named.settings.text(&base)?, scope: search::scope(named, SCOPE)?, filter },
        user_attribute: named.settings.text(&named.setting(USER_ATTRIBUTE)).ok(),
    })
}
