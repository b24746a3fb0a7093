//! Who has confirmed a write. Here is the judgement; who waits, and how, is the driver's.

use crate::boot::Boot;
use crate::event::Listed;
use crate::incarnation::Incarnation;
use crate::order::Outcome;
use crate::record::{Identity, Record};
use crate::revision::Revision;
use crate::timing::Timing;

/// A write that waits for everybody who might trust what it took away.
#[derive(Clone, Debug)]
pub struct Waiting {
    revision: Revision,
    since: Boot,
    members: Vec<Awaited>,
    own_ms: u64,
}

#[derive(Clone, Debug)]
struct Awaited {
    incarnation: Incarnation,
    modified: Revision,
    record: Option<Record>,
    wait_ms: u64,
}

impl Waiting {
    /// A write of `revision`. `members` is the range of all records that was read **in the write's own transaction**, and
    /// `since` the reading of the clock when the transaction's answer had arrived, not when it was sent. For a write
    /// that found nothing to do, `revision` is the one at which it was read.
    #[must_use]
    pub fn new(revision: Revision, members: Vec<Listed>, since: Boot, timing: &Timing) -> Self {
        let members = members.into_iter().map(|listed| Awaited::new(listed, timing)).collect();
        Self { revision, since, members, own_ms: timing.wait_ms() }
    }

    /// The write's revision.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }
}

impl Awaited {
    fn new(listed: Listed, timing: &Timing) -> Self {
        let record = Record::decode(&listed.record).ok();
        let window = record.as_ref().map_or(crate::timing::Window::LONGEST, |record| record.window);
        let wait_ms = timing.wait_for_ms(window);
        Self { incarnation: listed.incarnation, modified: listed.modified, record, wait_ms }
    }
}

/// What one member had to say of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has applied it. If the write was an order, what came of it, if its record tells.
    Confirmed(Option<Outcome>),
    /// It has left, by itself or removed, since the write.
    Left,
    /// It was not heard of, and its trust has ended.
    Silent,
}

/// One member's verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Whose.
    pub incarnation: Incarnation,
    /// The revision of its record in the write's transaction. A silent member's record may be removed if that is still so.
    pub modified: Revision,
    /// Who it is; `None` when its record cannot be read.
    pub identity: Option<Identity>,
    /// What it said.
    pub verdict: Verdict,
}

/// Whether a write may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// It may: each member has confirmed it or left.
    Done(Vec<Reply>),
    /// Not yet. Without news it is worth asking again at `until`.
    Pending {
        /// When the trust of everybody silent will have ended.
        until: Boot,
    },
    /// It may: whoever was silent has stopped to trust itself. The silent ones should be removed, each at its revision.
    /// Asked again later, it may still become done.
    Expired(Vec<Reply>),
}

impl Waiting {
    pub(crate) fn judge(&self, applied: Revision, now: Boot) -> Confirmation {
        let until = self.members.iter().map(|member| member.wait_ms).max().unwrap_or(self.own_ms);
        let until = self.since.after(until);
        if now >= until {
            return Confirmation::Expired(self.members.iter().map(Awaited::silent).collect());
        }
        if applied >= self.revision && self.members.is_empty() {
            return Confirmation::Done(Vec::new());
        }
        Confirmation::Pending { until }
    }
}

impl Awaited {
    fn silent(&self) -> Reply {
        Reply {
            incarnation: self.incarnation.clone(),
            modified: self.modified,
            identity: self.record.as_ref().map(|record| record.identity.clone()),
            verdict: Verdict::Silent,
        }
    }
}
