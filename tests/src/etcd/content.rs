//! What is in a cluster: keys, revisions, users.

use std::time::Duration;

use serde_json::{Value, json};

use super::gateway::{Access, decoded, encoded, number};
use super::{EtcdCluster, Refusal};
use crate::secrets;

/// The user who may do everything. Only the harness is this.
const ROOT: &str = "root";
/// The role of who may read and write its keys.
const ITS_KEYS: &str = "its-keys";

impl EtcdCluster {
    /// The value of a key.
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        value(&self.ask("/v3/kv/range", &json!({"key": encoded(key.as_bytes())})).await)
    }

    /// The value of a key as one member answers within `patience`: linearizable, so not without a majority.
    ///
    /// # Errors
    /// If it does not answer, or with an error.
    pub async fn get_from(
        &self,
        member: usize,
        key: &str,
        patience: Duration,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        let key = json!({"key": encoded(key.as_bytes())});
        Ok(value(&self.ask_member(member, "/v3/kv/range", &key, patience).await?))
    }

    /// Writes a key. The revision.
    pub async fn put(&self, key: &str, value: &[u8]) -> u64 {
        let pair = json!({"key": encoded(key.as_bytes()), "value": encoded(value)});
        revision(&self.ask("/v3/kv/put", &pair).await)
    }

    /// Removes a key. The revision.
    pub async fn delete(&self, key: &str) -> u64 {
        revision(&self.ask("/v3/kv/deleterange", &json!({"key": encoded(key.as_bytes())})).await)
    }

    /// The newest revision.
    pub async fn revision(&self) -> u64 {
        revision(&self.ask("/v3/kv/range", &json!({"key": encoded(b"\0")})).await)
    }

    /// Forgets everything that was overwritten or removed up to this revision.
    pub async fn compact(&self, revision: u64) {
        let to = json!({"revision": revision.to_string(), "physical": true});
        self.ask("/v3/kv/compaction", &to).await;
    }

    /// Makes the user of this cluster, if it has one, and from then on asks for credentials.
    pub(super) async fn set_access_up(&mut self) {
        self.gateway.access = None;
        let Some(Access { user, password, prefix }) = self.access.clone() else { return };
        let root = Access { user: ROOT.to_owned(), password: secrets::password(), prefix: String::new() };
        self.ask("/v3/auth/user/add", &json!({"name": root.user, "password": root.password})).await;
        self.ask("/v3/auth/role/add", &json!({"name": ROOT})).await;
        self.ask("/v3/auth/user/grant", &json!({"user": ROOT, "role": ROOT})).await;
        self.ask("/v3/auth/user/add", &json!({"name": user, "password": password})).await;
        self.ask("/v3/auth/role/add", &json!({"name": ITS_KEYS})).await;
        let mut end = prefix.clone().into_bytes();
        end.iter_mut().last().into_iter().for_each(|last| *last += 1);
        let (key, end) = if prefix.is_empty() { (vec![0], vec![0]) } else { (prefix.into_bytes(), end) };
        let permission = json!({"permType": "READWRITE", "key": encoded(&key), "range_end": encoded(&end)});
        self.ask("/v3/auth/role/grant", &json!({"name": ITS_KEYS, "perm": permission})).await;
        self.ask("/v3/auth/user/grant", &json!({"user": user, "role": ITS_KEYS})).await;
        self.ask("/v3/auth/enable", &json!({})).await;
        self.gateway.access = Some(root);
    }
}

fn value(answer: &Value) -> Option<Vec<u8>> {
    answer["kvs"].get(0).map(|it| decoded(&it["value"]))
}

fn revision(answer: &Value) -> u64 {
    number(&answer["header"]["revision"])
}
