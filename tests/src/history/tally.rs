//! What a run exercised: a history that did not come to the hard places proves nothing, so there are floors.

use std::collections::BTreeMap;
use std::fmt;

use super::ledger::{Outcome, Violation};
use super::processes::WINDOW;
use super::scene::Scene;
use super::subject::Kind;

/// What caches did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Answers from a cache.
    pub hits: u64,
    /// Requests that joined another's load.
    pub coalesced: u64,
    /// Values that the fence kept out.
    pub refused_inserts: u64,
}

impl Counts {
    pub(super) fn add(&mut self, hits: u64, coalesced: u64, refused_inserts: u64) {
        self.hits += hits;
        self.coalesced += coalesced;
        self.refused_inserts += refused_inserts;
    }
}

/// What a run exercised and what was wrong.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Answers that cannot have been right.
    pub violations: Vec<Violation>,
    /// How often something was killed and made good.
    pub rounds: usize,
    /// Answers from a cache.
    pub hits: u64,
    /// Requests that joined another's load.
    pub coalesced: u64,
    /// Values that the fence kept out.
    pub refused_inserts: u64,
    /// Changes that were acknowledged while a request stood between the store's answer and its use.
    pub landed_while_held: usize,
    /// Credentials that were refused, and after a change accepted.
    pub made_good: usize,
    /// How often each kind was accepted and refused.
    pub answers: BTreeMap<Kind, (usize, usize)>,
    /// 503 and 429.
    pub undecided: usize,
    /// Those of them that no fault explains.
    pub unexplained: Vec<Violation>,
}

impl Tally {
    /// Counts what happened in a scene.
    pub(super) fn count(&mut self, scene: &Scene, counts: Counts) {
        let Counts { hits, coalesced, refused_inserts } = counts;
        (self.hits, self.coalesced, self.refused_inserts) = (hits, coalesced, refused_inserts);
        for credential in scene.ledger.credentials() {
            let (accepted, refused) = self.answers.entry(credential.kind).or_default();
            *accepted += credential.count(Outcome::Accepted);
            *refused += credential.count(Outcome::Refused);
            self.undecided += credential.count(Outcome::Undecided);
        }
        self.violations = scene.ledger.violations();
        self.unexplained = scene.ledger.unexplained(WINDOW);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in self.violations.iter().chain(&self.unexplained).take(10) {
            writeln!(f, "  {}", violation.told)?;
        }
        let Self { violations, rounds, hits, coalesced, refused_inserts, landed_while_held, .. } = self;
        let Self { made_good, answers, undecided, unexplained, .. } = self;
        write!(
            f,
            "{} violations, {rounds} rounds, {hits} hits, {coalesced} coalesced, {refused_inserts} refused inserts, \
             {landed_while_held} changes landed while held, {made_good} made good, {undecided} undecided, \
             {} of them unexplained; accepted and refused: {answers:?}",
            violations.len(),
            unexplained.len()
        )
    }
}
