//! Whether this node trusts itself, since when, and the story of it. Nothing else writes its trust.

use crate::boot::Boot;
use crate::incarnation::Incarnation;
use crate::lease::Trust;
use crate::story::{Lapse, Story};

/// The only writer of a [`Trust`].
#[derive(Debug, Default)]
pub(crate) struct Standing {
    trust: Trust,
    state: State,
    since: Boot,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Not trusted yet in this life.
    #[default]
    New,
    Trusted,
    Lapsed,
}

impl Standing {
    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    pub(crate) fn is_trusted(&self, now: Boot) -> bool {
        now < self.trust.until()
    }

    /// Since when it is trusted, or is not.
    pub(crate) fn since(&self) -> Boot {
        self.since
    }

    /// When trust will run out, if it has not been noticed yet.
    pub(crate) fn ends_at(&self) -> Option<Boot> {
        (self.state == State::Trusted).then(|| self.trust.until())
    }

    /// A heartbeat that is good until `until` was seen.
    pub(crate) fn extend(&mut self, until: Boot, now: Boot, me: &Incarnation) -> Option<Story> {
        if until <= self.trust.until() {
            return None;
        }
        self.trust.set(until);
        if now >= until || self.state == State::Trusted {
            return None;
        }
        let story = match self.state {
            State::New | State::Trusted => Story::Joined(me.clone()),
            State::Lapsed => Story::Recovered { after_ms: now.since(self.since) },
        };
        self.state = State::Trusted;
        self.since = now;
        Some(story)
    }

    /// Notices that trust has run out. Asked before it is extended, so that a gap is never overlooked.
    pub(crate) fn lapse(&mut self, now: Boot, cause: Lapse) -> Option<Story> {
        if self.state != State::Trusted || self.is_trusted(now) {
            return None;
        }
        self.since = self.trust.until();
        self.state = State::Lapsed;
        Some(Story::Lapsed(cause))
    }

    /// No trust from now on, until a new life earns it.
    pub(crate) fn end(&mut self, now: Boot) {
        self.trust.set(Boot(0));
        if self.state == State::Trusted {
            self.since = now;
        }
        self.state = State::New;
    }
}
