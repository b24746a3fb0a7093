//! What the machine tells of itself and of others. Nothing is decided by it.

use std::collections::BTreeMap;

use crate::boot::Boot;
use crate::incarnation::Incarnation;
use crate::machine::{Life, Machine};
use crate::members::{MemberState, MemberStatus, Phase, Status};
use crate::record::Record;
use crate::revision::Revision;
use crate::session::Session;
use crate::view::Seen;

impl Machine {
    /// This node.
    #[must_use]
    pub fn status(&self, now: Boot) -> Status {
        let until = self.trusted_until();
        let since = match self.standing.ends_at() {
            // It has run out, and nobody has noticed yet.
            Some(end) if end <= now => end,
            Some(_) | None => self.standing.since(),
        };
        Status {
            phase: self.phase(),
            trusted_until: until,
            since,
            applied: self.applied,
            members: self.view.len(),
            counters: self.counters,
        }
    }

    /// How far this node's membership is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match &self.life {
            Life::Outside => Phase::Outside,
            Life::Member(session) => Phase::Member(session.incarnation().clone()),
            Life::Leaving(session) => Phase::Leaving(session.incarnation().clone()),
            Life::Left => Phase::Left,
            Life::Fenced(reason) => Phase::Fenced(*reason),
        }
    }

    /// Every member in this node's view, itself included, and those who left or were lost within the hour and whose node has
    /// not come back. One line for each node, by its newest record; lines whose record cannot be read stand for themselves.
    #[must_use]
    pub fn members(&self, now: Boot) -> Vec<MemberStatus> {
        let mut nodes: BTreeMap<&str, (&Incarnation, &Seen, &Record)> = BTreeMap::new();
        let mut statuses = Vec::new();
        for (incarnation, seen) in self.view.iter() {
            let Some(record) = &seen.record else {
                statuses.push(self.unreadable(incarnation, seen, now));
                continue;
            };
            let line = nodes.entry(&record.identity.node_id).or_insert((incarnation, seen, record));
            if line.1.modified < seen.modified {
                *line = (incarnation, seen, record);
            }
        }
        let gone = self.view.gone(now).filter(|gone| !nodes.contains_key(&*gone.record.identity.node_id));
        statuses.extend(gone.map(|gone| {
            let (state, since) = (gone.state, gone.at);
            line(&gone.incarnation, &gone.record, (state, since), gone.at)
        }));
        statuses.extend(nodes.values().map(|(incarnation, seen, record)| {
            line(incarnation, record, self.state(incarnation, seen, now), seen.at)
        }));
        statuses
    }

    fn state(&self, incarnation: &Incarnation, seen: &Seen, now: Boot) -> (MemberState, Boot) {
        if seen.is_leaving() {
            return (MemberState::Left, seen.at);
        }
        let own = self.life.session().map(Session::incarnation) == Some(incarnation);
        if own {
            let trusted = self.standing.is_trusted(now);
            return (
                if trusted { MemberState::Trusted } else { MemberState::Silent },
                self.status(now).since,
            );
        }
        if now < seen.silent_at() {
            (MemberState::Trusted, seen.alive_since)
        } else {
            (MemberState::Silent, seen.silent_at())
        }
    }

    fn unreadable(&self, incarnation: &Incarnation, seen: &Seen, now: Boot) -> MemberStatus {
        let (state, since) = self.state(incarnation, seen, now);
        let (applied, wall) = (Revision(0), (0, seen.at));
        MemberStatus { incarnation: incarnation.clone(), identity: None, applied, state, since, wall }
    }
}

fn line(
    incarnation: &Incarnation,
    record: &Record,
    (state, since): (MemberState, Boot),
    at: Boot,
) -> MemberStatus {
    MemberStatus {
        incarnation: incarnation.clone(),
        identity: Some(record.identity.clone()),
        applied: record.applied,
        state,
        since,
        wall: (record.wall_ms, at),
    }
}
