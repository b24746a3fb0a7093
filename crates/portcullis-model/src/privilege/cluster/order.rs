//! The order in which cluster privileges are told: from those that imply the fewest others to those that imply most.

use super::{CLUSTER_PRIVILEGES, ClusterPrivilege, Condition, NamedClusterPrivilege};
use crate::pattern::{Effort, Language};
use std::sync::LazyLock;

/// The names of all cluster privileges in that order. It is computed at first use, from the table alone.
pub(super) static IN_ACCESS_ORDER: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| access_order(CLUSTER_PRIVILEGES.iter()));

/// Sorts the names by how many others of `rows` each one implies, then alphabetically.
pub(super) fn access_order(rows: impl Iterator<Item = &'static NamedClusterPrivilege>) -> Vec<&'static str> {
    let rows: Vec<Comparable> = rows.map(Comparable::new).collect();
    let mut counted: Vec<(usize, &'static str)> = rows
        .iter()
        .map(|row| {
            (rows.iter().filter(|other| row.name != other.name && row.implies(other)).count(), row.name)
        })
        .collect();
    counted.sort_unstable();
    counted.into_iter().map(|(_, name)| name).collect()
}

struct Comparable {
    name: &'static str,
    privilege: ClusterPrivilege,
    language: Language,
    /// Some actions that it grants. Who does not grant them all need not be compared any further, and comparing
    /// languages takes far longer.
    samples: Vec<String>,
}

impl Comparable {
    fn new(row: &'static NamedClusterPrivilege) -> Self {
        let privilege = ClusterPrivilege::compile(row);
        let samples = row.allowed.iter().map(|pattern| pattern.replace('*', "x"));
        let samples = samples.filter(|action| privilege.covers(action)).collect();
        Self { name: row.name, language: privilege.language(), samples, privilege }
    }

    /// Without a condition a privilege implies whatever grants no other actions, with or without a condition; with one
    /// it implies nothing but itself.
    fn implies(&self, other: &Self) -> bool {
        self.privilege.condition() == Condition::Unconditional
            && other.samples.iter().all(|action| self.privilege.covers(action))
            && self.language.includes(&other.language, &Effort::default())
    }
}
