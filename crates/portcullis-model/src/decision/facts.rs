//! What a decision must know of a request besides its action.

/// What a request is about, as far as any privilege depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestFacts {
    /// No privilege depends on it.
    None,
    /// It is about this one user.
    User {
        /// The user's name.
        username: String,
    },
    /// It is about API keys.
    ApiKeys(ApiKeyFacts),
}

/// What a request about API keys is about. Blank strings in the request count as absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiKeyFacts {
    /// Making a key, also from another key.
    Create,
    /// Updating one or many.
    Update,
    /// Making a key for somebody else.
    Grant,
    /// Searching.
    Query {
        /// Whether the search only sees the caller's own keys.
        own_only: bool,
        /// Whether it also shows what the owners had.
        with_limited_by: bool,
    },
    /// Looking at some.
    Get {
        /// These.
        ids: Vec<String>,
        /// Only the caller's own.
        owner: bool,
        /// Only this user's.
        username: Option<String>,
        /// Only those of users of this realm.
        realm: Option<String>,
        /// Whether it also shows what the owners had.
        with_limited_by: bool,
    },
    /// Invalidating some.
    Invalidate {
        /// These.
        ids: Vec<String>,
        /// Only the caller's own.
        owner: bool,
        /// Only this user's.
        username: Option<String>,
        /// Only those of users of this realm.
        realm: Option<String>,
    },
}
