//! Changes of a domain's data while it runs, by its administrator.

use std::collections::HashSet;

use ldap3::{Ldap, Mod};

use super::content::{self, ADMINISTRATOR, Account, BASE, DOMAIN, Standing};
use super::{Samba, password};
use crate::attributes::grouped;
use crate::secrets;

/// `userAccountControl` of somebody who may log on, and of somebody who may not.
const NORMAL: &str = "512";
const DISABLED: &str = "514";

/// So many wrong passwords lock an account.
const THRESHOLD: usize = 5;

/// The time that never ends.
const FOREVER: &str = "-9223372036854775808";

impl Samba {
    /// Gives an account another password.
    pub async fn set_password(&self, account: &str, password: &str) {
        secrets::remember_if_long(password);
        let utf16 = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let replaced = Mod::Replace(b"clearTextPassword".to_vec(), HashSet::from([utf16]));
        self.change(&content::user(account), replaced).await;
    }

    /// Keeps an account out.
    pub async fn disable(&self, account: &str) {
        self.replace(&content::user(account), "userAccountControl", DISABLED).await;
    }

    /// Lets an account in again.
    pub async fn enable(&self, account: &str) {
        self.replace(&content::user(account), "userAccountControl", NORMAL).await;
    }

    /// Adds an account to a group.
    pub async fn add_to_group(&self, account: &str, group: &str) {
        let member = HashSet::from([content::user(account).into_bytes()]);
        self.change(&content::group(group), Mod::Add(b"member".to_vec(), member)).await;
    }

    /// Removes an account from a group.
    pub async fn remove_from_group(&self, account: &str, group: &str) {
        let member = HashSet::from([content::user(account).into_bytes()]);
        self.change(&content::group(group), Mod::Delete(b"member".to_vec(), member)).await;
    }

    /// Adds any entry.
    pub async fn add(&self, dn: &str, attributes: &[(&str, &str)]) {
        let mut admin = self.admin().await;
        admin.add(dn, grouped(attributes)).await.unwrap().success().unwrap();
        admin.unbind().await.unwrap();
    }

    /// The rules of the domain: a lock that no time opens, and passwords that time does not end, as a domain that was
    /// made long ago shall be like a new one. Any password will do.
    pub(super) async fn set_rules(&self) {
        self.replace(BASE, "lockoutDuration", FOREVER).await;
        self.replace(BASE, "lockoutThreshold", &THRESHOLD.to_string()).await;
        self.replace(BASE, "maxPwdAge", FOREVER).await;
        self.replace(BASE, "minPwdAge", "0").await;
        self.replace(BASE, "pwdProperties", "0").await;
    }

    /// Adds an account of the standard content.
    pub(super) async fn add_account(&self, account: &Account) {
        let dn = content::user(account.name);
        self.add(
            &dn,
            &[
                ("objectClass", "user"),
                ("sAMAccountName", account.name),
                ("userPrincipalName", account.principal),
                ("mail", account.principal),
            ],
        )
        .await;
        self.set_password(account.name, &password(account.name)).await;
        self.enable(account.name).await;
        match account.standing {
            Standing::Good => {}
            Standing::Disabled => self.disable(account.name).await,
            Standing::Locked => self.lock(account.name).await,
            // The first moment that Windows knows.
            Standing::Expired => self.replace(&dn, "accountExpires", "1").await,
            Standing::MustChange => self.replace(&dn, "pwdLastSet", "0").await,
        }
    }

    /// Locks an account as anybody can.
    async fn lock(&self, account: &str) {
        let mut ldap = self.uncounted().await;
        for _ in 0..THRESHOLD {
            ldap.simple_bind(&format!("{account}@{DOMAIN}"), "wrong").await.unwrap();
        }
        ldap.unbind().await.unwrap();
    }

    async fn replace(&self, dn: &str, name: &str, value: &str) {
        let values = HashSet::from([value.as_bytes().to_vec()]);
        self.change(dn, Mod::Replace(name.as_bytes().to_vec(), values)).await;
    }

    async fn change(&self, dn: &str, change: Mod<Vec<u8>>) {
        let mut admin = self.admin().await;
        admin.modify(dn, vec![change]).await.unwrap().success().unwrap();
        admin.unbind().await.unwrap();
    }

    async fn admin(&self) -> Ldap {
        let mut ldap = self.uncounted().await;
        let name = format!("{ADMINISTRATOR}@{DOMAIN}");
        ldap.simple_bind(&name, &password(ADMINISTRATOR)).await.unwrap().success().unwrap();
        ldap
    }
}
