//! `user_dn_templates`: the user binds with a name that is made of the username, and reads its own entry and groups.

use portcullis_secrets::Secret;

use super::asker::Asker;
use super::binder::Bound;
use super::dn;
use super::entry::Entry;
use super::query::Query;
use super::sole::Sole;
use super::trouble::Trouble;
use super::voice::Voice;
use crate::realms::directory::DirectoryAnswer;

pub(super) async fn authenticate(
    asker: &Asker,
    templates: &[String],
    username: &str,
    password: &Secret,
) -> Result<DirectoryAnswer, Trouble> {
    let names: Vec<String> = templates.iter().map(|template| dn::from_template(template, username)).collect();
    let mut visit = match asker.binder.bind(&names, password).await? {
        Bound::Yes(visit) => visit,
        Bound::No => return Ok(DirectoryAnswer::Refused),
        Bound::NoSuchEntry => return Ok(DirectoryAnswer::Unknown),
    };
    let dn = visit.name.clone();
    let own = visit.identity(password);
    let mut voice = Voice::User(&mut visit, own);
    let found = voice.search(&Query::entry(&dn, asker.profile.attributes()), &asker.referrals).await?;
    let entry = match Sole::of(found)? {
        Sole::This(entry) => entry,
        // Somebody who may not read its own entry is still somebody.
        Sole::Nobody => Entry::bare(dn),
        Sole::Several => return Err(Trouble::answer(format!("[{dn}] is several entries"))),
    };
    Ok(DirectoryAnswer::Authenticated(asker.user(username, &entry, &mut voice).await?))
}
