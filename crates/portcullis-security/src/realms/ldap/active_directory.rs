//! Active Directory: the user binds with a logon name, and its entry is found by a search, the user's own or the service's.

use portcullis_secrets::Secret;

use super::asker::Asker;
use super::binder::Bound;
use super::logon::{self, Logon};
use super::sole::Sole;
use super::trouble::Trouble;
use super::visit::Visit;
use super::voice::Voice;
use crate::realms::directory::{DirectoryAnswer, DirectoryUser};
use crate::settings::directory::{ActiveDirectory, Search};

pub(super) async fn authenticate(
    asker: &Asker,
    settings: &ActiveDirectory,
    username: &str,
    password: &Secret,
) -> Result<DirectoryAnswer, Trouble> {
    let Some(logon) = Logon::parse(username) else { return Ok(DirectoryAnswer::Unknown) };
    let mut visit = match asker.binder.bind(&[logon.principal(settings)], password).await? {
        Bound::Yes(visit) => visit,
        Bound::No => return Ok(DirectoryAnswer::Refused),
        Bound::NoSuchEntry => return Ok(DirectoryAnswer::Unknown),
    };
    let entry = match find(asker, settings, &logon, &mut voice(asker, &mut visit, password)).await? {
        Sole::This(entry) => entry,
        Sole::Nobody => return Ok(DirectoryAnswer::Unknown),
        Sole::Several => return Ok(DirectoryAnswer::Refused),
    };
    // A name can be one person's for the bind and another's for the search: by a filter of the settings, because the base
    // leaves somebody out, or in a domain that this one trusts.
    if !logon.is_surely(settings, &entry) && !asker.is_same(&mut visit, &entry, password).await? {
        return Ok(DirectoryAnswer::Refused);
    }
    let user = asker.user(username, &entry, &mut voice(asker, &mut visit, password)).await?;
    Ok(DirectoryAnswer::Authenticated(user))
}

/// Without a service that is somebody nobody can be looked up.
pub(super) async fn lookup(
    asker: &Asker,
    settings: &ActiveDirectory,
    username: &str,
) -> Result<Option<DirectoryUser>, Trouble> {
    let Some(logon) = Logon::parse(username).filter(|_| asker.service_is_known) else { return Ok(None) };
    // The search would find whoever has that name here.
    if logon.may_be_foreign(settings) {
        return Ok(None);
    }
    let mut service = Voice::Service(&asker.service);
    match find(asker, settings, &logon, &mut service).await? {
        Sole::This(entry) => Ok(Some(asker.user(username, &entry, &mut service).await?)),
        Sole::Nobody | Sole::Several => Ok(None),
    }
}

fn voice<'a, 'b>(asker: &'a Asker, visit: &'a mut Visit<'b>, password: &Secret) -> Voice<'a, 'b> {
    if asker.service_is_known {
        Voice::Service(&asker.service)
    } else {
        let own = visit.identity(password);
        Voice::User(visit, own)
    }
}

async fn find(
    asker: &Asker,
    settings: &ActiveDirectory,
    logon: &Logon<'_>,
    voice: &mut Voice<'_, '_>,
) -> Result<Sole, Trouble> {
    let search = Search { base_dn: logon::base(settings), ..settings.search.clone() };
    asker.sole(&search, logon.filter(settings), voice).await
}
