//! The groups of a user, by name.

use super::entry::Entry;
use super::query::{ANY, NO_ATTRIBUTES, Query};
use super::referrals::Referrals;
use super::trouble::Trouble;
use super::voice::Voice;
use super::{dn, filter, sid};
use crate::settings::directory::{ActiveDirectory, Groups, Search, Users};

#[cfg(test)]
mod tests;

/// Groups of one user, at most.
pub(super) const MAX_GROUPS: usize = 10_000;

/// Groups that are resolved by one search.
const BATCH: usize = 100;

/// The filter where the settings have none: the usual classes of groups, and how they name their members.
const USUAL: &str = "(&(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group)\
                     (objectClass=posixGroup))(|(uniqueMember={0})(member={0})(memberUid={0})))";

/// Members of members, by the rule of Active Directory for that (LDAP_MATCHING_RULE_IN_CHAIN).
const IN_CHAIN: &str = "(member:1.2.840.113556.1.4.1941:={0})";

const TOKEN_GROUPS: &str = "tokenGroups";

/// The setting with what it says where it says nothing.
pub(super) fn complete(groups: &Groups, users: &Users) -> Groups {
    match (groups.clone(), users) {
        (Groups::Search { mut search, user_attribute }, _) => {
            if search.filter.is_empty() {
                search.filter = USUAL.to_owned();
            }
            Groups::Search { search, user_attribute }
        }
        (Groups::TokenGroups(mut search), Users::ActiveDirectory(ActiveDirectory { domain_name, .. })) => {
            if search.base_dn.is_empty() {
                search.base_dn = dn::of_domain(domain_name);
            }
            Groups::TokenGroups(search)
        }
        (other, _) => other,
    }
}

/// The attributes of the user's entry that are needed to find its groups.
pub(super) fn attributes(groups: &Groups) -> Vec<String> {
    match groups {
        Groups::Attribute(name) | Groups::Search { user_attribute: Some(name), .. } => vec![name.clone()],
        Groups::Search { user_attribute: None, .. } | Groups::TokenGroups(_) => Vec::new(),
    }
}

/// The groups of the user whose entry is `user`.
///
/// # Errors
/// When they could not all be found: somebody with half of their groups is somebody else.
pub(super) async fn find(
    groups: &Groups,
    user: &Entry,
    voice: &mut Voice<'_, '_>,
    referrals: &Referrals,
) -> Result<Vec<String>, Trouble> {
    match groups {
        Groups::Attribute(name) => listed(user, name),
        Groups::Search { search, user_attribute } => {
            let value = match user_attribute {
                None => Some(user.dn.as_str()),
                Some(name) => user.texts(name).next(),
            };
            let Some(value) = value else { return Ok(Vec::new()) };
            names(search, filter::fill(&search.filter, &[value]), voice, referrals).await
        }
        Groups::TokenGroups(search) => by_token(search, user, voice, referrals).await,
    }
}

fn listed(user: &Entry, name: &str) -> Result<Vec<String>, Trouble> {
    let groups: Vec<String> = user.texts(name).map(str::to_owned).collect();
    if user.is_cut(name) { Err(too_many(user)) } else { bounded(groups, user) }
}

fn bounded(groups: Vec<String>, user: &Entry) -> Result<Vec<String>, Trouble> {
    if groups.len() > MAX_GROUPS { Err(too_many(user)) } else { Ok(groups) }
}

fn too_many(user: &Entry) -> Trouble {
    Trouble::answer(format!("[{}] is in more groups than may be read", user.dn))
}

async fn by_token(
    search: &Search,
    user: &Entry,
    voice: &mut Voice<'_, '_>,
    referrals: &Referrals,
) -> Result<Vec<String>, Trouble> {
    let own = Query::entry(&user.dn, vec![TOKEN_GROUPS.to_owned()]);
    let found = voice.search_all(&own, referrals).await?;
    let sids: Vec<&[u8]> = found.entries.iter().flat_map(|entry| entry.values(TOKEN_GROUPS)).collect();
    if sids.is_empty() {
        return names(search, filter::fill(IN_CHAIN, &[&user.dn]), voice, referrals).await;
    }
    if sids.len() > MAX_GROUPS || !sids.iter().all(|it| sid::is_sid(it)) {
        return Err(Trouble::answer(format!("tokenGroups of [{}] cannot be read", user.dn)));
    }
    let mut groups = Vec::new();
    for batch in sids.chunks(BATCH) {
        groups.extend(names(search, any_of(batch), voice, referrals).await?);
        // Each batch could find as many as all of them may.
        groups = bounded(groups, user)?;
    }
    Ok(groups)
}

/// The filter for entries that have one of these SIDs.
fn any_of(sids: &[&[u8]]) -> String {
    let each: String = sids.iter().map(|it| format!("(objectSid={})", filter::octets(it))).collect();
    format!("(|{each})")
}

async fn names(
    search: &Search,
    asked: String,
    voice: &mut Voice<'_, '_>,
    referrals: &Referrals,
) -> Result<Vec<String>, Trouble> {
    let query = Query {
        base: search.base_dn.clone(),
        scope: search.scope,
        filter: asked,
        attributes: vec![NO_ATTRIBUTES.to_owned()],
        limit: MAX_GROUPS,
    };
    let found = voice.search_all(&query, referrals).await?;
    Ok(found.entries.into_iter().map(|entry| entry.dn).filter(|dn| !dn.is_empty()).collect())
}

/// Filters of the settings, for a check at the start.
pub(super) fn filters(groups: &Groups) -> Vec<&str> {
    match groups {
        Groups::Search { search, .. } => vec![&search.filter],
        Groups::Attribute(_) | Groups::TokenGroups(_) => vec![ANY],
    }
}
