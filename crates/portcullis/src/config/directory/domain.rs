//! What only Active Directory has: the domain, and what follows from its name.

use portcullis_security::settings::directory::{ActiveDirectory, Groups, Search};

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::{filter, search};

const NAME: &str = "domain_name";

/// What is put into a filter of users: the name, and the name with its domain.
const PLACES: &[&str] = &["{0}", "{1}"];

/// What `tokenGroups` names is resolved among groups.
const GROUP_FILTER: &str = "(objectClass=group)";

/// A domain's name: one that DNS could know.
pub(super) struct Domain(String);

impl Domain {
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// The domain's entry: `DC=ad,DC=example,DC=com`.
    fn dn(&self) -> String {
        self.0.split('.').map(|label| format!("DC={label}")).collect::<Vec<_>>().join(",")
    }
}

pub(super) fn read(named: &Named<'_>) -> Result<Domain, Problem> {
    let name = named.setting(NAME);
    let domain = named.settings.text(&name).map_err(|_| {
        named.problem(format!("realm [{}] needs the domain's DNS name: set [{name}]", named.id()))
    })?;
    if !is_host(&domain) {
        let reason = format!("setting [{name}]: [{domain}] is not a DNS name such as ad.example.com");
        return Err(named.problem_at(NAME, reason));
    }
    Ok(Domain(domain))
}

/// Whether `text` is a name of DNS or an IPv4 address. An underscore is no host's by the book, and in use.
pub(super) fn is_host(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(fits);
    text.len() <= 253 && text.split('.').all(label)
}

pub(super) fn users(named: &Named<'_>, domain: &Domain) -> Result<ActiveDirectory, Problem> {
    Ok(ActiveDirectory {
        domain_name: domain.name().to_owned(),
        search: Search {
            base_dn: base_dn(named, "user_search.base_dn", domain),
            scope: search::scope(named, "user_search.scope")?,
            filter: filter::of_a_user(named, "user_search.filter", PLACES)?,
        },
        upn_filter: filter::of_a_user(named, "user_search.upn_filter", PLACES)?,
        down_level_filter: filter::of_a_user(named, "user_search.down_level_filter", PLACES)?,
    })
}

pub(super) fn groups(named: &Named<'_>, domain: &Domain) -> Result<Groups, Problem> {
    Ok(Groups::TokenGroups(Search {
        base_dn: base_dn(named, "group_search.base_dn", domain),
        scope: search::scope(named, "group_search.scope")?,
        filter: GROUP_FILTER.to_owned(),
    }))
}

fn base_dn(named: &Named<'_>, key: &str, domain: &Domain) -> String {
    named.settings.text(&named.setting(key)).unwrap_or_else(|_| domain.dn())
}
