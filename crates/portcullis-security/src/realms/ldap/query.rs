//! One search, as it is put to a server, and what came of it.

use ldap3::Scope;

use super::entry::Entry;
use crate::settings::directory::SearchScope;

/// The filter that every entry passes (RFC 4511, section 4.5.1.7.5).
pub(super) const ANY: &str = "(objectClass=*)";

/// The list of attributes that asks for none (RFC 4511, section 4.5.1.8).
pub(super) const NO_ATTRIBUTES: &str = "1.1";

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) base: String,
    pub(super) scope: SearchScope,
    pub(super) filter: String,
    pub(super) attributes: Vec<String>,
    /// Entries at most.
    pub(super) limit: usize,
}

impl Query {
    /// Reads the entry that is called `dn`.
    pub(super) fn entry(dn: &str, attributes: Vec<String>) -> Self {
        let (base, filter) = (dn.to_owned(), ANY.to_owned());
        Self { base, scope: SearchScope::Base, filter, attributes, limit: 1 }
    }

    pub(super) fn scope(&self) -> Scope {
        match self.scope {
            SearchScope::Base => Scope::Base,
            SearchScope::OneLevel => Scope::OneLevel,
            SearchScope::SubTree => Scope::Subtree,
        }
    }
}

/// What a search found on one server.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    /// Other servers that hold a part of the tree: for each part, URLs that are as good as each other.
    pub(super) references: Vec<Vec<String>>,
    pub(super) end: End,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// With the last entry.
    #[default]
    Complete,
    /// At a limit, ours or the server's: there are more entries.
    Cut,
    /// Another server has to be asked: the last of the references.
    Elsewhere,
}
