//! Changes of a directory's data while it runs, by its administrator.

use std::collections::HashSet;

use ldap3::{Ldap, LdapConnAsync, Mod};

use super::settings::HARNESS;
use super::{Slapd, content};
use crate::attributes::grouped;
use crate::secrets;

impl Slapd {
    /// Gives a user of `ou=people` another password.
    pub async fn set_password(&self, uid: &str, password: &str) {
        secrets::remember_if_long(password);
        let replaced = Mod::Replace("userPassword", HashSet::from([password]));
        self.modify(&content::user(uid), vec![replaced]).await;
    }

    /// Adds a user to `ou=people`.
    pub async fn add_user(&self, uid: &str, password: &str) {
        secrets::remember_if_long(password);
        let attributes = [
            ("objectClass", "inetOrgPerson"),
            ("uid", uid),
            ("cn", uid),
            ("sn", uid),
            ("userPassword", password),
        ];
        self.add(&content::user(uid), &attributes).await;
    }

    /// Removes a user of `ou=people`, also from the groups.
    pub async fn remove_user(&self, uid: &str) {
        let mut admin = self.admin().await;
        admin.delete(&content::user(uid)).await.unwrap().success().unwrap();
        admin.unbind().await.unwrap();
    }

    /// Adds a user of `ou=people` to a group.
    pub async fn add_to_group(&self, uid: &str, group: &str) {
        let member = content::user(uid);
        let added = Mod::Add("member", HashSet::from([member.as_str()]));
        self.modify(&content::group(group), vec![added]).await;
    }

    /// Removes a user of `ou=people` from a group.
    ///
    /// # Panics
    /// If nobody else is in the group: a `groupOfNames` is never empty.
    pub async fn remove_from_group(&self, uid: &str, group: &str) {
        let member = content::user(uid);
        let removed = Mod::Delete("member", HashSet::from([member.as_str()]));
        self.modify(&content::group(group), vec![removed]).await;
    }

    /// Adds any entry.
    pub async fn add(&self, dn: &str, attributes: &[(&str, &str)]) {
        let mut admin = self.admin().await;
        admin.add(dn, grouped(attributes)).await.unwrap().success().unwrap();
        admin.unbind().await.unwrap();
    }

    /// Changes any entry.
    pub async fn modify(&self, dn: &str, changes: Vec<Mod<&str>>) {
        let mut admin = self.admin().await;
        admin.modify(dn, changes).await.unwrap().success().unwrap();
        admin.unbind().await.unwrap();
    }

    /// A connection over the socket in the folder, so that it is not counted.
    pub(super) async fn uncounted(&self) -> Ldap {
        let (connection, ldap) = LdapConnAsync::new(&self.socket_url()).await.unwrap();
        tokio::spawn(async move { connection.drive().await.unwrap() });
        ldap
    }

    async fn admin(&self) -> Ldap {
        let mut ldap = self.uncounted().await;
        ldap.simple_bind(HARNESS, &self.harness_password).await.unwrap().success().unwrap();
        ldap
    }
}
