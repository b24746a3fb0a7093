//! The one task that takes the log in: it finds out whether the log is ours, catches up, and follows it for good.
//!
//! For each message, in this order: the copy has its documents; members' records are known; the feed has it. Nothing
//! else writes to the copy.

use std::sync::Arc;
use std::time::Duration;

use super::client::Client;
use super::epoch::Epoch;
use super::error::{EtcdError, Trouble};
use super::grouping::{Group, grouped};
use super::line::Line;
use super::messages::kv::KeyRange;
use super::messages::kv::KeyValue;
use super::messages::range::{RangeRequest, RangeResponse};
use super::messages::txn::{Compare, Comparison, Operation, TxnRequest};
use super::replica::{Lineage, Mark};
use super::watch::Watch;
use crate::change::Change;
use crate::document::Revision;
use crate::error::StoreError;
use crate::member::{MemberChange, MemberRecord};
use crate::shared::Following;

/// The pause after a failure; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause. A node that is away comes back within it.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// After so many revisions the copy is written though no document has changed, so that it never falls behind what etcd
/// remembers.
const KEEP_UP: usize = 500;

/// A watch that catches up and is silent for so long is looked at; one that is so often is left for another member's.
const IDLE: Duration = Duration::from_millis(200);
const MOST_IDLE: usize = 10;

/// Why following has stopped.
pub(super) enum Halt {
    /// etcd does not answer, or ended the watch.
    Away(EtcdError),
    /// The log is not ours.
    Severed(String),
    /// What comes next is forgotten.
    Forgotten,
    /// Somebody wants it anew.
    Again,
    /// The copy cannot be written.
    Copy(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Copy(error)
    }
}

impl From<EtcdError> for Halt {
    fn from(error: EtcdError) -> Self {
        match error.trouble {
            Trouble::Compacted(_) => Self::Forgotten,
            _ => Self::Away(error),
        }
    }
}

/// The epoch as it was found.
pub(super) struct Found {
    pub(super) epoch: Epoch,
    /// The revision of its last write.
    pub(super) at: i64,
    /// How far the log is.
    pub(super) head: Revision,
    /// Of the epoch's value.
    pub(super) digest: String,
}

/// The follower.
pub(super) struct Follower {
    pub(super) line: Arc<Line>,
    pub(super) client: Client,
    /// Whether the members are known, and so whether the feed may go on.
    loaded: bool,
    /// Revisions since the copy was written.
    unwritten: usize,
}

impl Follower {
    pub(super) fn new(line: Arc<Line>, client: Client) -> Self {
        Self { line, client, loaded: false, unwritten: 0 }
    }

    /// Follows until the store is closed.
    pub(super) async fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        let mut anew = false;
        while !self.line.known().closed {
            let before = *self.line.seen.borrow();
            let halt = match self.follow(anew).await {
                Ok(never) => match never {},
                Err(halt) => halt,
            };
            if *self.line.seen.borrow() > before {
                pause = FIRST_PAUSE;
            }
            anew = matches!(halt, Halt::Forgotten);
            if self.told(halt) {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// Says what has happened, once. Whether to wait before trying again.
    fn told(&self, halt: Halt) -> bool {
        let mut known = self.line.known();
        match halt {
            Halt::Again | Halt::Forgotten => return matches!(halt, Halt::Forgotten) && !self.loaded,
            Halt::Away(error) => {
                let reason = error.to_string();
                if !matches!(known.status.following, Following::Away(_)) {
                    tracing::warn!(%error, "the log is away; this node goes on trying");
                }
                known.status.following = Following::Away(reason);
            }
            Halt::Severed(reason) => {
                known.epoch = None;
                // Once: how far a log is that is not ours may be in the reason, and moves.
                if !matches!(known.status.following, Following::Severed(_)) {
                    tracing::error!(
                        reason,
                        "the log is not the one that this node has followed; see: portcullis etcd adopt"
                    );
                    self.line.replica.hub().sever(&reason);
                }
                known.status.following = Following::Severed(reason);
            }
            Halt::Copy(error) => {
                if !known.closed {
                    tracing::error!(%error, "the copy of the log cannot be written");
                }
                known.status.following = Following::Away(error.to_string());
            }
        }
        true
    }

    async fn follow(&mut self, anew: bool) -> Result<std::convert::Infallible, Halt> {
        let mut mark = self.line.known().mark.clone();
        let Found { epoch, at, head, digest } = self.find_epoch(&mark).await?;
        let replaced = !mark.epoch.is_empty() && epoch.uuid != mark.epoch;
        if replaced && !epoch.previous.contains(&mark.epoch) {
            return Err(Halt::Severed(format!(
                "it is another log, [{}]; this node has followed [{}]",
                epoch.uuid, mark.epoch
            )));
        }
        if !replaced && head < mark.revision {
            return Err(Halt::Severed(format!(
                "it is at revision {head} and has been at {}: it was restored or wiped",
                mark.revision
            )));
        }
        let fresh = mark.epoch.is_empty() || replaced || anew;
        if !fresh {
            self.check_lineage(&mark).await?;
        }
        if fresh {
            if !mark.epoch.is_empty() {
                tracing::warn!(revision = head.0, "all of the log is read anew");
                self.line.known().status.resyncs += 1;
            }
            mark = self.load(Found { epoch, at, head, digest }).await?;
            self.loaded = true;
        } else if !self.loaded {
            self.learn_members(mark.revision).await?;
            self.line.replica.hub().reset(mark.revision);
            self.loaded = true;
        }
        self.line.known().epoch = Some(at);
        let watch = self.client.watch(self.line.keys.all(), next(mark.revision)).await?;
        // Before the first event is taken in: whatever the log says of its past is asked of this very watch's log.
        self.check_lineage(&mark).await?;
        self.take_in(watch, head, mark).await
    }

    /// The epoch, the revision of its last write, and how far the log is. Makes the epoch of a log that is new.
    async fn find_epoch(&self, mark: &Mark) -> Result<Found, Halt> {
        let key = KeyRange::one(self.line.keys.epoch());
        let found = self.client.range(&RangeRequest::new(key.clone()), self.line.timeout).await?;
        let (etcd, head) = header(&found);
        if let Some(kv) = found.kvs.first() {
            let epoch = Epoch::parse(&kv.value)
                .ok_or_else(|| Halt::Severed("its epoch is not one that this version can read".to_owned()))?;
            if epoch.etcd != etcd {
                return Err(Halt::Severed(format!(
                    "it was written in etcd cluster [{:x}] and is now in [{etcd:x}]: it was restored",
                    epoch.etcd
                )));
            }
            return Ok(Found { epoch, at: kv.mod_revision, head, digest: digest(&kv.value) });
        }
        if !mark.epoch.is_empty() {
            return Err(Halt::Severed(
                "it is empty: etcd was wiped, or store.etcd.prefix is another".to_owned(),
            ));
        }
        let epoch = Epoch::new(etcd);
        let request = TxnRequest {
            compare: vec![Compare::version(self.line.keys.all(), Comparison::Equal, 0)],
            success: vec![Operation::put(self.line.keys.epoch(), epoch.to_text())],
            failure: vec![],
        };
        let made = self.client.txn(request).await?;
        if !made.succeeded {
            // Somebody else has just done it; or something of ours is there without an epoch.
            let again = self.client.range(&RangeRequest::new(key), self.line.timeout).await?;
            if again.kvs.is_empty() {
                return Err(Halt::Severed("it holds documents and no epoch".to_owned()));
            }
            return Err(Halt::Again);
        }
        tracing::info!(epoch = epoch.uuid, "a new log was begun");
        let at = made.header.map_or(0, |it| it.revision);
        let digest = digest(epoch.to_text().as_bytes());
        Ok(Found { epoch, at, head: revision(at), digest })
    }

    /// Whether the last write that was taken in is still where it was.
    async fn check_lineage(&self, mark: &Mark) -> Result<(), Halt> {
        let Some(Lineage { key, revision: at, digest: wanted }) = &mark.lineage else { return Ok(()) };
        let request = RangeRequest::new(KeyRange::one(key.clone())).at(signed(mark.revision));
        let found = match self.client.range(&request, self.line.timeout).await {
            Ok(found) => found,
            Err(error) if error.trouble == Trouble::Future => {
                return Err(Halt::Severed(format!(
                    "it has not been at revision {}: it was restored",
                    mark.revision
                )));
            }
            Err(error) => return Err(error.into()),
        };
        let same = |kv: &KeyValue| kv.mod_revision == signed(*at) && digest(&kv.value) == *wanted;
        if found.kvs.first().is_some_and(same) {
            return Ok(());
        }
        Err(Halt::Severed(format!("revision {at} of it is not what this node has taken in: it was restored")))
    }

    /// Reads the members as they were at `at`.
    pub(super) async fn learn_members(&self, at: Revision) -> Result<(), Halt> {
        // Revision 0 would be read as "now".
        let request = RangeRequest::new(self.line.keys.members()).at(signed(at).max(1));
        let found = self.client.range(&request, self.line.timeout).await?;
        let members = records(&self.line, found.kvs);
        self.line.known().members = members.into_iter().map(|it| (it.id.clone(), it)).collect();
        Ok(())
    }

    async fn take_in(
        &mut self,
        mut watch: Watch,
        head: Revision,
        mut mark: Mark,
    ) -> Result<std::convert::Infallible, Halt> {
        let (mut caught_up, mut idle) = (false, 0);
        loop {
            if !caught_up && mark.revision >= head {
                caught_up = true;
                self.has_caught_up(&mark);
            }
            let message = tokio::select! {
                message = watch.next() => message?,
                () = self.line.kick.notified() => {
                    self.line.known().status.reopened += 1;
                    self.client.leave_member();
                    return Err(Halt::Again);
                }
                // Revisions of other users of this etcd are never told; what was asked for is there by now.
                () = tokio::time::sleep(IDLE), if !caught_up => {
                    if revision(watch.since()) >= head {
                        caught_up = true;
                        self.has_caught_up(&mark);
                    }
                    idle += 1;
                    if idle >= MOST_IDLE && !caught_up {
                        self.client.leave_member();
                        return Err(Halt::Again);
                    }
                    continue;
                }
            };
            let mut groups = grouped(&self.line.keys, message.events, mark.revision);
            // Nothing of what comes with another epoch is taken in before it is known what that means: the copy may be
            // the only place left where a revocation is to be seen.
            let replaced = groups.iter().position(|group| group.epoch);
            groups.truncate(replaced.unwrap_or(groups.len()));
            self.commit(groups, &mut mark)?;
            if replaced.is_some() {
                return Err(Halt::Again);
            }
        }
    }

    fn has_caught_up(&self, mark: &Mark) {
        let mut known = self.line.known();
        if matches!(known.status.following, Following::Away(_) | Following::Severed(_)) {
            tracing::info!(revision = mark.revision.0, "the log is followed again");
        }
        known.status.following = Following::Yes;
    }

    /// Takes whole revisions in: the copy first, then the members, then the feed.
    fn commit(&mut self, groups: Vec<Group>, mark: &mut Mark) -> Result<(), Halt> {
        let Some(last) = groups.last() else { return Ok(()) };
        mark.revision = last.revision;
        for group in &groups {
            group.trace(&mut mark.lineage);
        }
        let documents: Vec<_> = groups.iter().flat_map(|group| group.documents.iter().cloned()).collect();
        self.unwritten += groups.len();
        if !documents.is_empty() || self.unwritten >= KEEP_UP {
            self.line.replica.apply(&documents, mark)?;
            self.unwritten = 0;
        }
        let mut known = self.line.known();
        known.mark = mark.clone();
        for group in &groups {
            for change in &group.members {
                match change {
                    MemberChange::Put { id, body } => {
                        let record =
                            MemberRecord { id: id.clone(), revision: group.revision, body: body.clone() };
                        known.members.insert(id.clone(), record);
                    }
                    MemberChange::Removed { id } => drop(known.members.remove(id)),
                }
            }
        }
        drop(known);
        for Group { revision, keys, members, orders, .. } in groups {
            self.line.replica.hub().publish(Change { revision, keys, members, orders });
            self.line.seen.send_replace(revision);
        }
        Ok(())
    }
}

/// The members among these.
pub(super) fn records(line: &Line, kvs: Vec<KeyValue>) -> Vec<MemberRecord> {
    let record = |kv: KeyValue| match line.keys.name(&kv.key) {
        super::keys::Name::Member(id) => {
            Some(MemberRecord { id, revision: revision(kv.mod_revision), body: kv.value })
        }
        _ => None,
    };
    kvs.into_iter().filter_map(record).collect()
}

/// Which etcd answered, and how far it is.
pub(super) fn header(found: &RangeResponse) -> (u64, Revision) {
    found.header.map_or((0, Revision::ZERO), |it| (it.cluster_id, revision(it.revision)))
}

/// etcd's revisions are positive.
pub(super) fn revision(number: i64) -> Revision {
    Revision(u64::try_from(number).unwrap_or(0))
}

pub(super) fn signed(revision: Revision) -> i64 {
    i64::try_from(revision.0).unwrap_or(i64::MAX)
}

fn next(revision: Revision) -> i64 {
    signed(revision).saturating_add(1)
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(value: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, value);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
