//! The ways in which a subject is killed and made good again: way by way, as requests of the API and edits of files.

use serde_json::json;

use super::super::files::hashed;
use super::super::ledger::Credential;
use super::{Kind, Subject, TOKENS, account_token, role_line};

/// How long an expiring key lives once it is told to, in milliseconds, and what that is called.
const SHORT: (u64, &str) = (10_000, "10s");

impl Subject {
    /// What comes before a kill of this way, and must not be noticed. A key is told to expire soon, and then not to, and
    /// time passes; then, if time is to kill it, it is told so once more.
    pub async fn prepare(&mut self, way: usize) {
        if self.kind == Kind::ExpiringKey {
            self.expire_in(SHORT.1).await;
            self.attempt().await;
            self.expire_in("1d").await;
            self.scene.door.clock().advance(SHORT.0);
            self.before = self.scene.document(&self.document_key());
            if way == 1 {
                self.expire_in(SHORT.1).await;
            }
        }
    }

    /// Kills it. When this returns, that is acknowledged.
    pub async fn kill(&mut self, way: usize) {
        let by_time = self.kind == Kind::ExpiringKey && way == 1;
        if matches!(self.kind, Kind::ApiKey | Kind::ExpiringKey | Kind::IndexToken) && !by_time {
            self.before = self.scene.document(&self.document_key());
        }
        let effects = self.effects(way, false);
        self.scene.ledger.change(&effects, self.undo(way)).await;
    }

    /// Makes it good again after a kill of the same way. A key or a token whose document cannot be put back is followed
    /// by a new one.
    pub async fn revive(&mut self, way: usize) {
        let followed = match self.kind {
            Kind::ApiKey | Kind::IndexToken => way == 1 || self.before.is_none(),
            Kind::ExpiringKey => self.before.is_none(),
            _ => false,
        };
        if followed {
            return if self.kind == Kind::IndexToken {
                self.make_token().await
            } else {
                self.make_key().await
            };
        }
        let effects = self.effects(way, true);
        self.scene.ledger.change(&effects, self.redo(way)).await;
    }

    /// Which credentials a change makes good or bad. Where the secret is replaced, the other one becomes the right one.
    fn effects(&self, way: usize, good: bool) -> Vec<(&Credential, bool)> {
        let replaced = match self.kind {
            Kind::Native => way == 0 || way == 3,
            Kind::Reserved | Kind::File | Kind::FileToken | Kind::Remote => way == 0,
            _ => false,
        };
        let other = self.other.as_deref().filter(|_| replaced).map(|other| (other, !good));
        [(&**self.right(), good)].into_iter().chain(other).collect()
    }

    async fn undo(&self, way: usize) {
        let [_, other] = &self.secrets;
        match (self.kind, way) {
            (Kind::Native | Kind::Reserved, 0) => self.set_password(other).await,
            (Kind::Native | Kind::Reserved, 1) | (Kind::AsNative | Kind::AsReserved, 0) => {
                self.on_user("PUT", "/_disable").await;
            }
            (Kind::Native, 2) | (Kind::AsNative, 1) => self.on_user("DELETE", "").await,
            (Kind::Native, _) => self.put_user(other, &[&format!("of-{}", self.name)]).await,
            (Kind::AsNative, _) => self.may_run(&[]).await,
            (Kind::File, 0) => self.set_line("users", Some(hashed(&self.name, other))),
            (Kind::File | Kind::AsFile, _) => self.set_line("users", None),
            (Kind::FileToken, 0) => {
                self.set_line("service_tokens", Some(hashed(&account_token(&self.name), other)));
            }
            (Kind::FileToken, _) => self.set_line("service_tokens", None),
            (Kind::ApiKey, _) => {
                self.scene.send("DELETE", "/_security/api_key", Some(json!({"ids": [self.id]}))).await;
            }
            (Kind::ExpiringKey, 1) => self.scene.door.clock().advance(SHORT.0),
            (Kind::ExpiringKey, _) => {
                self.expire_in(SHORT.1).await;
                self.scene.door.clock().advance(SHORT.0);
            }
            (Kind::IndexToken, _) => {
                self.scene.send("DELETE", &format!("{TOKENS}/{}", self.name), None).await;
            }
            (Kind::Role, 0) => {
                self.scene.send("DELETE", &format!("/_security/role/{}", self.name), None).await;
            }
            (Kind::Role, 1) => self.put_role(&["monitor"]).await,
            (Kind::Role, _) => self.put_user(&self.secrets[0], &[]).await,
            (Kind::FileRole, _) => self.set_line("roles.yml", None),
            (Kind::Remote, 0) => self.in_directory(Some(other)).await,
            (Kind::Remote | Kind::AsRemote, _) => self.in_directory(None).await,
            (Kind::Mapped, 1) => self.put_mapping(false, &self.name).await,
            (Kind::Mapped, 2) => self.put_mapping(true, "nobody").await,
            (Kind::Mapped | Kind::AsMapped | Kind::FileMapped | Kind::AsFileMapped, _) => {
                self.set_mapping(false).await;
            }
            (Kind::Reserved | Kind::AsReserved, _) => unreachable!("{:?} has no way {way}", self.kind),
        }
    }

    async fn redo(&self, way: usize) {
        let [right, other] = &self.secrets;
        match (self.kind, way) {
            (Kind::Native | Kind::Reserved, 0) => self.set_password(right).await,
            (Kind::Native | Kind::Reserved, 1) | (Kind::AsNative | Kind::AsReserved, 0) => {
                self.on_user("PUT", "/_enable").await;
            }
            (Kind::Native, _) => self.put_user(right, &[&format!("of-{}", self.name)]).await,
            (Kind::AsNative, 1) => self.put_user(other, &[&format!("of-{}", self.name)]).await,
            (Kind::AsNative, _) => self.may_run(&[&self.name]).await,
            (Kind::File, _) => self.set_line("users", Some(hashed(&self.name, right))),
            (Kind::AsFile, _) => self.set_line("users", Some(hashed(&self.name, other))),
            (Kind::FileToken, _) => {
                self.set_line("service_tokens", Some(hashed(&account_token(&self.name), right)));
            }
            (Kind::ApiKey | Kind::ExpiringKey | Kind::IndexToken, _) => {
                self.scene.restore(self.before.as_ref().unwrap()).await;
            }
            (Kind::Role, 0 | 1) => self.put_role(&["manage_security"]).await,
            (Kind::Role, _) => self.put_user(right, &[&self.name]).await,
            (Kind::FileRole, _) => self.set_line("roles.yml", Some(role_line(&self.name))),
            (Kind::Remote, _) => self.in_directory(Some(right)).await,
            (Kind::AsRemote, _) => self.in_directory(Some(other)).await,
            (Kind::Mapped | Kind::AsMapped | Kind::FileMapped | Kind::AsFileMapped, _) => {
                self.set_mapping(true).await;
            }
            (Kind::Reserved | Kind::AsReserved, _) => unreachable!("{:?} has no way {way}", self.kind),
        }
    }

    pub(super) async fn put_user(&self, password: &str, roles: &[&str]) {
        let body = json!({"password": password, "roles": roles});
        self.scene.send("PUT", &format!("/_security/user/{}", self.name), Some(body)).await;
    }

    pub(super) async fn set_password(&self, password: &str) {
        let target = format!("/_security/user/{}/_password", self.name);
        self.scene.send("POST", &target, Some(json!({"password": password}))).await;
    }

    pub(super) async fn put_role(&self, cluster: &[&str]) {
        let target = format!("/_security/role/{}", self.name);
        self.scene.send("PUT", &target, Some(json!({"cluster": cluster}))).await;
    }

    pub(super) fn set_line(&self, file: &'static str, line: Option<String>) {
        self.scene.files.set(&*self.scene.door, file, &self.name, line);
    }

    /// Changes the user's entry of the directory, or removes it. The directory tells nobody; the clear is what is
    /// acknowledged.
    async fn in_directory(&self, password: Option<&str>) {
        match password {
            Some(password) => self.scene.door.people().put(&self.name, password).await,
            None => self.scene.door.people().remove(&self.name).await,
        }
        self.clear(false).await;
    }

    /// Maps the user to its role, where its kind has that, or no longer.
    pub(super) async fn set_mapping(&self, there: bool) {
        match (self.kind, there) {
            (Kind::FileMapped | Kind::AsFileMapped, true) => {
                self.set_line("role_mapping.yml", Some(self.mapping_line()));
            }
            (Kind::FileMapped | Kind::AsFileMapped, false) => self.set_line("role_mapping.yml", None),
            (_, true) => self.put_mapping(true, &self.name).await,
            (_, false) => {
                self.scene.send("DELETE", &format!("/_security/role_mapping/{}", self.name), None).await;
            }
        }
    }

    async fn put_mapping(&self, enabled: bool, username: &str) {
        let body = json!({
            "enabled": enabled,
            "roles": [self.name],
            "rules": {"field": {"username": username}},
        });
        self.scene.send("PUT", &format!("/_security/role_mapping/{}", self.name), Some(body)).await;
    }

    fn mapping_line(&self) -> String {
        format!("{}:\n  - \"{}\"", self.name, self.scene.door.people().dn(&self.name))
    }

    async fn on_user(&self, method: &'static str, what: &str) {
        self.scene.send(method, &format!("/_security/user/{}{what}", self.name), None).await;
    }

    async fn expire_in(&self, time: &str) {
        let target = format!("/_security/api_key/{}", self.id);
        self.scene.send("PUT", &target, Some(json!({"expiration": time}))).await;
    }
}
