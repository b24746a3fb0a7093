//! Switches that break one rule of the fence each, so that a test can prove that it would notice.
//!
//! In a build without tests, `loom` or the feature `mutants` there is no switch: [`Switch::is`] is the constant `false`.

/// A deliberate fault in the fence.
#[cfg(any(test, loom, feature = "mutants"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mutant {
    /// The cache as it should be.
    None = 0,
    /// An invalidation removes entries but does not move the fence: tickets and generations stay good.
    FenceStays = 1,
    /// `finish` inserts without asking whether its ticket is still current.
    NoTicketCheck = 2,
    /// An invalidation leaves the load in flight joinable for those who come after it.
    NoDetach = 3,
}

#[cfg(not(any(test, loom, feature = "mutants")))]
#[derive(Clone, Copy)]
pub(crate) enum Mutant {
    FenceStays,
    NoTicketCheck,
    NoDetach,
}

/// Which fault is switched on in one cache.
#[derive(Default)]
pub(crate) struct Switch {
    #[cfg(any(test, loom, feature = "mutants"))]
    chosen: std::sync::atomic::AtomicU8,
}

#[cfg(any(test, loom, feature = "mutants"))]
impl Switch {
    pub(crate) fn set(&self, mutant: Mutant) {
        self.chosen.store(mutant as u8, std::sync::atomic::Ordering::SeqCst);
    }

    pub(crate) fn is(&self, mutant: Mutant) -> bool {
        self.chosen.load(std::sync::atomic::Ordering::SeqCst) == mutant as u8
    }
}

#[cfg(not(any(test, loom, feature = "mutants")))]
impl Switch {
    pub(crate) const fn is(&self, _: Mutant) -> bool {
        false
    }
}
