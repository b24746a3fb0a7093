//! One decision's reading: on what it stands, what it looked at, and the test at its end. The order of that test is here
//! and nowhere else: first whether something has changed, then the clock.

use super::barrier::Passed;
use super::trust::Captured;
use super::{Basis, Step};
use crate::caches::ROLE_MAPPINGS;
use crate::caches::generation::Footprint;
use crate::core::Core;

/// On what a decision stands, from before it reads anything.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing {
    /// The node is alone: it cannot be behind.
    Alone,
    /// What the node holds counts until then.
    Lease(Captured),
    /// The node had caught up with the log after the request came.
    Behind(Passed),
}

impl Standing {
    /// For a decision that is made again because something has changed. What was behind a barrier stays so.
    pub(crate) fn again(self, core: &Core) -> Self {
        match self {
            Self::Alone | Self::Lease(_) => core.fence().capture(),
            Self::Behind(_) => self,
        }
    }

    fn holds(self, core: &Core) -> bool {
        match self {
            Self::Alone | Self::Behind(_) => true,
            Self::Lease(captured) => core.fence().admits(captured, core.boot()),
        }
    }
}

/// What a decision has read so far.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    standing: Standing,
    basis: Basis,
    /// Whether something of the index was looked for and is not there.
    misses: bool,
    footprint: Footprint,
}

/// What the test at the end of a decision found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// It is good.
    Stands,
    /// Something has changed that it looked at.
    Moved,
    /// Something has changed that the decision before it, who is calling, looked at.
    MovedBefore,
    /// What it stands on does not hold any more.
    Lapsed,
    /// It is a denial, and what would have granted may only be missing here.
    Unsure,
}

impl Reading {
    /// Nothing read yet.
    pub(crate) fn on(standing: Standing) -> Self {
        Self { standing, basis: Basis::Files, misses: false, footprint: Footprint::default() }
    }

    /// The reading of the decision that follows this one, about the same request.
    pub(crate) fn onward(&self) -> Self {
        Self { basis: self.basis, ..Self::on(self.standing) }
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing
    }

    /// The same reading, for whoever makes sure now that what was read is still so: what moves from here on is seen.
    pub(crate) fn renoted(&self, core: &Core) -> Self {
        Self { footprint: core.generations().renoted(&self.footprint), ..self.clone() }
    }

    /// Notes the credentials of the subject `family/name`. Call it before they are read, from a cache too. Where the node
    /// is alone it is not needed: an old answer is given to nobody who came after the change.
    pub(crate) fn note_credentials(&mut self, core: &Core, family: &str, name: &str) {
        match self.standing {
            Standing::Alone => {}
            Standing::Lease(_) | Standing::Behind(_) => self.note(core, family, name),
        }
    }

    /// Notes the role mappings, all of them, as credentials.
    pub(crate) fn note_mappings(&mut self, core: &Core) {
        match self.standing {
            Standing::Alone => {}
            Standing::Lease(_) | Standing::Behind(_) => {
                core.generations().note(&mut self.footprint, ROLE_MAPPINGS);
            }
        }
    }

    /// Notes the subject `family/name`. Call it before it is read, from a cache too.
    pub(crate) fn note(&mut self, core: &Core, family: &str, name: &str) {
        core.generations().note_named(&mut self.footprint, family, name);
    }

    /// Notes what was found, or not found, rests on.
    pub(crate) fn rests_on(&mut self, basis: Basis) {
        self.basis = self.basis.and(basis);
    }

    /// Notes that something is not there which whoever creates it need not wait for this node to hear of.
    pub(crate) fn misses_something(&mut self) {
        self.misses = true;
    }

    /// Whether what it stands on holds for what it rests on. This is not the whole test: [`Reading::finish`] is.
    pub(crate) fn is_in_force(&self, core: &Core) -> bool {
        self.basis == Basis::Files || self.standing.holds(core) || core.caches().switches.has_no_lease()
    }

    /// Whether it may be said that something does not exist. A lease is no ground for that: whoever creates something
    /// does not wait for nodes that are a little behind.
    pub(crate) fn knows_absence(&self) -> bool {
        match self.standing {
            Standing::Alone | Standing::Behind(_) => true,
            Standing::Lease(_) => self.basis == Basis::Files,
        }
    }

    /// Whether a denial may be told: what is missing may be what grants.
    pub(crate) fn may_deny(&self) -> bool {
        !self.misses || self.knows_absence()
    }

    /// The test at the end of a decision, and of the one `before` it on which it builds.
    pub(crate) fn finish(&self, core: &Core, before: &Self) -> Finish {
        if !core.generations().unmoved(&before.footprint) {
            return Finish::MovedBefore;
        }
        if !core.generations().unmoved(&self.footprint) {
            return Finish::Moved;
        }
        core.fence().step(Step::Unmoved);
        // Last, and with what was captured before the first read: if it still holds, no revocation that this decision
        // does not know was acknowledged before now.
        if self.is_in_force(core) { Finish::Stands } else { Finish::Lapsed }
    }
}
