//! Switches that break one rule of the protocol each, so that a test can prove that it would notice.
//!
//! In a build without tests or the feature `mutants` there is no switch: [`Switch::is`] is the constant `false`.

/// A deliberate fault in the machine.
#[cfg(any(test, feature = "mutants"))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mutant {
    /// The machine as it should be.
    #[default]
    None,
    /// Trust is extended by the answer to a heartbeat, not by its event in the own watch.
    ExtendOnAnswer,
    /// Trust is counted from the answer to a heartbeat, not from its sending.
    LeaseFromAnswer,
    /// An own event is taken for the newest heartbeat that was sent.
    MatchLatest,
    /// After a creation that nobody answered the next one has the same number.
    SeqReuse,
    /// Any heartbeat after a write confirms it, whatever it says was applied.
    AckAnyHeartbeat,
    /// A member that the view does not show has left, even if the view is older than the write.
    AbsentEarly,
    /// A silent member is removed after half its window.
    ReapHalf,
    /// Everybody's trust is taken to last as long as the own.
    OwnWait,
    /// A life begins trusted.
    TrustAtBegin,
    /// A member that leaves goes on trusting itself.
    LeaveTrusting,
    /// A heartbeat that was refused means that the record was removed.
    RefusedIsEvicted,
    /// Silent members are counted and removed also while the own trust is gone.
    ReapFenced,
    /// A watch that does not show what the log has is waited for.
    NoWatchdog,
    /// Heartbeats go on while the watch shows none of them.
    BeatDeaf,
}

#[cfg(not(any(test, feature = "mutants")))]
#[derive(Clone, Copy)]
pub(crate) enum Mutant {
    ExtendOnAnswer,
    LeaseFromAnswer,
    MatchLatest,
    SeqReuse,
    AckAnyHeartbeat,
    AbsentEarly,
    ReapHalf,
    OwnWait,
    TrustAtBegin,
    LeaveTrusting,
    RefusedIsEvicted,
    ReapFenced,
    NoWatchdog,
    BeatDeaf,
}

/// Which fault is switched on in one machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Switch {
    #[cfg(any(test, feature = "mutants"))]
    chosen: Mutant,
}

#[cfg(any(test, feature = "mutants"))]
impl Switch {
    pub(crate) fn set(&mut self, mutant: Mutant) {
        self.chosen = mutant;
    }

    pub(crate) fn is(self, mutant: Mutant) -> bool {
        self.chosen == mutant
    }
}

#[cfg(not(any(test, feature = "mutants")))]
impl Switch {
    pub(crate) const fn is(self, _: Mutant) -> bool {
        false
    }
}
