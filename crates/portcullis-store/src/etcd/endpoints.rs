//! The members, and which of them is asked next: the one that answered last, until it does not.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::endpoint::Endpoint;
use super::settings::{EtcdSettings, SettingsError};

/// At least one endpoint.
pub(super) struct Endpoints {
    first: Endpoint,
    others: Vec<Endpoint>,
    /// Counts failures; the endpoint is what is left of it, modulo their number.
    turn: AtomicUsize,
}

/// Whose turn it was when it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(usize);

impl Endpoints {
    /// Checks the settings and connects nothing.
    pub(super) fn new(settings: &EtcdSettings) -> Result<Self, SettingsError> {
        settings.check()?;
        let mut all = Vec::with_capacity(settings.endpoints.len());
        for url in &settings.endpoints {
            all.push(Endpoint::new(url, settings)?);
        }
        let mut all = all.into_iter();
        let first = all.next().ok_or_else(|| SettingsError::new("endpoints", "there is none"))?;
        Ok(Self { first, others: all.collect(), turn: AtomicUsize::new(0) })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Who is to be asked now.
    pub(super) fn current(&self) -> (Turn, &Endpoint) {
        let turn = self.turn.load(Ordering::Relaxed);
        (Turn(turn), self.at(turn))
    }

    /// This one did not answer: the next call asks the next one. Many calls that fail together move on once.
    pub(super) fn pass(&self, turn: Turn) {
        let next = turn.0.wrapping_add(1);
        let _ = self.turn.compare_exchange(turn.0, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The member, by its place in the settings.
    pub(super) fn at(&self, turn: usize) -> &Endpoint {
        let place = turn.checked_rem(self.count()).unwrap_or_default();
        place.checked_sub(1).and_then(|place| self.others.get(place)).unwrap_or(&self.first)
    }
}

#[cfg(test)]
mod tests;
