//! What every way to a user needs: the service, the binds, the profile, the groups. The ways themselves are beside it.

use portcullis_secrets::Secret;

use super::binder::{Binder, Visit};
use super::entry::Entry;
use super::incidents::Incidents;
use super::profile::Profile;
use super::query::Query;
use super::referrals::Referrals;
use super::service::Service;
use super::sole::{self, Sole};
use super::trouble::Trouble;
use super::verdict::Verdict;
use super::voice::Voice;
use super::{active_directory, groups, templates, user_search};
use crate::realms::directory::{DirectoryAnswer, DirectoryUser};
use crate::settings::directory::{Groups, Search, Users};

/// Asks a directory about users.
pub(super) struct Asker {
    pub(super) realm: String,
    pub(super) users: Users,
    pub(super) groups: Groups,
    pub(super) profile: Profile,
    pub(super) service: Service,
    /// Whether the service is somebody (`bind_dn`).
    pub(super) service_is_known: bool,
    pub(super) binder: Binder,
    pub(super) referrals: Referrals,
    pub(super) ambiguous: Incidents,
}

impl Asker {
    pub(super) async fn authenticate(
        &self,
        username: &str,
        password: &Secret,
    ) -> Result<DirectoryAnswer, Trouble> {
        match &self.users {
            Users::Templates(templates) => templates::authenticate(self, templates, username, password).await,
            Users::Search(search) => user_search::authenticate(self, search, username, password).await,
            Users::ActiveDirectory(settings) => {
                active_directory::authenticate(self, settings, username, password).await
            }
        }
    }

    pub(super) async fn lookup(&self, username: &str) -> Result<Option<DirectoryUser>, Trouble> {
        match &self.users {
            Users::Templates(_) => Ok(None),
            Users::Search(search) => user_search::lookup(self, search, username).await,
            Users::ActiveDirectory(settings) => active_directory::lookup(self, settings, username).await,
        }
    }

    /// The entry that `filter` finds below the base of `search`.
    pub(super) async fn sole(
        &self,
        search: &Search,
        filter: String,
        voice: &mut Voice<'_, '_>,
    ) -> Result<Sole, Trouble> {
        let query = Query {
            base: search.base_dn.clone(),
            scope: search.scope,
            filter,
            attributes: self.profile.attributes(),
            limit: sole::LIMIT,
        };
        let sole = Sole::of(voice.search(&query, &self.referrals).await?)?;
        if sole == Sole::Several && self.ambiguous.is_news(&query.filter) {
            let (realm, filter) = (&self.realm, &query.filter);
            tracing::warn!(%realm, %filter, "several entries of a directory have one user name: nobody gets in");
        }
        Ok(sole)
    }

    /// The user whose entry is `entry`, with its groups.
    pub(super) async fn user(
        &self,
        username: &str,
        entry: &Entry,
        voice: &mut Voice<'_, '_>,
    ) -> Result<DirectoryUser, Trouble> {
        let groups = groups::find(&self.groups, entry, voice, &self.referrals).await?;
        Ok(self.profile.user(username, entry, groups))
    }

    /// Whether the user who bound is the one whose entry was found.
    pub(super) async fn is_same(
        &self,
        visit: &mut Visit<'_>,
        entry: &Entry,
        password: &Secret,
    ) -> Result<bool, Trouble> {
        Ok(self.binder.confirm(visit, entry, password).await? == Verdict::Yes)
    }
}
