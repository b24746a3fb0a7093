//! Who has confirmed a write. Here is the judgement; who waits, and how, is the driver's.

use crate::boot::Boot;
use crate::event::Listed;
use crate::incarnation::Incarnation;
use crate::mutant::{Mutant, Switch};
use crate::order::{Outcome, Outcomes};
use crate::record::{Identity, Presence, Record};
use crate::revision::Revision;
use crate::timing::{Timing, Window};
use crate::view::View;

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
    /// `since` the reading of the clock when the transaction's answer had arrived, not when it was sent.
    #[must_use]
    pub fn new(revision: Revision, members: Vec<Listed>, since: Boot, timing: &Timing) -> Self {
        let members = members.into_iter().map(|listed| Awaited::new(listed, timing)).collect();
        Self { revision, since, members, own_ms: timing.wait_ms() }
    }

    pub(crate) fn since(&self) -> Boot {
        self.since
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
        let window = record.as_ref().map_or(Window::LONGEST, |record| record.window);
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
    /// It may: whoever was silent has stopped to trust itself. The silent ones should be removed, each at its revision, if
    /// [`Machine::may_remove`](crate::Machine::may_remove) says so.
    /// Asked again later, it may still become done.
    Expired(Vec<Reply>),
}

/// What a judgement rests on.
pub(crate) struct Judge<'a> {
    pub(crate) view: &'a View,
    pub(crate) applied: Revision,
    /// This node's own life, and what it has to say of orders.
    pub(crate) own: Option<&'a Incarnation>,
    pub(crate) outcomes: &'a Outcomes,
    pub(crate) mutant: Switch,
}

impl Judge<'_> {
    pub(crate) fn judge(&self, waiting: &Waiting, now: Boot) -> Confirmation {
        let verdicts: Vec<(&Awaited, Option<Verdict>)> =
            waiting.members.iter().map(|member| (member, self.verdict(waiting.revision, member))).collect();
        // Who asks here next must find what was written, too; but if it does not come, nobody trusts what this node has.
        let behind = (self.applied < waiting.revision).then_some(waiting.own_ms);
        let silent = verdicts
            .iter()
            .filter(|(_, verdict)| verdict.is_none())
            .map(|(member, _)| if self.mutant.is(Mutant::OwnWait) { waiting.own_ms } else { member.wait_ms });
        let wait = silent.chain(behind).max();
        let reply = |(member, verdict): (&Awaited, Option<Verdict>)| member.reply(verdict);
        let replies = || verdicts.iter().cloned().map(reply).collect();
        let Some(wait) = wait else { return Confirmation::Done(replies()) };
        let until = waiting.since.after(wait);
        if now >= until { Confirmation::Expired(replies()) } else { Confirmation::Pending { until } }
    }

    /// What a member has to say; `None` if nothing was heard of it.
    fn verdict(&self, revision: Revision, member: &Awaited) -> Option<Verdict> {
        if member.record.as_ref().is_some_and(|record| record.presence == Presence::Leaving) {
            return Some(Verdict::Left);
        }
        if self.own == Some(&member.incarnation) {
            let outcome = self.outcomes.of(revision).cloned();
            return (self.applied >= revision).then_some(Verdict::Confirmed(outcome));
        }
        let Some(seen) = self.view.get(&member.incarnation) else {
            // A view that is older than the write may not have the member yet; nor one that is older than the member, if
            // the members were read again after the write.
            let knows = self.applied >= revision.max(member.modified) || self.mutant.is(Mutant::AbsentEarly);
            return (knows && self.view.is_complete()).then_some(Verdict::Left);
        };
        let record = seen.record.as_ref()?;
        let applied = if self.mutant.is(Mutant::AckAnyHeartbeat) { seen.modified } else { record.applied };
        if applied >= revision {
            return Some(Verdict::Confirmed(record.outcome(revision).cloned()));
        }
        (record.presence == Presence::Leaving).then_some(Verdict::Left)
    }
}

impl Awaited {
    fn reply(&self, verdict: Option<Verdict>) -> Reply {
        Reply {
            incarnation: self.incarnation.clone(),
            modified: self.modified,
            identity: self.record.as_ref().map(|record| record.identity.clone()),
            verdict: verdict.unwrap_or(Verdict::Silent),
        }
    }
}
