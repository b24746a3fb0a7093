//! The order in which cluster privileges are told: from those that imply the fewest others to those that imply most.

use super::{CLUSTER_PRIVILEGES, ClusterPrivilege, Condition, NamedClusterPrivilege};
use crate::pattern::Language;
use std::sync::LazyLock;

/// The names of all cluster privileges in that order. It is computed at first use, from the table alone.
pub(super) static IN_ACCESS_ORDER: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| access_order(CLUSTER_PRIVILEGES.iter()));

/// Sorts the names by how many others of `rows` each one implies, then alphabetically.
pub(super) fn access_order(rows: impl Iterator<Item = &'static NamedClusterPrivilege>) -> Vec<&'static str> {
    let rows: Vec<(&NamedClusterPrivilege, Language)> =
        rows.map(|row| (row, ClusterPrivilege::compile(row).language())).collect();
    let mut counted: Vec<(usize, &'static str)> = rows
        .iter()
        .map(|(row, language)| {
            let implied = rows.iter().filter(|(other, other_language)| {
                row.name != other.name && implies((row, language), (other, other_language))
            });
            (implied.count(), row.name)
        })
        .collect();
    counted.sort_unstable();
    counted.into_iter().map(|(_, name)| name).collect()
}

/// Without a condition a privilege implies whatever grants no other actions, with or without a condition; with one it
/// implies nothing but itself.
fn implies(one: (&NamedClusterPrivilege, &Language), other: (&NamedClusterPrivilege, &Language)) -> bool {
    one.0.condition == Condition::Unconditional && one.1.includes(other.1)
}
