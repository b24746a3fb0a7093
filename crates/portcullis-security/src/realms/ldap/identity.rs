//! Whose credentials a connection has.

use portcullis_secrets::Secret;

use crate::settings::directory::Bind;

/// A name and its password.
pub(super) struct Identity {
    pub(super) dn: String,
    pub(super) password: Secret,
}

impl Identity {
    /// The service's. Without `bind_dn` it is nobody.
    pub(super) fn of_service(bind: Option<&Bind>) -> Self {
        match bind {
            Some(bind) => Self { dn: bind.dn.clone(), password: bind.password.clone() },
            None => Self { dn: String::new(), password: Secret::from_bytes(Vec::new()) },
        }
    }
}
