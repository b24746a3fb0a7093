//! The members as this node's watch shows them, and those who are gone. What follows from it is in `acks` and `evict`.

use std::collections::{BTreeMap, VecDeque};

use crate::boot::Boot;
use crate::event::{Listed, MemberChange, MemberEvent};
use crate::incarnation::Incarnation;
use crate::members::MemberState;
use crate::record::{Presence, Record};
use crate::revision::Revision;
use crate::timing::Window;

/// The most members that are followed. With more, nobody is taken for absent, and writes wait for the longest time.
const MOST_MEMBERS: usize = 1_024;

/// The most nodes that are remembered after they have gone.
const MOST_GONE: usize = 64;

/// For how long they are, in milliseconds.
const GONE_MS: u64 = 3_600_000;

/// A member's record as it was seen last.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) modified: Revision,
    /// `None` when it cannot be read.
    pub(crate) record: Option<Record>,
    /// When this node saw that revision.
    pub(crate) at: Boot,
    /// Since when it has changed within its window.
    pub(crate) alive_since: Boot,
    /// When its removal was asked for.
    pub(crate) asked: Option<Boot>,
}

/// A node whose record was removed.
#[derive(Clone, Debug)]
pub(crate) struct Gone {
    pub(crate) incarnation: Incarnation,
    pub(crate) record: Record,
    pub(crate) state: MemberState,
    pub(crate) at: Boot,
}

/// Everything that was seen of the members.
#[derive(Debug, Default)]
pub(crate) struct View {
    members: BTreeMap<Incarnation, Seen>,
    gone: VecDeque<Gone>,
    newest: Revision,
    load: Load,
}

/// Whether a record that the view does not have does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Load {
    #[default]
    Nothing,
    /// All records up to this revision were read at once.
    From(Revision),
    /// There were more than are followed.
    Overflown,
}

impl Seen {
    pub(crate) fn window(&self) -> Window {
        self.record.as_ref().map_or(Window::LONGEST, |record| record.window)
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.presence == Presence::Leaving)
    }

    /// When it will be silent, as far as this node's clock can tell.
    pub(crate) fn silent_at(&self) -> Boot {
        self.at.after(self.window().window_ms())
    }
}

impl View {
    pub(crate) fn get(&self, incarnation: &Incarnation) -> Option<&Seen> {
        self.members.get(incarnation)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Incarnation, &Seen)> {
        self.members.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn gone(&self, now: Boot) -> impl Iterator<Item = &Gone> {
        self.gone.iter().filter(move |gone| now.since(gone.at) < GONE_MS)
    }

    /// True if it was loaded.
    pub(crate) fn is_loaded(&self) -> bool {
        self.load != Load::Nothing
    }

    /// True if who is not in it has no record.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.load, Load::From(_))
    }

    /// What was seen says nothing about the log as it is now.
    pub(crate) fn forget(&mut self) {
        self.members.clear();
        self.newest = Revision(0);
        self.load = Load::Nothing;
    }

    pub(crate) fn asked(&mut self, incarnation: &Incarnation, now: Boot) {
        if let Some(seen) = self.members.get_mut(incarnation) {
            seen.asked = Some(now);
        }
    }

    /// All records at revision `at`. Answers those that cannot be read and could before.
    pub(crate) fn replace(
        &mut self,
        all: Vec<Listed>,
        at: Revision,
        now: Boot,
        own: &str,
    ) -> Vec<Incarnation> {
        let before = std::mem::take(&mut self.members);
        self.load = if all.len() > MOST_MEMBERS { Load::Overflown } else { Load::From(at) };
        self.newest = at;
        let mut unreadable = Vec::new();
        for listed in all.into_iter().take(MOST_MEMBERS) {
            let old = before.get(&listed.incarnation);
            let (seen, broken) = Seen::next(old, listed.modified, &listed.record, now);
            unreadable.extend(broken.then(|| listed.incarnation.clone()));
            self.members.insert(listed.incarnation, seen);
        }
        for (incarnation, seen) in before {
            if !self.members.contains_key(&incarnation) {
                self.remember(incarnation, seen, now, own);
            }
        }
        unreadable
    }

    /// Takes in a change, in the order of the log. Answers what became of it.
    pub(crate) fn apply(&mut self, event: &MemberEvent, now: Boot, own: &str) -> Applied {
        let passed = match self.load {
            Load::From(floor) => event.revision <= floor,
            Load::Nothing | Load::Overflown => false,
        };
        if passed || event.revision < self.newest {
            return Applied::Passed;
        }
        self.newest = event.revision;
        let MemberChange::Put(record) = &event.change else {
            if let Some(seen) = self.members.remove(&event.incarnation) {
                self.remember(event.incarnation.clone(), seen, now, own);
            }
            return Applied::Taken;
        };
        let old = self.members.get(&event.incarnation);
        if old.is_some_and(|old| event.revision <= old.modified) {
            return Applied::Passed;
        }
        if old.is_none() && self.members.len() >= MOST_MEMBERS {
            self.load = Load::Overflown;
            return Applied::Taken;
        }
        let (seen, broken) = Seen::next(old, event.revision, record, now);
        self.members.insert(event.incarnation.clone(), seen);
        if broken { Applied::Unreadable } else { Applied::Taken }
    }

    fn remember(&mut self, incarnation: Incarnation, seen: Seen, now: Boot, own: &str) {
        let state = if seen.is_leaving() { MemberState::Left } else { MemberState::Lost };
        let Some(record) = seen.record.filter(|record| record.identity.node_id != own) else { return };
        self.gone.retain(|gone| {
            gone.record.identity.node_id != record.identity.node_id && now.since(gone.at) < GONE_MS
        });
        if self.gone.len() >= MOST_GONE {
            self.gone.pop_front();
        }
        self.gone.push_back(Gone { incarnation, record, state, at: now });
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// The view knew it already.
    Passed,
    /// It is in the view.
    Taken,
    /// It is, and cannot be read, unlike what was there before.
    Unreadable,
}

impl Seen {
    fn next(old: Option<&Self>, modified: Revision, record: &[u8], now: Boot) -> (Self, bool) {
        if let Some(same) = old.filter(|old| old.modified == modified) {
            return (same.clone(), false);
        }
        let record = Record::decode(record).ok();
        let broken = record.is_none() && old.is_none_or(|old| old.record.is_some());
        let alive_since = old.filter(|old| now < old.silent_at()).map_or(now, |old| old.alive_since);
        (Self { modified, record, at: now, alive_since, asked: None }, broken)
    }
}
