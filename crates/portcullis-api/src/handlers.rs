//! One file for each noun, one function for each row of the route table: parse, be permitted, ask the security
//! service, answer. No rule of the domain and no status code of an error stands here.

pub(crate) mod api_keys;
pub(crate) mod authenticate;
pub(crate) mod caches;
pub(crate) mod cat;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod probes;
pub(crate) mod role_mappings;
pub(crate) mod roles;
pub(crate) mod root;
pub(crate) mod service_accounts;
pub(crate) mod stats;
pub(crate) mod users;
