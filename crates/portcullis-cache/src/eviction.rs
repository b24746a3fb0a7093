//! Who leaves: the victim of an insertion into a full cache, and the sweep that frees the dead. Never decides who comes in.
//!
//! A full cache evicts from the shard of the newcomer. Dead entries (old generation or expired) go first: the eviction
//! looks ahead of the hand for one, at most [`LOOKOUT`] places. If there is none, the hand goes round (CLOCK): an entry
//! that was found since the hand last passed gets a second chance, the first that was not is the victim. After
//! [`MOST_CHANCES`] second chances the next one goes anyhow, so that an insertion never holds the lock for long.

use crate::limits::Expiry;
use crate::scope::Registry;
use crate::shard::{Entry, Residents};

/// How far an eviction looks for a dead entry. The smallest shard of a cache that has several is larger, so this bounds
/// the work; a cache no larger than this sees all of itself.
pub(crate) const LOOKOUT: usize = 64;

/// How many second chances one eviction gives.
pub(crate) const MOST_CHANCES: usize = 256;

/// Why an entry left before its key was invalidated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It was alive and the cache full.
    Capacity,
    /// Its time was over.
    Expired,
    /// A clear of its scope or of the whole cache had made it unreachable.
    Outdated,
}

/// What a shard needs to know to tell the dead from the living.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) expiry: Expiry,
    pub(crate) now_ms: u64,
}

impl Judge<'_> {
    /// Why the entry is dead, if it is.
    pub(crate) fn dead<K, V>(&self, entry: &Entry<K, V>) -> Option<Cause> {
        if !entry.members.is_current(self.registry) {
            Some(Cause::Outdated)
        } else if entry.is_expired(self.expiry, self.now_ms) {
            Some(Cause::Expired)
        } else {
            None
        }
    }
}

impl<K, V> Residents<K, V> {
    /// The position of the entry that has to make room. None only in an empty shard.
    pub(crate) fn victim(&mut self, judge: Judge<'_>) -> Option<(usize, Cause)> {
        let len = self.len();
        if self.hand >= len {
            self.hand = 0;
        }
        for step in 0..len.min(LOOKOUT) {
            let position = (self.hand + step) % len;
            if let Some(cause) = self.at(position).and_then(|entry| judge.dead(entry)) {
                return Some((position, cause));
            }
        }
        for _ in 0..MOST_CHANCES.min(len) {
            if !self.at_mut(self.hand)?.take_chance() {
                break;
            }
            self.hand = (self.hand + 1) % len;
        }
        // The newcomer takes the victim's place: the hand goes on behind it, so that it meets the newcomer last.
        let position = self.hand;
        let cause = self.at(position).map(|entry| judge.dead(entry).unwrap_or(Cause::Capacity))?;
        self.hand = (position + 1) % len;
        Some((position, cause))
    }

    /// Look at up to `budget` entries where the last call stopped, and take the dead ones out into `freed`. Answers how
    /// many it looked at, and whether it came to the end of the shard.
    pub(crate) fn sweep(
        &mut self,
        budget: usize,
        judge: Judge<'_>,
        freed: &mut Vec<(Entry<K, V>, Cause)>,
    ) -> (usize, bool) {
        let mut seen = 0;
        while seen < budget {
            let Some(entry) = self.at(self.broom) else {
                self.broom = 0;
                return (seen, true);
            };
            seen += 1;
            match judge.dead(entry) {
                // The last entry comes into this place: look at the place again.
                Some(cause) => freed.extend(self.remove(self.broom).map(|entry| (entry, cause))),
                None => self.broom += 1,
            }
        }
        let ended = self.broom >= self.len();
        if ended {
            self.broom = 0;
        }
        (seen, ended)
    }
}
