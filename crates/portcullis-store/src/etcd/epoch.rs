//! What the key `epoch` says: which log this is, and which ones it has replaced. Who may write it, and what follows from
//! it, is decided by those who read it.
//!
//! The value is text, a name and a value on each line, so that an operator can read it; lines of other names are a later
//! version's and left alone.

use uuid::Uuid;

/// Most logs that one is known to have replaced; the oldest are forgotten. Nodes of a forgotten one need another
/// data folder.
const MAX_PREVIOUS: usize = 64;

/// The content of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Epoch {
    /// This log.
    pub(super) uuid: String,
    /// The nodes' common name, the same from epoch to epoch.
    pub(super) cluster: String,
    /// The cluster of etcd in which it was written: what was restored elsewhere has another.
    pub(super) etcd: u64,
    /// The logs that it goes on from by an operator's decision, the latest last.
    pub(super) previous: Vec<String>,
}

impl Epoch {
    /// A log that goes on from none.
    pub(super) fn new(etcd: u64) -> Self {
        Self { uuid: uuid(), cluster: uuid(), etcd, previous: Vec::new() }
    }

    /// A log in place of others.
    pub(super) fn replacing(mut previous: Vec<String>, cluster: Option<String>, etcd: u64) -> Self {
        previous.retain(|it| !it.is_empty());
        let forgotten = previous.len().saturating_sub(MAX_PREVIOUS);
        previous.drain(..forgotten);
        Self { uuid: uuid(), cluster: cluster.unwrap_or_else(uuid), etcd, previous }
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!("uuid {}\ncluster {}\netcd {:x}\n", self.uuid, self.cluster, self.etcd);
        for previous in &self.previous {
            text.push_str("previous ");
            text.push_str(previous);
            text.push('\n');
        }
        text
    }

    /// `None` for what no version has written.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (mut uuid, mut cluster, mut etcd, mut previous) = (None, None, None, Vec::new());
        for line in std::str::from_utf8(text).ok()?.lines() {
            let (name, value) = line.split_once(' ')?;
            match name {
                "uuid" => uuid = Some(value.to_owned()),
                "cluster" => cluster = Some(value.to_owned()),
                "etcd" => etcd = u64::from_str_radix(value, 16).ok(),
                "previous" => previous.push(value.to_owned()),
                _ => {}
            }
        }
        Some(Self { uuid: uuid?, cluster: cluster?, etcd: etcd?, previous })
    }
}

fn uuid() -> String {
    Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests;
