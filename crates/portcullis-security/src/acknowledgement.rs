//! Which writes are answered only when every member has confirmed them: one table by the action. Everything waits but
//! what only grants: creating something that did not exist. How it is waited for stands in `cluster::waiting`.

use portcullis_store::{Batch, Expected, Write};

use crate::documents;

/// For what the answer to a write waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// Until every member has confirmed it, or can be trusted no more.
    ForAll,
    /// The same, but for a moment only: nobody has a right by it that was taken away.
    Briefly,
}

/// What one action's writes take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A right may go with it.
    Waits,
    /// Nothing where every document that it writes is new.
    GrantIfCreated,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The action, as the audit has it.
    pub action: &'static str,
    /// What holds for it.
    pub rule: Rule,
}

const fn row(action: &'static str, rule: Rule) -> Row {
    Row { action, rule }
}

/// The table. What is not in it waits. Putting a role mapping waits even where it is new: its rule may be a negated one,
/// and who got in by another realm's roles before may get fewer.
pub static TABLE: &[Row] = &[
    row("put_user", Rule::GrantIfCreated),
    row("change_password", Rule::Waits),
    row("change_enable_user", Rule::Waits),
    row("change_disable_user", Rule::Waits),
    row("delete_user", Rule::Waits),
    row("put_role", Rule::GrantIfCreated),
    row("delete_role", Rule::Waits),
    row("put_role_mapping", Rule::Waits),
    row("delete_role_mapping", Rule::Waits),
    row("create_apikey", Rule::GrantIfCreated),
    row("change_apikey", Rule::Waits),
    row("invalidate_apikeys", Rule::Waits),
    row("create_service_token", Rule::GrantIfCreated),
    row("delete_service_token", Rule::Waits),
];

/// For what the answer to this write waits.
pub(crate) fn of(action: &str, batch: &Batch) -> Waits {
    let rule = TABLE.iter().find(|it| it.action == action).map_or(Rule::Waits, |it| it.rule);
    match rule {
        Rule::GrantIfCreated if only_creates(batch) => Waits::Briefly,
        Rule::GrantIfCreated | Rule::Waits => Waits::ForAll,
    }
}

/// Whether every document that it writes did not exist. The first document of a reserved user ends the password that
/// holds without one, so creating that is no grant.
fn only_creates(batch: &Batch) -> bool {
    batch.writes.iter().all(|write| match write {
        Write::Delete { .. } => false,
        Write::Put { key, .. } => {
            key.kind != documents::reserved_user::KIND
                && batch.conditions.iter().any(|it| it.key == *key && it.expected == Expected::Absent)
        }
    })
}

#[cfg(test)]
mod tests;
