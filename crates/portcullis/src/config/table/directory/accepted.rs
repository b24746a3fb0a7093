//! Settings of directory realms that change nothing here.

use super::super::Row;
use super::{active_directory, both};

const POOL: &str = "connections to a directory are opened when they are needed, and kept";
const PORT: &str = "a server's port stands in url";

pub(in crate::config::table) const ROWS: &[Row] = &[
    Row::accepted(both!("user_search.pool.enabled"), POOL),
    Row::accepted(both!("user_search.pool.initial_size"), POOL),
    Row::accepted(both!("user_search.pool.health_check.*"), POOL),
    Row::accepted(active_directory!("port.ldap"), PORT),
    Row::accepted(active_directory!("port.ldaps"), PORT),
    Row::accepted(active_directory!("port.gc_ldap"), PORT),
    Row::accepted(active_directory!("port.gc_ldaps"), PORT),
];
