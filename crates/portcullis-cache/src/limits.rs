//! What a cache may hold and for how long. Names of settings and their defaults live with whoever makes the cache.

/// The bounds of one cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most entries held at once, dead ones that are not yet reclaimed included. `0` keeps nothing, yet loads are still
    /// shared. Numbers above `u32::MAX` count as `u32::MAX`.
    pub max_entries: usize,
    /// When an entry stops being an answer.
    pub expiry: Expiry,
}

/// When an entry stops being an answer, in milliseconds of the clock that the caller passes as `now_ms`. An entry whose
/// age equals the time given is expired; so with `0` nothing is ever found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Only an invalidation or the capacity ends an entry.
    Never,
    /// So long after `finish` put it in.
    AfterWrite(u64),
    /// So long after `finish` put it in or `get` last found it.
    AfterAccess(u64),
}

impl Expiry {
    /// Is an entry dead at `now`, that was written and last used then? A `now` before them counts as their moment: callers
    /// on several threads read the clock before they take the lock.
    pub(crate) fn is_over(self, written_ms: u64, used_ms: u64, now_ms: u64) -> bool {
        match self {
            Self::Never => false,
            Self::AfterWrite(ttl) => now_ms.saturating_sub(written_ms) >= ttl,
            Self::AfterAccess(ttl) => now_ms.saturating_sub(used_ms.max(written_ms)) >= ttl,
        }
    }
}
