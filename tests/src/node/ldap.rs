//! LDAP realms of a node to be, as an operator sets them up: by settings, with the bind password in a file.

use super::Builder;
use crate::slapd::Slapd;
use crate::slapd::content::SERVICE_ACCOUNT;

/// The name of the realm that most tests need.
pub const CORP: &str = "corp";
/// Where it is in the chain: after the file realm and the native realm.
pub const CORP_ORDER: i64 = 10;

impl Builder {
    /// The realm [`CORP`], which searches its users in all of this directory.
    #[must_use]
    pub fn ldap(self, slapd: &Slapd) -> Self {
        self.ldap_realm(CORP, CORP_ORDER, slapd)
    }

    /// A realm of this name and order, which searches its users in all of this directory.
    #[must_use]
    pub fn ldap_realm(self, realm: &str, order: i64, slapd: &Slapd) -> Self {
        self.ldap_setting(realm, "order", &order.to_string())
            .ldap_setting(realm, "url", &slapd.url())
            .ldap_setting(realm, "user_search.base_dn", slapd.base_dn())
            .ldap_setting(realm, "bind_dn", SERVICE_ACCOUNT)
            .ldap_setting(realm, "secure_bind_password_file", slapd.bind_password_path().to_str().unwrap())
    }

    /// The realm [`CORP`], whose users bind as what this template makes of their names.
    #[must_use]
    pub fn ldap_template(self, slapd: &Slapd, template: &str) -> Self {
        self.ldap_setting(CORP, "order", &CORP_ORDER.to_string())
            .ldap_setting(CORP, "url", &slapd.url())
            .ldap_setting(CORP, "user_dn_templates", template)
    }

    /// How long the directory of an LDAP realm may take for anything.
    #[must_use]
    pub fn ldap_patience(self, realm: &str, patience: &str) -> Self {
        ["timeout.tcp_connect", "timeout.response", "timeout.ldap_search"]
            .iter()
            .fold(self, |node, key| node.ldap_setting(realm, key, patience))
    }

    /// A setting of an LDAP realm, in place of what it is otherwise.
    #[must_use]
    pub fn ldap_setting(self, realm: &str, key: &str, value: &str) -> Self {
        self.setting(&format!("xpack.security.authc.realms.ldap.{realm}.{key}"), value)
    }
}
