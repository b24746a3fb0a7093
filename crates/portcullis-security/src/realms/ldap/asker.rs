//! What every way to a user needs: the service, the binds, the profile, the groups. The ways themselves are beside it.

use std::sync::Arc;

use portcullis_model::lifetime::Clock;
use portcullis_secrets::Secret;

use super::binder::Binder;
use super::connection::Timeouts;
use super::counters::Counters;
use super::dialer::Dialer;
use super::entry::Entry;
use super::identity::Identity;
use super::incidents::Incidents;
use super::profile::Profile;
use super::query::Query;
use super::referrals::Referrals;
use super::servers::Servers;
use super::service::Service;
use super::sole::{self, Sole};
use super::tls::Tls;
use super::trouble::Trouble;
use super::verdict::Verdict;
use super::visit::Visit;
use super::voice::Voice;
use super::{active_directory, filter, groups, templates, user_search};
use crate::realms::directory::{DirectoryAnswer, DirectoryUser};
use crate::settings::Switch;
use crate::settings::directory::{Groups, LdapSettings, Search, Users};

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
    /// The asker of the realm of this name.
    ///
    /// # Errors
    /// When a filter is none, or a file for TLS cannot be used, with a sentence for the operator.
    pub(super) fn new(
        realm: &str,
        settings: &LdapSettings,
        servers: &Arc<Servers>,
        counters: &Arc<Counters>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let groups = groups::complete(&settings.groups, &settings.users);
        filters(&settings.users).into_iter().chain(groups::filters(&groups)).try_for_each(filter::check)?;
        let (needs_tls, size) = (needs_tls(settings), settings.pool_size);
        let dialer = Arc::new(Dialer {
            tls: Tls::open(&settings.tls, needs_tls, Arc::clone(clock))?,
            timeouts: Timeouts::of(settings),
            counters: Arc::clone(counters),
        });
        let parts = || (Arc::clone(&dialer), Arc::clone(servers));
        let identity = Identity::of_service(settings.bind.as_ref());
        Ok(Self {
            realm: realm.to_owned(),
            users: settings.users.clone(),
            profile: Profile::new(settings, &groups),
            groups,
            service: Service::new(identity, parts(), size, Arc::clone(clock)),
            service_is_known: settings.bind.is_some(),
            binder: Binder::new(parts(), size),
            referrals: Referrals::new(settings.follow_referrals, needs_tls, Arc::clone(&dialer), size),
            ambiguous: Incidents::new(Arc::clone(clock)),
        })
    }

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

/// Whether any of the servers is spoken to by TLS.
fn needs_tls(settings: &LdapSettings) -> Switch {
    let ldaps = settings.servers.iter().any(|server| server.ldaps.is_on());
    Switch::from_bool(ldaps || settings.tls.start_tls.is_on())
}

/// Filters of the settings, for a check at the start.
fn filters(users: &Users) -> Vec<&str> {
    match users {
        Users::Templates(_) => Vec::new(),
        Users::Search(search) => vec![&search.filter],
        Users::ActiveDirectory(it) => vec![&it.search.filter, &it.upn_filter, &it.down_level_filter],
    }
}
