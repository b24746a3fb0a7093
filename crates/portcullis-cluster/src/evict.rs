//! Who has been silent for so long that its trust has surely ended. The removal names the revision that was seen, so it
//! cannot hit a record that has changed meanwhile.

use crate::boot::Boot;
use crate::incarnation::Incarnation;
use crate::mutant::{Mutant, Switch};
use crate::timing::Timing;
use crate::view::{Seen, View};

/// What decides when somebody may be removed.
#[derive(Clone, Copy)]
pub(crate) struct Reaper<'a> {
    pub(crate) timing: &'a Timing,
    pub(crate) own: &'a Incarnation,
    /// Since when this node is trusted: the time counts **only while it is**. After an outage of the log everybody looks
    /// silent, and is not.
    pub(crate) trusted_since: Boot,
    pub(crate) mutant: Switch,
}

impl Reaper<'_> {
    /// From when on a member may be removed: when its record was seen unchanged for as long as its trust can last.
    fn due_at(&self, seen: &Seen) -> Boot {
        // After a removal that did not come about, another whole wait.
        let from = seen.asked.unwrap_or(seen.at).max(seen.at).max(self.trusted_since);
        let wait = if self.mutant.is(Mutant::ReapHalf) {
            seen.window().window_ms() / 2
        } else if self.mutant.is(Mutant::OwnWait) {
            self.timing.wait_ms()
        } else {
            self.timing.wait_for_ms(seen.window())
        };
        from.after(wait)
    }

    /// Everybody else, the soonest.
    pub(crate) fn next(&self, view: &View) -> Option<(Boot, Incarnation)> {
        view.iter()
            .filter(|(incarnation, _)| *incarnation != self.own)
            .map(|(incarnation, seen)| (self.due_at(seen), incarnation.clone()))
            .min()
    }
}
