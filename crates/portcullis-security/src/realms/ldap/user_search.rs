//! `user_search.*`: the service finds the entry, the user binds with its name, the service reads the groups.

use portcullis_secrets::Secret;

use super::asker::Asker;
use super::binder::Bound;
use super::filter;
use super::sole::Sole;
use super::trouble::Trouble;
use super::voice::Voice;
use crate::realms::directory::{DirectoryAnswer, DirectoryUser};
use crate::settings::directory::Search;

pub(super) async fn authenticate(
    asker: &Asker,
    search: &Search,
    username: &str,
    password: &Secret,
) -> Result<DirectoryAnswer, Trouble> {
    let mut service = Voice::Service(&asker.service);
    let entry = match asker.sole(search, filter::fill(&search.filter, &[username]), &mut service).await? {
        Sole::This(entry) => entry,
        Sole::Nobody => return Ok(DirectoryAnswer::Unknown),
        Sole::Several => return Ok(DirectoryAnswer::Refused),
    };
    match asker.binder.bind_entry(&entry, password).await? {
        // The connection is closed here: what follows is read with the service's eyes.
        Bound::Yes(_) => {}
        Bound::No => return Ok(DirectoryAnswer::Refused),
        Bound::NoSuchEntry => return Ok(DirectoryAnswer::Unknown),
    }
    Ok(DirectoryAnswer::Authenticated(asker.user(username, &entry, &mut service).await?))
}

pub(super) async fn lookup(
    asker: &Asker,
    search: &Search,
    username: &str,
) -> Result<Option<DirectoryUser>, Trouble> {
    let mut service = Voice::Service(&asker.service);
    match asker.sole(search, filter::fill(&search.filter, &[username]), &mut service).await? {
        Sole::This(entry) => Ok(Some(asker.user(username, &entry, &mut service).await?)),
        Sole::Nobody | Sole::Several => Ok(None),
    }
}
