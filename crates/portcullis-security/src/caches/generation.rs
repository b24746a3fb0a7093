//! How a decision finds out that something it looked at has changed meanwhile. Every subject (a user, a key, a
//! role, existing or not) has a generation that each change moves; a decision notes the generations before it
//! reads and compares them at its end.
//!
//! Generations live in a fixed number of stripes, so memory is bounded and absence needs no record. Two subjects
//! that share a stripe only cost each other one more read; nothing is evicted by it.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::RandomState;

/// Enough that unrelated writes rarely make a decision read again, little enough to be nothing (32 KiB).
const STRIPES: usize = 4096;

/// The generations of all subjects of this node.
pub(crate) struct Generations {
    stripes: Vec<AtomicU64>,
    /// Whoever finds names that share a stripe makes readers of the one read again when the other changes, and no more:
    /// so this need not be one that withstands that.
    hasher: RandomState,
}

/// A stripe and the generation that it had.
type Seen = (u16, u64);

/// Most decisions note no more than this: whose credentials, and a few roles.
const USUAL: usize = 4;

/// Most subjects are no longer, in bytes.
const SHORT: usize = 64;

/// What a decision has looked at so far, with the generations it saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Footprint {
    usual: [Seen; USUAL],
    count: usize,
    more: Vec<Seen>,
}

impl Footprint {
    fn push(&mut self, seen: Seen) {
        match self.usual.get_mut(self.count) {
            Some(place) => *place = seen,
            None => self.more.push(seen),
        }
        self.count += 1;
    }

    fn iter(&self) -> impl Iterator<Item = &Seen> {
        self.usual.iter().take(self.count).chain(&self.more)
    }
}

impl Generations {
    pub(crate) fn new() -> Self {
        Self { stripes: (0..STRIPES).map(|_| AtomicU64::new(0)).collect(), hasher: RandomState::default() }
    }

    /// The stripe of a subject that is given in pieces.
    fn stripe(&self, subject: &[&str]) -> u16 {
        let mut hasher = self.hasher.build_hasher();
        let mut whole = [0; SHORT];
        // In one, since in pieces it would have another hash.
        match put_together(subject, &mut whole) {
            Some(whole) => hasher.write(whole),
            None => hasher.write(subject.concat().as_bytes()),
        }
        (hasher.finish() % STRIPES as u64) as u16
    }

    fn current(&self, stripe: u16) -> u64 {
        self.stripes.get(usize::from(stripe)).map_or(0, |it| it.load(Ordering::Acquire))
    }

    /// Notes `subject` in `footprint`. Call it before the subject is read.
    pub(crate) fn note(&self, footprint: &mut Footprint, subject: &str) {
        self.note_pieces(footprint, &[subject]);
    }

    /// Notes the subject `family/name`, without putting it together.
    pub(crate) fn note_named(&self, footprint: &mut Footprint, family: &str, name: &str) {
        self.note_pieces(footprint, &[family, "/", name]);
    }

    fn note_pieces(&self, footprint: &mut Footprint, subject: &[&str]) {
        let stripe = self.stripe(subject);
        footprint.push((stripe, self.current(stripe)));
    }

    /// Says that `subject` has changed.
    pub(crate) fn bump(&self, subject: &str) {
        if let Some(stripe) = self.stripes.get(usize::from(self.stripe(&[subject]))) {
            stripe.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Says that everything may have changed.
    pub(crate) fn bump_all(&self) {
        for stripe in &self.stripes {
            stripe.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The same subjects, with the generations of now.
    pub(crate) fn renoted(&self, footprint: &Footprint) -> Footprint {
        let mut now = Footprint::default();
        footprint.iter().for_each(|(stripe, _)| now.push((*stripe, self.current(*stripe))));
        now
    }

    /// Whether nothing in `footprint` has changed since it was noted.
    pub(crate) fn unmoved(&self, footprint: &Footprint) -> bool {
        footprint.iter().all(|(stripe, generation)| self.current(*stripe) == *generation)
    }
}

/// The pieces in `room`, one behind the other; `None`: there is not enough of it.
fn put_together<'a>(pieces: &[&str], room: &'a mut [u8; SHORT]) -> Option<&'a [u8]> {
    let mut filled = 0;
    for piece in pieces {
        let end = filled + piece.len();
        room.get_mut(filled..end)?.copy_from_slice(piece.as_bytes());
        filled = end;
    }
    room.get(..filled)
}

#[cfg(test)]
mod tests;
