//! A realm of Active Directory of a node to be, as an operator sets it up: by settings, over TLS, with the bind password
//! in a file.

use super::Builder;
use crate::samba::Samba;
use crate::samba::content::READER;

/// The name of the realm.
pub const REALM: &str = "ad";

impl Builder {
    /// The realm [`REALM`] over this domain. Users search for themselves.
    #[must_use]
    pub fn active_directory(self, samba: &Samba) -> Self {
        self.active_directory_setting("order", "10")
            .active_directory_setting("domain_name", samba.domain())
            .active_directory_setting("url", &samba.ldaps_url())
            .active_directory_setting("ssl.certificate_authorities", samba.ca_path().to_str().unwrap())
    }

    /// The same, and an account of the domain searches for users.
    #[must_use]
    pub fn active_directory_with_reader(self, samba: &Samba) -> Self {
        let password = samba.bind_password_path();
        self.active_directory(samba)
            .active_directory_setting("bind_dn", &format!("{READER}@{}", samba.domain()))
            .active_directory_setting("secure_bind_password_file", password.to_str().unwrap())
    }

    /// A setting of the realm, in place of what it is otherwise.
    #[must_use]
    pub fn active_directory_setting(self, key: &str, value: &str) -> Self {
        self.setting(&format!("xpack.security.authc.realms.active_directory.{REALM}.{key}"), value)
    }
}
