//! What a decision rests on, as far as the fence is concerned.

/// Whether any fact of the security index is part of a decision. That something is not in the index is such a fact too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// Only files, settings, remote directories, and what is compiled in: nothing of it goes through the log.
    #[default]
    Files,
    /// The index too.
    Index,
}

impl Basis {
    /// Of two parts of one decision.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Files, Self::Files) => Self::Files,
            (Self::Index, _) | (_, Self::Index) => Self::Index,
        }
    }
}
