//! The one route table: what is served, what each route needs, takes and differs in from Elasticsearch. The
//! guard, the unknown-parameter check, the tests' coverage and `docs/COMPATIBILITY.md` all read it. How a
//! path finds its row is `routes/matching.rs`.

use std::future::Future;
use std::pin::Pin;

use http::Method;
use portcullis_security::Failure;

use crate::guard::Pending;
use crate::handlers::{
    api_keys, authenticate, caches, cat, health, metrics, probes, role_mappings, roles, root,
    service_accounts, stats, users,
};
use crate::reply::Reply;
use crate::shared::Shared;

pub(crate) mod matching;
#[cfg(test)]
mod tests;

/// A handler's answer to come.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

/// One row.
pub struct Route {
    /// The methods that it serves.
    pub methods: &'static [Method],
    /// The path; `{name}` stands for one segment.
    pub path: &'static str,
    /// Query parameters beside those that every route takes.
    pub params: &'static [&'static str],
    /// Whether it reads a body.
    pub body: BodyRule,
    /// What it does, in one line.
    pub doc: &'static str,
    /// How it differs from Elasticsearch, and why; empty if it does not.
    pub differs: &'static str,
    /// Who may have it, and who answers.
    pub(crate) entry: Entry,
}

impl Route {
    /// The action that a caller must be allowed to do; `None` is a route without credentials.
    pub fn action(&self) -> Option<&'static str> {
        match self.entry {
            Entry::Open(_) => None,
            Entry::Guarded { action, .. } => Some(action),
        }
    }
}

/// What a route makes of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyRule {
    /// A body is refused.
    Refused,
    /// A body may be there.
    Optional,
    /// A body must be there.
    Required,
}

/// Who may have a route. A handler with a body, parameters or a caller can only stand behind an action.
pub(crate) enum Entry {
    /// Anybody: nothing but a status is told.
    Open(fn(&Shared) -> Reply),
    /// Whoever is allowed the action.
    Guarded {
        /// The action's name.
        action: &'static str,
        /// The handler.
        handler: fn(Pending) -> Answer,
    },
}

/// A guarded row's entry.
macro_rules! guarded {
    ($action:literal, $handler:path) => {
        Entry::Guarded { action: $action, handler: |pending| Box::pin($handler(pending)) }
    };
}

const GET: &[Method] = &[Method::GET];
const GET_HEAD: &[Method] = &[Method::GET, Method::HEAD];
const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];
const DELETE: &[Method] = &[Method::DELETE];
const POST_PUT: &[Method] = &[Method::POST, Method::PUT];

const REFRESH: &[&str] = &["refresh"];
const TIMEOUT: &[&str] = &["timeout"];

/// The table.
pub static ROUTES: &[Route] = &[
    Route {
        methods: GET_HEAD,
        path: "/-/live",
        params: &[],
        body: BodyRule::Refused,
        doc: "Whether the process runs",
        differs: "not in Elasticsearch",
        entry: Entry::Open(probes::live),
    },
    Route {
        methods: GET_HEAD,
        path: "/-/ready",
        params: &[],
        body: BodyRule::Refused,
        doc: "Whether requests can be decided",
        differs: "not in Elasticsearch",
        entry: Entry::Open(probes::ready),
    },
    Route {
        methods: GET_HEAD,
        path: "/",
        params: &[],
        body: BodyRule::Refused,
        doc: "Names and versions",
        differs: "`version.portcullis` is our own version; `version.number` is the one whose API is spoken",
        entry: guarded!("cluster:monitor/main", root::get),
    },
    Route {
        methods: GET,
        path: "/_cat/nodes",
        params: cat::NODES_PARAMS,
        body: BodyRule::Refused,
        doc: "The nodes as a table; `?help` tells its columns",
        differs: NODES_TABLE,
        entry: guarded!("cluster:monitor/nodes/info", cat::nodes),
    },
    Route {
        methods: GET,
        path: "/_cluster/health",
        params: health::PARAMS,
        body: BodyRule::Refused,
        doc: "Health, as clients wait for it",
        differs: "there are no shards, so all counts of shards are 0; a node that is fenced, silent or lost makes it `yellow`",
        entry: guarded!("cluster:monitor/health", health::get),
    },
    Route {
        methods: GET,
        path: "/_prometheus/metrics",
        params: &[],
        body: BodyRule::Refused,
        doc: "Metrics as Prometheus text",
        differs: "not in Elasticsearch",
        entry: guarded!("cluster:monitor/prometheus/metrics", metrics::get),
    },
    Route {
        methods: GET,
        path: "/_security/_authenticate",
        params: &[],
        body: BodyRule::Refused,
        doc: "Who the caller is",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/user/authenticate", authenticate::get),
    },
    Route {
        methods: GET,
        path: "/_security/stats",
        params: &[],
        body: BodyRule::Refused,
        doc: "What is in the caches, and what went in and out of them",
        differs: "`caches`, `files`, `directories`, `hashing` and `store` of each node are additions, and `cluster`, which only a node has that shares its log with others",
        entry: guarded!("cluster:monitor/xpack/security/stats", stats::get),
    },
    Route {
        methods: GET,
        path: "/_security/user",
        params: users::GET_PARAMS,
        body: BodyRule::Refused,
        doc: "All users, reserved ones included",
        differs: NO_PROFILES,
        entry: guarded!("cluster:admin/xpack/security/user/get", users::get),
    },
    Route {
        methods: GET,
        path: "/_security/user/{username}",
        params: users::GET_PARAMS,
        body: BodyRule::Refused,
        doc: "The users named",
        differs: NO_PROFILES,
        entry: guarded!("cluster:admin/xpack/security/user/get", users::get),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/user/{username}",
        params: REFRESH,
        body: BodyRule::Required,
        doc: "Creates or changes a user",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/user/put", users::put),
    },
    Route {
        methods: DELETE,
        path: "/_security/user/{username}",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Deletes a user",
        differs: "a `Warning` header counts the API keys of the user that stay alive",
        entry: guarded!("cluster:admin/xpack/security/user/delete", users::delete),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/user/_password",
        params: REFRESH,
        body: BodyRule::Required,
        doc: "Changes the caller's own password",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/user/change_password", users::change_password),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/user/{username}/_password",
        params: REFRESH,
        body: BodyRule::Required,
        doc: "Changes a user's password",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/user/change_password", users::change_password),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/user/{username}/_enable",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Lets a user in again",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/user/set_enabled", users::enable),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/user/{username}/_disable",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Keeps a user out",
        differs: "a `Warning` header counts the API keys of the user that stay alive",
        entry: guarded!("cluster:admin/xpack/security/user/set_enabled", users::disable),
    },
    Route {
        methods: GET,
        path: "/_security/role",
        params: &[],
        body: BodyRule::Refused,
        doc: "All roles, reserved ones included",
        differs: "the bulk forms of put and delete on this path are not there yet",
        entry: guarded!("cluster:admin/xpack/security/role/get", roles::get),
    },
    Route {
        methods: GET,
        path: "/_security/role/{name}",
        params: &[],
        body: BodyRule::Refused,
        doc: "The roles named",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/role/get", roles::get),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/role/{name}",
        params: REFRESH,
        body: BodyRule::Required,
        doc: "Creates or changes a role",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/role/put", roles::put),
    },
    Route {
        methods: DELETE,
        path: "/_security/role/{name}",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Deletes a role",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/role/delete", roles::delete),
    },
    Route {
        methods: GET,
        path: "/_security/role_mapping",
        params: &[],
        body: BodyRule::Refused,
        doc: "All role mappings",
        differs: "those of `role_mapping.yml` are not among them, as in Elasticsearch",
        entry: guarded!("cluster:admin/xpack/security/role_mapping/get", role_mappings::get),
    },
    Route {
        methods: GET,
        path: "/_security/role_mapping/{name}",
        params: &[],
        body: BodyRule::Refused,
        doc: "The role mappings named",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/role_mapping/get", role_mappings::get),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/role_mapping/{name}",
        params: REFRESH,
        body: BodyRule::Required,
        doc: "Creates or changes a role mapping",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/role_mapping/put", role_mappings::put),
    },
    Route {
        methods: DELETE,
        path: "/_security/role_mapping/{name}",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Deletes a role mapping",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/role_mapping/delete", role_mappings::delete),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/api_key",
        params: REFRESH,
        body: BodyRule::Required,
        doc: "Creates an API key",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/api_key/create", api_keys::create),
    },
    Route {
        methods: GET,
        path: "/_security/api_key",
        params: api_keys::GET_PARAMS,
        body: BodyRule::Refused,
        doc: "The API keys that the parameters select",
        differs: NO_PROFILES,
        entry: guarded!("cluster:admin/xpack/security/api_key/get", api_keys::get),
    },
    Route {
        methods: DELETE,
        path: "/_security/api_key",
        params: &[],
        body: BodyRule::Required,
        doc: "Invalidates API keys for good",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/api_key/invalidate", api_keys::invalidate),
    },
    Route {
        methods: PUT,
        path: "/_security/api_key/{id}",
        params: &[],
        body: BodyRule::Optional,
        doc: "Changes what an API key may do, its metadata or its end",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/api_key/update", api_keys::update),
    },
    Route {
        methods: GET,
        path: "/_security/service",
        params: &[],
        body: BodyRule::Refused,
        doc: "All service accounts",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/service_account/get", service_accounts::get),
    },
    Route {
        methods: GET,
        path: "/_security/service/{namespace}",
        params: &[],
        body: BodyRule::Refused,
        doc: "The service accounts of a namespace",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/service_account/get", service_accounts::get),
    },
    Route {
        methods: GET,
        path: "/_security/service/{namespace}/{service}",
        params: &[],
        body: BodyRule::Refused,
        doc: "One service account",
        differs: "",
        entry: guarded!("cluster:admin/xpack/security/service_account/get", service_accounts::get),
    },
    Route {
        methods: GET,
        path: "/_security/service/{namespace}/{service}/credential",
        params: &[],
        body: BodyRule::Refused,
        doc: "The names of a service account's tokens",
        differs: "",
        entry: guarded!(
            "cluster:admin/xpack/security/service_account/credential/get",
            service_accounts::credentials
        ),
    },
    Route {
        methods: POST,
        path: "/_security/service/{namespace}/{service}/credential/token",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Creates a service account token with a name of our making",
        differs: "",
        entry: guarded!(
            "cluster:admin/xpack/security/service_account/token/create",
            service_accounts::create_token
        ),
    },
    Route {
        methods: POST_PUT,
        path: "/_security/service/{namespace}/{service}/credential/token/{name}",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Creates a service account token",
        differs: "",
        entry: guarded!(
            "cluster:admin/xpack/security/service_account/token/create",
            service_accounts::create_token
        ),
    },
    Route {
        methods: DELETE,
        path: "/_security/service/{namespace}/{service}/credential/token/{name}",
        params: REFRESH,
        body: BodyRule::Refused,
        doc: "Deletes a service account token",
        differs: "",
        entry: guarded!(
            "cluster:admin/xpack/security/service_account/token/delete",
            service_accounts::delete_token
        ),
    },
    Route {
        methods: POST,
        path: "/_security/realm/{realms}/_clear_cache",
        params: &["usernames", "timeout"],
        body: BodyRule::Refused,
        doc: "Clears users from the caches of realms",
        differs: EVICTED,
        entry: guarded!("cluster:admin/xpack/security/realm/cache/clear", caches::clear_realms),
    },
    Route {
        methods: POST,
        path: "/_security/role/{name}/_clear_cache",
        params: TIMEOUT,
        body: BodyRule::Refused,
        doc: "Clears roles from the role cache",
        differs: EVICTED,
        entry: guarded!("cluster:admin/xpack/security/roles/cache/clear", caches::clear_roles),
    },
    Route {
        methods: POST,
        path: "/_security/privilege/{application}/_clear_cache",
        params: TIMEOUT,
        body: BodyRule::Refused,
        doc: "Clears applications from the privilege cache",
        differs: EVICTED,
        entry: guarded!("cluster:admin/xpack/security/cache/clear", caches::clear_privileges),
    },
    Route {
        methods: POST,
        path: "/_security/api_key/{ids}/_clear_cache",
        params: TIMEOUT,
        body: BodyRule::Refused,
        doc: "Clears API keys from their cache",
        differs: EVICTED,
        entry: guarded!("cluster:admin/xpack/security/cache/clear", caches::clear_api_keys),
    },
    Route {
        methods: POST,
        path: "/_security/service/{namespace}/{service}/credential/token/{name}/_clear_cache",
        params: TIMEOUT,
        body: BodyRule::Refused,
        doc: "Clears service account tokens from both of their caches",
        differs: EVICTED,
        entry: guarded!("cluster:admin/xpack/security/cache/clear", caches::clear_service_tokens),
    },
];

const NO_PROFILES: &str = "`with_profile_uid` is taken and has no effect: there are no profiles";

const NODES_TABLE: &str = "the columns are `name`, `id` (never shortened), `address`, `version` (Portcullis' own), `applied`, `lag`, \
     `state` (`trusted`, `fenced`, `silent`, `lost` or `left`), `for` (for how long) and `left` (for how long trust still \
     holds); a node that is alone is one row; `bytes`, `full_id`, `include_unloaded_segments`, `local` and \
     `master_timeout` are taken and have no effect";

const EVICTED: &str = "each entry of `nodes` has `evicted`: how many entries were made unreachable";
