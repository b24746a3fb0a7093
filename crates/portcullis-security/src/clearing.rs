//! Clearing caches on request: what was not named stays warm, and the answer tells what became unreachable.

use portcullis_cache::Why;
use portcullis_model::authentication::TokenSource;
use portcullis_model::credential;

use crate::audit;
use crate::caches::{RealmCaches, role_scope, tokens_name};
use crate::caller::Caller;
use crate::core::Core;
use crate::error::{Failure, Kind};

/// Clearing caches on request.
pub struct Clearing<'a> {
    core: &'a Core,
}

/// What one node did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// The node's id.
    pub node_id: String,
    /// The node's name.
    pub node_name: String,
    /// Resident entries that the clear made unreachable; expired ones that were not reclaimed yet may be among them.
    pub evicted: usize,
}

/// What the nodes did.
#[derive(Clone, Debug)]
pub struct NodesOutcome {
    /// Nodes that did their part.
    pub cleared: Vec<Cleared>,
    /// Nodes that did not: id and [`Kind::FailedNode`], with its cause.
    pub failures: Vec<(String, Failure)>,
}

impl<'a> Clearing<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Clears users of realms from the user and the lookup caches. No names: every realm; no `usernames`: every user.
    /// Realms are cleared in the order given; an unknown one fails the node, and those after it are left alone.
    pub fn realms(&self, caller: &Caller, realms: &[String], usernames: &[String]) -> NodesOutcome {
        self.run(caller, "realm", realms, || {
            let caches = self.core.caches();
            if realms.is_empty() {
                return caches.realms.iter().try_fold(0, |sum, it| Ok(sum + self.realm(it, usernames)?));
            }
            realms.iter().try_fold(0, |sum, name| {
                let unknown = || Failure::illegal_argument(format!("could not find active realm [{name}]"));
                let realm = caches.realms.iter().find(|it| *it.realm.name == **name).ok_or_else(unknown)?;
                Ok(sum + self.realm(realm, usernames)?)
            })
        })
    }

    fn realm(&self, realm: &RealmCaches, usernames: &[String]) -> Result<usize, Failure> {
        let family = format!("realm/{}", realm.realm.kind);
        let caches = self.core.caches();
        caches.switches.fault(&format!("{family}/{}", realm.realm.name))?;
        if usernames.is_empty() {
            caches.generations.bump_all();
            caches.refuse_no_more(&family, None, Why::Api);
            return Ok(realm.users.invalidate_all(Why::Api) + realm.lookups.invalidate_all(Why::Api));
        }
        Ok(usernames
            .iter()
            .map(|name| {
                caches.generations.bump(&format!("{family}/{name}"));
                caches.refuse_no_more(&family, Some(name), Why::Api);
                realm.forget(name, Why::Api)
            })
            .sum())
    }

    /// Clears composed roles that these names are part of, existing or not. No names: all.
    pub fn roles(&self, caller: &Caller, names: &[String]) -> NodesOutcome {
        self.run(caller, "role", names, || {
            let caches = self.core.caches();
            caches.switches.fault("roles")?;
            if names.is_empty() {
                caches.generations.bump_all();
                return Ok(caches.roles.invalidate_all(Why::Api));
            }
            Ok(names
                .iter()
                .map(|name| {
                    caches.generations.bump(&role_scope(name));
                    caches.roles.invalidate_scope(&role_scope(name), Why::Api)
                })
                .sum())
        })
    }

    /// Clears application privileges. No application's privileges are kept in memory, so there is nothing to evict, and
    /// what the caller asks for holds already.
    pub fn privileges(&self, caller: &Caller, applications: &[String]) -> NodesOutcome {
        self.run(caller, "privilege", applications, || Ok(0))
    }

    /// Clears API keys. No ids: all.
    pub fn api_keys(&self, caller: &Caller, ids: &[String]) -> NodesOutcome {
        self.run(caller, "api_key", ids, || {
            let caches = self.core.caches();
            let off = || Failure::illegal_argument("No cache named [api_key] is found");
            let cache = caches.api_keys.as_ref().ok_or_else(off)?;
            caches.switches.fault("api_key")?;
            if ids.is_empty() {
                caches.generations.bump_all();
                caches.refuse_no_more("api_key", None, Why::Api);
                return Ok(cache.invalidate_all(Why::Api));
            }
            Ok(ids
                .iter()
                .map(|id| {
                    caches.generations.bump(&format!("api_key/{id}"));
                    caches.refuse_no_more("api_key", Some(id), Why::Api);
                    cache.invalidate(id.as_str(), Why::Api)
                })
                .sum())
        })
    }

    /// Clears tokens of one service account from both token caches. No names: all of the account's.
    ///
    /// # Errors
    /// [`Kind::IllegalArgument`] when a name is not one that a token can have. The account need not exist.
    pub fn service_tokens(
        &self,
        caller: &Caller,
        namespace: &str,
        service: &str,
        names: &[String],
    ) -> Result<NodesOutcome, Failure> {
        for name in names {
            credential::validate_token_name(name).map_err(Failure::illegal_argument)?;
        }
        let account = format!("{namespace}/{service}");
        Ok(self.run(caller, "service", names, || {
            // Both are tried, so that one that fails does not leave the other uncleared.
            let file = self.tokens_of(TokenSource::File, &account, names);
            let index = self.tokens_of(TokenSource::Index, &account, names);
            match (file, index) {
                (Ok(file), Ok(index)) => Ok(file + index),
                (Err(first), Err(second)) => Err(first.suppressing(second)),
                (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
            }
        }))
    }

    fn tokens_of(&self, source: TokenSource, account: &str, names: &[String]) -> Result<usize, Failure> {
        let caches = self.core.caches();
        let (cache, family) = (caches.tokens(source), tokens_name(source));
        caches.switches.fault(family)?;
        if names.is_empty() {
            caches.generations.bump_all();
            caches.refuse_no_more(family, None, Why::Api);
            return Ok(cache.invalidate_scope(account, Why::Api));
        }
        Ok(names
            .iter()
            .map(|name| {
                let name = format!("{account}/{name}");
                caches.generations.bump(&format!("service_token/{name}"));
                caches.refuse_no_more(family, Some(&name), Why::Api);
                cache.invalidate(name.as_str(), Why::Api)
            })
            .sum())
    }

    /// Runs a clear on this node and tells what came of it, in the shape that several nodes will need.
    fn run(
        &self,
        caller: &Caller,
        what: &str,
        names: &[String],
        clear: impl FnOnce() -> Result<usize, Failure>,
    ) -> NodesOutcome {
        let settings = self.core.settings();
        let node_id = settings.node_id.clone();
        let named = if names.is_empty() { "*".to_owned() } else { names.join(",") };
        audit::cleared(caller, &format!("{what} [{named}]"));
        match clear() {
            Ok(evicted) => {
                let node_name = settings.node_name.clone();
                NodesOutcome { cleared: vec![Cleared { node_id, node_name, evicted }], failures: Vec::new() }
            }
            Err(cause) => {
                let failure =
                    Failure::new(Kind::FailedNode, format!("Failed node [{node_id}]")).caused_by(cause);
                tracing::warn!(%failure, "a cache was not cleared");
                NodesOutcome { cleared: Vec::new(), failures: vec![(node_id, failure)] }
            }
        }
    }
}
