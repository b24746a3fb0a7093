//! The kinds of subjects, and what is fixed about each.

/// What is tried and changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A user of the store, by password.
    Native,
    /// A built-in user, by password.
    Reserved,
    /// A user of the file `users`, by password.
    File,
    /// An API key.
    ApiKey,
    /// An API key whose time runs out.
    ExpiringKey,
    /// A service token of the store.
    IndexToken,
    /// A service token of the file `service_tokens`.
    FileToken,
    /// Acting as a user of the store.
    AsNative,
    /// Acting as a built-in user.
    AsReserved,
    /// Acting as a user of the file `users`.
    AsFile,
    /// What a role of the store grants.
    Role,
    /// What a role of `roles.yml` grants.
    FileRole,
    /// A user of the remote directory, by password.
    Remote,
    /// Acting as a user of the remote directory.
    AsRemote,
    /// What a role mapping gives to a user of the remote directory.
    Mapped,
    /// What `role_mapping.yml` gives to one.
    FileMapped,
    /// What a role mapping gives to one whom somebody acts as.
    AsMapped,
    /// What `role_mapping.yml` gives to such a one.
    AsFileMapped,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Native,
        Self::Reserved,
        Self::File,
        Self::ApiKey,
        Self::ExpiringKey,
        Self::IndexToken,
        Self::FileToken,
        Self::AsNative,
        Self::AsReserved,
        Self::AsFile,
        Self::Role,
        Self::FileRole,
        Self::Remote,
        Self::AsRemote,
        Self::Mapped,
        Self::FileMapped,
        Self::AsMapped,
        Self::AsFileMapped,
    ];

    /// The cache that answers for it.
    pub fn cache(self) -> &'static str {
        match self {
            Self::Native => "realm/native/default_native",
            Self::Reserved => "realm/reserved/reserved",
            Self::File => "realm/file/default_file",
            Self::ApiKey | Self::ExpiringKey => "api_key",
            Self::IndexToken => "index_service_account_token",
            Self::FileToken => "file_service_account_token",
            Self::AsNative => "realm_lookup/native/default_native",
            Self::AsReserved => "realm_lookup/reserved/reserved",
            Self::AsFile => "realm_lookup/file/default_file",
            Self::Role | Self::FileRole => "roles",
            Self::Remote | Self::Mapped | Self::FileMapped => "realm/directory/corp",
            Self::AsRemote | Self::AsMapped | Self::AsFileMapped => "realm_lookup/directory/corp",
        }
    }

    /// In how many ways it can be killed and made good again.
    pub fn ways(self) -> usize {
        match self {
            Self::Native => 4,
            Self::AsNative | Self::Role | Self::Mapped => 3,
            Self::Reserved
            | Self::File
            | Self::IndexToken
            | Self::FileToken
            | Self::ApiKey
            | Self::ExpiringKey
            | Self::Remote => 2,
            Self::AsReserved
            | Self::AsFile
            | Self::FileRole
            | Self::AsRemote
            | Self::FileMapped
            | Self::AsMapped
            | Self::AsFileMapped => 1,
        }
    }
}
