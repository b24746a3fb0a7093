//! Between JSON and the requests and records of the security service: strict parsing of bodies, with
//! Elasticsearch's messages, and rendering of answers. A file for each noun. Rules that need more than the body
//! itself are the security service's.

pub(crate) mod api_keys;
pub(crate) mod authentication;
pub(crate) mod json;
pub(crate) mod nodes;
mod object;
pub(crate) mod role_mappings;
pub(crate) mod roles;
pub(crate) mod secret;
pub(crate) mod service_accounts;
pub(crate) mod stats;
pub(crate) mod users;

#[cfg(test)]
mod tests;
