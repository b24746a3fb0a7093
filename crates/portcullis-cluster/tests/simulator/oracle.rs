//! What must never happen, and what must come about. It looks at answers from outside, and at trust only where it names it.

use portcullis_cluster::Revision;

use super::log::CREDENTIALS;

/// What was violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request that began after a revocation's answer was admitted with what was revoked.
    Revoked,
    /// So was one whose last look at the generations came after the answer, and that trusted its node.
    RevokedUnderWay,
    /// A request that began after a clear's answer was served from what had been cleared.
    Cleared,
    /// A node trusts itself when a write is answered that it has not applied.
    Trusting,
    /// A member was said to have confirmed what it had not applied, or to have left while it had not.
    Said,
    /// A record was removed while its node trusted itself.
    RemovedTrusted,
    /// A node lost its trust, or its record, for nothing.
    Distrusted,
    /// A node that had not heard of itself for a whole window went on to keep its record young.
    KeptAlive,
    /// A write was not answered in time.
    Late,
    /// A node is not trusted long after the last disturbance.
    NotTrusted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) kind: Kind,
    pub(crate) at: u64,
    pub(crate) what: String,
}

#[derive(Default)]
pub(crate) struct Oracle {
    /// Whose revocation was answered.
    pub(crate) acknowledged: [bool; CREDENTIALS],
    /// The newest fact from outside that a clear was answered for.
    pub(crate) cleared: u64,
    /// The first violation of each kind.
    pub(crate) violations: Vec<Violation>,
}

/// What a request could know, by the time it came that far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Promise {
    pub(crate) acknowledged: bool,
    pub(crate) cleared: u64,
}

impl Oracle {
    pub(crate) fn promise(&self, credential: usize) -> Promise {
        Promise { acknowledged: self.acknowledged[credential], cleared: self.cleared }
    }

    pub(crate) fn violated(&mut self, kind: Kind, at: u64, what: impl FnOnce() -> String) {
        if self.violations.iter().all(|known| known.kind != kind) {
            self.violations.push(Violation { kind, at, what: what() });
        }
    }

    /// A confirmation named somebody who had applied only so much.
    pub(crate) fn confirmed(&mut self, at: u64, node: usize, applied: Revision, order: Revision) {
        if applied < order {
            self.violated(Kind::Said, at, || {
                format!("node {node} was said to have applied {order}, and had applied {applied}")
            });
        }
    }
}
