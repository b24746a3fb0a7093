//! A cluster that loses what it had: emptied, or brought back to what it was.

use std::path::PathBuf;
use std::process::Command;

use super::EtcdCluster;
use crate::process::finish;

/// Where Debian's package puts the tool.
const TOOL: &str = "/usr/bin/etcdctl";

/// Who the cluster is afterwards. etcd derives it from the members' addresses and a token, not from the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The same cluster id, as after an operator has started the members with the same command line.
    Kept,
    /// Another cluster id.
    New,
}

/// What was in a cluster. It goes with the cluster that it was taken of.
#[derive(Clone, Debug)]
pub struct Snapshot(PathBuf);

impl EtcdCluster {
    /// What is in the cluster now, by a member that runs.
    pub async fn snapshot(&mut self) -> Snapshot {
        // The tool asks one member for what this one has: it must have everything.
        let member = self.leader().await;
        self.snapshots += 1;
        let path = self.folder.path().join(format!("snapshot-{}", self.snapshots));
        let mut command = Command::new(TOOL);
        command.env_clear().env("ETCDCTL_API", "3").env("ETCDCTL_ENDPOINTS", self.endpoint(member));
        if self.ca_path().exists() {
            let (certificate, key) = self.client_path();
            command.env("ETCDCTL_CACERT", self.ca_path());
            command.env("ETCDCTL_CERT", certificate).env("ETCDCTL_KEY", key);
        }
        if let Some(access) = &self.gateway.access {
            command.env("ETCDCTL_USER", format!("{}:{}", access.user, access.password));
        }
        finish(command.args(["snapshot", "save"]).arg(&path));
        Snapshot(path)
    }

    /// Kills all members and starts them on the same ports with what was in the cluster then. Keys and revisions are as
    /// they were, and what came later never was.
    pub async fn restore(&mut self, snapshot: &Snapshot, identity: Identity) {
        self.empty(identity);
        for member in 0..self.size() {
            let mut command = Command::new(TOOL);
            command.env_clear().env("ETCDCTL_API", "3").args(["snapshot", "restore"]).arg(&snapshot.0);
            command.arg("--name").arg(&self.members[member].name);
            command.arg("--data-dir").arg(&self.members[member].data).args(self.founding(member));
            finish(&mut command);
        }
        self.revive().await;
    }

    /// Kills all members and starts them on the same ports without any data.
    pub async fn wipe(&mut self, identity: Identity) {
        self.empty(identity);
        self.revive().await;
        self.set_access_up().await;
    }

    fn empty(&mut self, identity: Identity) {
        for member in 0..self.size() {
            self.kill(member);
        }
        for member in &self.members {
            std::fs::remove_dir_all(&member.data).unwrap();
        }
        if identity == Identity::New {
            self.identity += 1;
        }
    }
}
