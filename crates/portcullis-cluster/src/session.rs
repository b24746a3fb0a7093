//! One life's own record: what was sent and not seen yet, when the next heartbeat is due, whether the watch shows what the
//! log has. Whether a heartbeat extends trust is told here and decided in `machine`.

use std::collections::VecDeque;

use crate::boot::Boot;
use crate::incarnation::Incarnation;
use crate::record::Presence;
use crate::revision::Revision;
use crate::timing::Timing;

/// The shortest time between two heartbeats of a node, in milliseconds; where there are more members, as many as they are: all
/// of them together write a thousand a second at most. Whoever revokes waits for one of each node, so a longer time is how
/// long revocations of one client take. As only one is under way at a time, a log that is slow is asked no more often than it
/// answers.
const LEAST_GAP_MS: u64 = 2;

/// How soon another endpoint is tried after one that failed at once, in milliseconds.
const RETRY_MS: u64 = 100;

/// How long the watch may take to show a heartbeat that was answered, or anything before it, in milliseconds.
const WATCHDOG_MS: u64 = 300;

/// How long a watch that was opened again has for it, in milliseconds.
const REOPENED_MS: u64 = 1_000;

/// The most heartbeats that are remembered until they are seen. More come only if the log answers for a long time what the
/// watch does not show; the oldest are too old to extend trust by then.
const MOST_SENDS: usize = 512;

/// When so many are not seen yet, the next ones come in steps of a window's [`STEPS`]th: what is forgotten is then older than a
/// window, whatever hurry others are in.
const PROMPT_SENDS: usize = 128;
const STEPS: u64 = 256;
const _: () = assert!((MOST_SENDS - PROMPT_SENDS) as u64 > STEPS);

/// A heartbeat that was sent and not seen yet.
#[derive(Debug)]
struct Sent {
    seq: u64,
    at: Boot,
    presence: Presence,
    record: Vec<u8>,
    /// Whether the log is known to have it.
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Unknown,
    Written,
}

/// An own event, by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// The heartbeat that was sent then.
    Heartbeat { sent: Boot, presence: Presence },
    /// One of ours that is too old to tell when it was sent.
    Old,
    /// Nobody here has sent it.
    Foreign,
}

/// What a refused heartbeat means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An earlier one of ours was written: the next goes on from it.
    Adopted,
    /// The answer is older than what is known.
    Stale,
    /// Somebody has removed the record.
    Removed,
    /// Somebody else writes the record.
    Foreign,
}

/// One life.
#[derive(Debug)]
pub(crate) struct Session {
    incarnation: Incarnation,
    /// The last revision of the record, as far as it is known.
    known: Option<Revision>,
    /// The newest own event that was seen.
    seen: Revision,
    sends: VecDeque<Sent>,
    /// The newest heartbeat that was sent, seen, or forgotten.
    last: Option<(u64, Boot)>,
    forgotten: u64,
    /// The newest number of the lives before.
    after: u64,
    in_flight: Option<u64>,
    failed: Option<Boot>,
    urgent: Option<Boot>,
    behind: Option<Behind>,
}

#[derive(Clone, Copy, Debug)]
struct Behind {
    revision: Revision,
    since: Boot,
    check: Boot,
    told: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    NotYet,
    Already,
}

impl Session {
    /// A life whose record does not exist. `after` is the newest number that an earlier life has used.
    pub(crate) fn new(incarnation: Incarnation, after: u64, now: Boot) -> Self {
        Self {
            incarnation,
            known: None,
            seen: Revision(0),
            sends: VecDeque::new(),
            last: None,
            forgotten: after,
            after,
            in_flight: None,
            failed: None,
            urgent: Some(now),
            behind: None,
        }
    }

    pub(crate) fn incarnation(&self) -> &Incarnation {
        &self.incarnation
    }

    pub(crate) fn known(&self) -> Option<Revision> {
        self.known
    }

    pub(crate) fn nudge(&mut self) {
        self.urgent = Some(Boot(0));
    }

    /// The next one says that it leaves, and does not wait for the answer of the last.
    pub(crate) fn leave(&mut self) {
        self.in_flight = None;
        self.failed = None;
        self.urgent = Some(Boot(0));
    }

    /// True if a heartbeat of this life has this number.
    pub(crate) fn has_sent(&self, seq: u64) -> bool {
        seq > self.after && self.last.is_some_and(|(last, _)| seq <= last)
    }

    /// When the next regular heartbeat is due: not at all while the watch owes one for so long that it cannot extend trust
    /// any more. A node that hears nothing can confirm nothing. Its record would stay young all the same, and whoever writes
    /// would wait for it each time. The watch is opened again and again, and its first event ends this.
    pub(crate) fn due_here(&self, timing: &Timing, members: usize) -> Boot {
        let due = self.due(timing, members);
        let owed = self.sends.iter().find(|sent| sent.fate == Fate::Written);
        match owed {
            Some(owed) if owed.at.after(timing.own().window_ms()) <= due => Boot::NEVER,
            Some(_) | None => due,
        }
    }

    /// When the next heartbeat is due, if the watch is no matter.
    pub(crate) fn due(&self, timing: &Timing, members: usize) -> Boot {
        let Some((_, last)) = self.last else { return self.urgent.unwrap_or_default() };
        if self.in_flight.is_some() {
            return last.after(timing.answer_ms());
        }
        if self.failed.is_some() {
            return last.after(RETRY_MS);
        }
        last.after(if self.urgent.is_some() { self.gap(timing, members) } else { timing.heartbeat_ms() })
    }

    fn gap(&self, timing: &Timing, members: usize) -> u64 {
        let least = LEAST_GAP_MS.max(members as u64);
        if self.sends.len() < PROMPT_SENDS { least } else { least.max(timing.own().window_ms() / STEPS) }
    }

    /// True if a heartbeat still waits for its answer.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.in_flight.is_some()
    }

    /// True if the record's creation was never answered nor seen.
    pub(crate) fn is_uncreated(&self) -> bool {
        self.known.is_none() && self.last.is_some()
    }

    pub(crate) fn sent(&mut self, seq: u64, at: Boot, presence: Presence, record: Vec<u8>) {
        self.sends.push_back(Sent { seq, at, presence, record, fate: Fate::Unknown });
        if self.sends.len() > MOST_SENDS
            && let Some(oldest) = self.sends.pop_front()
        {
            self.forgotten = oldest.seq;
        }
        self.last = Some((seq, at));
        self.in_flight = Some(seq);
        self.failed = None;
        self.urgent = None;
    }

    /// A number is used again, and its time with it.
    #[cfg(any(test, feature = "mutants"))]
    pub(crate) fn restamp(&mut self, seq: u64, at: Boot) {
        for sent in self.sends.iter_mut().filter(|sent| sent.seq == seq) {
            sent.at = at;
        }
    }

    /// The newest heartbeat's number and time.
    pub(crate) fn last(&self) -> Option<(u64, Boot)> {
        self.last
    }

    /// When a heartbeat that was not seen yet was sent, and what it said.
    pub(crate) fn find(&self, seq: u64) -> Option<(Boot, Presence)> {
        self.sends.iter().find(|sent| sent.seq == seq).map(|sent| (sent.at, sent.presence))
    }

    /// The own record's event. All sends up to it can no longer be written: the record has moved on.
    pub(crate) fn seen(&mut self, revision: Revision, seq: Option<u64>, record: &[u8], now: Boot) -> Own {
        if revision <= self.seen {
            return Own::Old;
        }
        let own = match self.judge(seq, record) {
            Some(sent) => Own::Heartbeat { sent: sent.at, presence: sent.presence },
            None if seq.is_some_and(|seq| seq <= self.forgotten) && self.known.is_some() => Own::Old,
            None => return Own::Foreign,
        };
        self.seen = revision;
        self.learn(revision);
        let seq = seq.unwrap_or_default();
        self.sends.retain(|sent| sent.seq > seq);
        self.forgotten = self.forgotten.max(seq);
        if self.in_flight.is_some_and(|waiting| waiting <= seq) {
            self.in_flight = None;
        }
        if self.behind.is_some_and(|behind| behind.revision <= revision) {
            self.behind = None;
        }
        // What was written since is owed as well.
        if let Some(known) = self.known {
            self.expect(known, now);
        }
        own
    }

    fn judge(&self, seq: Option<u64>, record: &[u8]) -> Option<&Sent> {
        // The whole record is compared: a clone of this process uses the same numbers.
        self.sends.iter().find(|sent| Some(sent.seq) == seq && sent.record == record)
    }

    /// The log has the record at this revision.
    pub(crate) fn written(&mut self, seq: u64, revision: Revision, now: Boot) {
        self.answered(seq);
        self.is_written(seq);
        self.learn(revision);
        self.expect(revision, now);
    }

    fn is_written(&mut self, seq: u64) {
        for sent in self.sends.iter_mut().filter(|sent| sent.seq == seq) {
            sent.fate = Fate::Written;
        }
    }

    /// Nobody answered, or nobody could be asked.
    pub(crate) fn unanswered(&mut self, seq: u64, now: Boot) {
        if self.in_flight == Some(seq) {
            self.in_flight = None;
            self.failed = Some(now);
        }
    }

    pub(crate) fn refused(
        &mut self,
        seq: u64,
        current: Option<(Revision, Option<u64>, &[u8])>,
        now: Boot,
    ) -> Refusal {
        let awaited = self.in_flight == Some(seq);
        self.answered(seq);
        let Some((revision, stored, record)) = current else {
            // A creation is refused because a record is there. That it has gone since, the watch will show.
            return if self.known.is_some() { Refusal::Removed } else { Refusal::Stale };
        };
        if awaited {
            self.urgent = Some(now);
        }
        if self.known.is_some_and(|known| revision <= known) {
            return Refusal::Stale;
        }
        let forgotten = stored.is_some_and(|stored| stored <= self.forgotten) && self.known.is_some();
        if self.judge(stored, record).is_none() && !forgotten {
            return Refusal::Foreign;
        }
        self.is_written(stored.unwrap_or_default());
        self.learn(revision);
        self.expect(revision, now);
        Refusal::Adopted
    }

    fn answered(&mut self, seq: u64) {
        if self.in_flight == Some(seq) {
            self.in_flight = None;
        }
    }

    fn learn(&mut self, revision: Revision) {
        self.known = self.known.max(Some(revision));
    }

    /// The watch has to show this revision soon.
    fn expect(&mut self, revision: Revision, now: Boot) {
        if revision > self.seen && self.behind.is_none() {
            let check = now.after(WATCHDOG_MS);
            self.behind = Some(Behind { revision, since: now, check, told: Told::NotYet });
        }
    }

    /// When the watch will have been silent for too long.
    pub(crate) fn watch_check(&self) -> Option<Boot> {
        self.behind.map(|behind| behind.check)
    }

    /// True if the watch owes an event.
    pub(crate) fn is_behind(&self) -> bool {
        self.behind.is_some()
    }

    /// The watch has shown something: it is late, and not silent. Opened again it would only be later.
    pub(crate) fn watch_shows(&mut self, now: Boot) {
        if let Some(behind) = &mut self.behind {
            behind.check = behind.check.max(now.after(WATCHDOG_MS));
        }
    }

    /// Says that the watch is to be opened again, for how long it has been behind, and whether that was told already.
    pub(crate) fn check_watch(&mut self, now: Boot) -> Option<(u64, Told)> {
        let behind = self.behind.as_mut().filter(|behind| now >= behind.check)?;
        behind.check = now.after(REOPENED_MS);
        let told = std::mem::replace(&mut behind.told, Told::Already);
        Some((now.since(behind.since), told))
    }
}
