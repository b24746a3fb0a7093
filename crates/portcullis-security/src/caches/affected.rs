//! What each change clears: one table from the kind of change to the caches and keys it touches. This is what
//! "the cache is cleared automatically when the security index or a file changes" means here.

use super::{FILE_TOKENS, INDEX_TOKENS};

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A document of a native user.
    User,
    /// A document of a reserved user.
    ReservedUser,
    /// A document of a role.
    Role,
    /// A document of an API key.
    ApiKey,
    /// A document of a service account token.
    ServiceToken,
    /// A document of a role mapping.
    RoleMapping,
    /// The files `users` or `users_roles`.
    UsersFiles,
    /// The file `roles.yml`.
    RolesFile,
    /// A file `role_mapping.yml`.
    RoleMappingFile,
    /// The file `service_tokens`.
    ServiceTokensFile,
}

/// A cache, or one family of scopes in the cache of refused credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The user cache of the realm of this type.
    Users(&'static str),
    /// The lookup cache (run-as) of the realm of this type.
    Lookups(&'static str),
    /// The user caches of the realms whose roles come from mappings.
    MappedUsers,
    /// The lookup caches of these realms.
    MappedLookups,
    /// The API key cache.
    ApiKeys,
    /// The cache of tokens in the security index.
    IndexTokens,
    /// The cache of tokens in the `service_tokens` file.
    FileTokens,
    /// The cache of composed roles.
    Roles,
    /// Refused credentials of this scope.
    Refused(&'static str),
}

/// Which entries of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The one that the change names.
    Named,
    /// All of them.
    Everything,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What changed.
    pub source: Source,
    /// What it touches.
    pub target: Target,
    /// How much of it.
    pub extent: Extent,
}

const fn row(source: Source, target: Target, extent: Extent) -> Row {
    Row { source, target, extent }
}

/// The table.
pub static TABLE: &[Row] = &[
    row(Source::User, Target::Users("native"), Extent::Named),
    row(Source::User, Target::Lookups("native"), Extent::Named),
    row(Source::User, Target::Refused("realm/native"), Extent::Named),
    row(Source::ReservedUser, Target::Users("reserved"), Extent::Named),
    row(Source::ReservedUser, Target::Lookups("reserved"), Extent::Named),
    row(Source::ReservedUser, Target::Refused("realm/reserved"), Extent::Named),
    row(Source::Role, Target::Roles, Extent::Named),
    row(Source::ApiKey, Target::ApiKeys, Extent::Named),
    row(Source::ApiKey, Target::Refused("api_key"), Extent::Named),
    row(Source::ServiceToken, Target::IndexTokens, Extent::Named),
    row(Source::ServiceToken, Target::Refused(INDEX_TOKENS), Extent::Named),
    row(Source::RoleMapping, Target::MappedUsers, Extent::Everything),
    row(Source::RoleMapping, Target::MappedLookups, Extent::Everything),
    row(Source::UsersFiles, Target::Users("file"), Extent::Everything),
    row(Source::UsersFiles, Target::Lookups("file"), Extent::Everything),
    row(Source::UsersFiles, Target::Refused("realm/file"), Extent::Everything),
    row(Source::RolesFile, Target::Roles, Extent::Named),
    row(Source::RoleMappingFile, Target::MappedUsers, Extent::Everything),
    row(Source::RoleMappingFile, Target::MappedLookups, Extent::Everything),
    row(Source::ServiceTokensFile, Target::FileTokens, Extent::Everything),
    row(Source::ServiceTokensFile, Target::Refused(FILE_TOKENS), Extent::Everything),
];
