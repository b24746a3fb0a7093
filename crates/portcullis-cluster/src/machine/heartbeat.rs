//! The own record: sending it, and what its answers and events mean for this life.

use crate::action::Action;
use crate::boot::Boot;
use crate::machine::{Life, Machine};
use crate::mutant::Mutant;
use crate::record::{Presence, Record};
use crate::revision::Revision;
use crate::session::{Own, Refusal};
use crate::story::Story;

impl Machine {
    /// When the next heartbeat is due. Who leaves says so whether or not it hears anything.
    pub(super) fn beat_due(&self) -> Option<Boot> {
        let (timing, members) = (&self.timing, self.view.len());
        match &self.life {
            Life::Member(session) if self.mutant.is(Mutant::BeatDeaf) => Some(session.due(timing, members)),
            Life::Member(session) => Some(session.due_here(timing, members)),
            Life::Leaving(session) => Some(session.due(timing, members)),
            Life::Outside | Life::Left | Life::Fenced(_) => None,
        }
    }

    /// Sends what is due.
    pub(super) fn beat(&mut self, now: Boot, wall_ms: u64) -> Option<Action> {
        let presence = match &self.life {
            Life::Leaving(_) => Presence::Leaving,
            Life::Member(_) | Life::Outside | Life::Left | Life::Fenced(_) => Presence::Here,
        };
        self.beat_due().filter(|due| now >= *due)?;
        let session = self.life.session_mut()?;
        self.counters.unanswered += u64::from(session.is_unanswered());
        self.counters.heartbeats += 1;
        let repeated = session.last().filter(|_| session.is_uncreated() && self.mutant.is(Mutant::SeqReuse));
        let seq = repeated.map_or(self.seq + 1, |(seq, _)| seq);
        self.seq = seq;
        let record = Record {
            identity: self.identity.clone(),
            window: self.timing.own(),
            seq,
            applied: self.applied,
            wall_ms,
            presence,
            cleared: self.outcomes.tell(now),
        };
        let bytes = record.encode();
        session.sent(seq, now, presence, bytes.clone());
        #[cfg(any(test, feature = "mutants"))]
        session.restamp(seq, now);
        let (incarnation, expected) = (session.incarnation().clone(), session.known());
        Some(Action::Put { incarnation, seq, expected, record: bytes })
    }

    /// True if this life has sent it.
    pub(super) fn is_ours(&self, seq: u64) -> bool {
        self.life.session().is_some_and(|session| session.has_sent(seq))
    }

    pub(super) fn written(&mut self, seq: u64, revision: Revision, now: Boot) -> Vec<Action> {
        if !self.is_ours(seq) {
            return Vec::new();
        }
        let Some(session) = self.life.session_mut() else { return Vec::new() };
        let sent = session.find(seq);
        session.written(seq, revision, now);
        let window = self.timing.own().window_ms();
        let wrongly = if self.mutant.is(Mutant::LeaseFromAnswer) {
            Some(now)
        } else if self.mutant.is(Mutant::ExtendOnAnswer) {
            sent.map(|(at, _)| at)
        } else {
            None
        };
        if let (Some(from), Life::Member(session)) = (wrongly, &self.life) {
            self.standing.extend(from.after(window), now, session.incarnation());
        }
        match sent {
            Some((_, Presence::Leaving)) => self.farewell(revision),
            Some((_, Presence::Here)) | None => Vec::new(),
        }
    }

    pub(super) fn refused(
        &mut self,
        seq: u64,
        current: Option<(Revision, Vec<u8>)>,
        now: Boot,
    ) -> Vec<Action> {
        let Some(session) = self.life.session_mut() else { return Vec::new() };
        let current = current.as_ref().map(|(revision, bytes)| {
            (*revision, Record::decode(bytes).ok().map(|record| record.seq), bytes.as_slice())
        });
        let refusal = session.refused(seq, current, now);
        match refusal {
            Refusal::Adopted | Refusal::Stale if self.mutant.is(Mutant::RefusedIsEvicted) => {
                self.removed(now)
            }
            Refusal::Adopted => {
                self.counters.adopted += 1;
                Vec::new()
            }
            Refusal::Stale => Vec::new(),
            Refusal::Removed => self.removed(now),
            Refusal::Foreign => self.cloned(now),
        }
    }

    /// The own record's event in the watch. Here, and only here, trust is extended: everything before it is applied.
    pub(super) fn own_event(&mut self, revision: Revision, bytes: &[u8], now: Boot) -> Vec<Action> {
        let seq = Record::decode(bytes).ok().map(|record| record.seq);
        let Some(session) = self.life.session_mut() else { return Vec::new() };
        let newest = session.last();
        match session.seen(revision, seq, bytes, now) {
            Own::Foreign => self.cloned(now),
            Own::Old => Vec::new(),
            Own::Heartbeat { sent, presence } => {
                self.counters.seen += 1;
                let sent = if self.mutant.is(Mutant::MatchLatest) {
                    newest.map_or(sent, |(_, at)| at)
                } else {
                    sent
                };
                match presence {
                    Presence::Here => self.trust_from(sent, now),
                    Presence::Leaving => self.farewell(revision),
                }
            }
        }
    }

    /// The own record as it was read with all others. It extends nothing: the next event does.
    pub(super) fn listed(&mut self, revision: Revision, bytes: &[u8], now: Boot) -> Vec<Action> {
        let seq = Record::decode(bytes).ok().map(|record| record.seq);
        let Some(session) = self.life.session_mut() else { return Vec::new() };
        match session.seen(revision, seq, bytes, now) {
            Own::Foreign => self.cloned(now),
            Own::Heartbeat { presence: Presence::Leaving, .. } => self.farewell(revision),
            Own::Old | Own::Heartbeat { presence: Presence::Here, .. } => Vec::new(),
        }
    }

    fn trust_from(&mut self, sent: Boot, now: Boot) -> Vec<Action> {
        // A gap in the trust is noticed before it is closed.
        let lapsed = self.check_trust(now);
        let until = sent.after(self.timing.own().window_ms());
        let Life::Member(session) = &self.life else { return lapsed.into_iter().collect() };
        let story = self.standing.extend(until, now, session.incarnation()).map(Action::Tell);
        lapsed.into_iter().chain(story).collect()
    }

    /// The last record is written: whoever reads it need not wait for this node, and it may go.
    fn farewell(&mut self, revision: Revision) -> Vec<Action> {
        let Life::Leaving(session) = std::mem::replace(&mut self.life, Life::Left) else { return Vec::new() };
        vec![Action::Remove { incarnation: session.incarnation().clone(), at: revision }]
    }

    /// Somebody has removed the record: this life is over, and replica and caches are as good as before.
    pub(super) fn removed(&mut self, now: Boot) -> Vec<Action> {
        self.lose(now, Story::Evicted)
    }

    fn cloned(&mut self, now: Boot) -> Vec<Action> {
        self.lose(now, Story::Cloned)
    }

    fn lose(&mut self, now: Boot, story: fn(crate::Incarnation) -> Story) -> Vec<Action> {
        self.standing.end(now);
        match std::mem::replace(&mut self.life, Life::Outside) {
            Life::Member(session) => {
                self.counters.evicted += 1;
                let story = story(session.incarnation().clone());
                vec![Action::Distrust, Action::Tell(story), Action::Rejoin]
            }
            Life::Leaving(_) | Life::Left => {
                self.life = Life::Left;
                vec![Action::Distrust]
            }
            Life::Fenced(reason) => {
                self.life = Life::Fenced(reason);
                vec![Action::Distrust]
            }
            Life::Outside => vec![Action::Distrust],
        }
    }
}
