//! A write on a node or by a command: its transaction, its retries, who has to confirm it, and its answer.

use portcullis_cluster::{Boot, Confirmation, Listed, Reply, Revision, Verdict, Waiting};

use super::branch::Branch;
use super::log::{CREDENTIALS, Change};
use super::node::{Node, Role, number};
use super::oracle::Kind;
use super::plan::{Broken, SECOND, Weather};
use super::world::{Event, Sender, World};

/// After this long a transaction is sent again.
const RETRY: u64 = SECOND;

/// An undisturbed write is answered within this time of true time.
const PROMPT: u64 = 2 * SECOND;

/// How much later than the machine asks a write may be answered: a paused process apart, only late timers.
const SLACK_MS: u64 = 100;

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Revoke,
    /// What is revoked already, or is being revoked.
    RevokeAgain(usize),
    Clear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinds {
    Revocation(usize),
    Clear { timeout_ms: u64, outside: u64 },
}

/// What a transaction answers.
pub(crate) struct Found {
    revision: Revision,
    members: Vec<Listed>,
    nothing: bool,
}

pub(crate) struct Write {
    what: Kinds,
    began: u64,
    sent: Boot,
    members_before: Vec<Listed>,
    committed: Option<Revision>,
    waiting: Option<Waiting>,
    since: (u64, Boot),
    longest_ms: u64,
    answered: Option<u64>,
}

impl World {
    pub(crate) fn wish(&mut self, node: Option<usize>, wish: Wish) {
        let number = self.random.between(0, self.members() as u64 - 1);
        let node = node.unwrap_or(usize::try_from(number).expect("small"));
        if !self.nodes[node].up || !self.nodes[node].watch.open || self.nodes[node].paused_until > self.now {
            return;
        }
        let what = match wish {
            Wish::Revoke => {
                let Some(credential) = self.next_credential() else { return };
                Kinds::Revocation(credential)
            }
            Wish::RevokeAgain(credential) => Kinds::Revocation(credential),
            Wish::Clear => {
                self.outside += 1;
                Kinds::Clear { timeout_ms: self.random.pick(&[1, 500, 1_000, 8_000]), outside: self.outside }
            }
        };
        let sent = self.nodes[node].boot(self.now);
        let members_before = self.log.list();
        let (committed, waiting, answered, longest_ms) = (None, None, None, 0);
        let (began, since) = (self.now, (0, sent));
        self.writes.push(Write {
            what,
            began,
            sent,
            members_before,
            committed,
            waiting,
            since,
            longest_ms,
            answered,
        });
        let number = self.writes.len() - 1;
        self.send(node, number);
        if let Kinds::Revocation(credential) = what {
            self.surround(node, credential, wish);
        }
    }

    /// The first that nobody has asked to revoke.
    pub(crate) fn next_credential(&self) -> Option<usize> {
        let taken =
            |credential: usize| self.writes.iter().any(|write| write.what == Kinds::Revocation(credential));
        (0..CREDENTIALS).find(|credential| !taken(*credential))
    }

    /// What makes a revocation hard: requests all around it, somebody else who revokes the same, somebody who is cut off.
    fn surround(&mut self, node: usize, credential: usize, wish: Wish) {
        for other in 0..self.members() {
            let me = self.me(other);
            for _ in 0..4 {
                let at = self.now + self.random.between(0, 6 * SECOND);
                self.to(me, at, Event::Ask(credential));
            }
        }
        if wish == Wish::Revoke && self.random.chance(400) {
            let at = self.now + self.random.between(10_000, SECOND);
            self.at(at, Event::Wish(None, Wish::RevokeAgain(credential)));
        }
        if self.is_storm() && self.random.chance(600) {
            self.aim(node);
        }
    }

    fn send(&mut self, node: usize, write: usize) {
        let me = self.me(node);
        let (arrives, again) = (self.now + self.delay(node), self.now + RETRY);
        self.to(me, again, Event::Unanswered(write));
        if !self.loses_request(node) {
            self.at(arrives, Event::Commit(me, write));
        }
    }

    pub(crate) fn unanswered(&mut self, node: usize, write: usize) {
        if self.writes[write].waiting.is_none() && self.writes[write].answered.is_none() {
            self.pass(Branch::WriteRetried);
            self.send(node, write);
        }
    }

    pub(crate) fn commit_arrives(&mut self, sender: Sender, number: usize) {
        if self.postponed() {
            let at = self.outage_until + self.random.between(0, 20_000);
            return self.at(at, Event::Commit(sender, number));
        }
        let (node, life) = sender;
        if self.nodes[node].epoch != self.log.epoch {
            // A member hears of it by its heartbeat and goes on with the write; a command gives up.
            self.pass(Branch::WriteElsewhere);
            if self.nodes[node].role == Role::Command {
                self.exit(node, life);
            }
            return;
        }
        let write = &self.writes[number];
        let (revision, nothing) = match (write.committed, write.what) {
            (Some(revision), _) => {
                self.pass(Branch::WriteFoundOwn);
                (revision, false)
            }
            (None, Kinds::Revocation(credential)) if self.log.revoked[credential] => {
                if self.random.chance(500) {
                    self.pass(Branch::NothingToDoByRead);
                    (self.log.head(), true)
                } else {
                    self.pass(Branch::NothingToDoByOrder);
                    (self.log.append(Change::Order), true)
                }
            }
            (None, Kinds::Revocation(credential)) => (self.log.append(Change::Revoked(credential)), false),
            (None, Kinds::Clear { .. }) => (self.log.append(Change::Order), false),
        };
        if !nothing {
            self.writes[number].committed = Some(revision);
        }
        self.appended();
        let before = self.plan.broken == Broken::MembersBefore;
        let members = if before { self.writes[number].members_before.clone() } else { self.log.list() };
        if !self.loses_answer(sender.0) {
            let at = self.now + self.delay(sender.0);
            self.to(sender, at, Event::Written(number, Found { revision, members, nothing }));
        }
    }

    pub(crate) fn written(&mut self, node: usize, number: usize, found: Found) {
        if self.writes[number].waiting.is_some() || self.writes[number].answered.is_some() {
            return;
        }
        let (now, timing) = (self.nodes[node].boot(self.now), *self.nodes[node].machine.timing());
        if found.nothing && self.plan.broken == Broken::NothingToDoAnswers {
            return self.acknowledge(number, found.revision, &[]);
        }
        let write = &mut self.writes[number];
        let since = if self.plan.broken == Broken::WaitFromSend { write.sent } else { now };
        write.since = (self.now, now);
        let waiting = Waiting::new(found.revision, found.members, since, &timing);
        let longest = |node: &Node| timing.wait_for_ms(node.machine.timing().own());
        write.longest_ms = self.nodes.iter().map(longest).max().unwrap_or_default();
        write.waiting = Some(waiting);
        self.nodes[node].waiting.push(number);
        self.check(node, number);
    }

    pub(crate) fn check(&mut self, node: usize, number: usize) {
        let now = self.nodes[node].boot(self.now);
        let Some(waiting) = &self.writes[number].waiting else { return };
        let revision = waiting.revision();
        let confirmation = self.nodes[node].machine.confirm(waiting, now);
        let since = self.writes[number].since.1;
        let timeout = match self.writes[number].what {
            Kinds::Clear { timeout_ms, .. } => Some(since.after(timeout_ms)),
            Kinds::Revocation(_) => None,
        };
        let hasty =
            self.plan.broken == Broken::TimeoutAnswers && timeout.is_some_and(|timeout| now >= timeout);
        let later = match confirmation {
            Confirmation::Done(replies) => return self.done(node, number, revision, &replies),
            Confirmation::Pending { .. } if hasty => return self.done(node, number, revision, &[]),
            Confirmation::Pending { until } => until,
            Confirmation::Expired(replies) => match timeout.filter(|timeout| now < *timeout) {
                Some(timeout) => {
                    self.pass(Branch::ClearWaitedForItsTimeout);
                    timeout
                }
                None => return self.expired(node, number, revision, &replies),
            },
        };
        let (me, at) = (self.me(node), self.nodes[node].when(later));
        self.to(me, at, Event::Check(number));
    }

    fn expired(&mut self, node: usize, number: usize, revision: Revision, replies: &[Reply]) {
        self.pass(Branch::WriteExpired);
        let now = self.nodes[node].boot(self.now);
        let waiting = self.writes[number].waiting.as_ref();
        let may = waiting.is_some_and(|waiting| self.nodes[node].machine.may_remove(waiting, now))
            || self.plan.broken == Broken::RemoveFenced;
        for reply in replies.iter().filter(|reply| may && reply.verdict == Verdict::Silent) {
            self.pass(Branch::RemovedByWriter);
            self.send_remove(node, reply.incarnation.clone(), reply.modified);
        }
        if matches!(self.writes[number].what, Kinds::Clear { .. }) {
            self.pass(Branch::ClearFailed);
        }
        self.finish(node, number, revision, replies);
    }

    fn done(&mut self, node: usize, number: usize, revision: Revision, replies: &[Reply]) {
        self.pass(match self.writes[number].what {
            Kinds::Clear { .. } => Branch::ClearDone,
            Kinds::Revocation(_) => Branch::WriteDone,
        });
        self.finish(node, number, revision, replies);
    }

    fn finish(&mut self, node: usize, number: usize, revision: Revision, replies: &[Reply]) {
        self.nodes[node].waiting.retain(|waiting| *waiting != number);
        self.writes[number].waiting = None;
        if self.nodes[node].role == Role::Command {
            self.pass(Branch::WriteByCommand);
        } else if !self.nodes[node].trusts(self.now) {
            self.pass(Branch::WriteByEvicted);
        }
        self.judge_time(node, number, replies);
        self.acknowledge(number, revision, replies);
    }

    fn acknowledge(&mut self, write: usize, revision: Revision, replies: &[Reply]) {
        self.writes[write].answered = Some(self.now);
        self.judge_replies(revision, replies);
        for node in 0..self.members() {
            if self.nodes[node].trusts(self.now) && self.nodes[node].published < revision {
                let published = self.nodes[node].published;
                self.oracle.violated(Kind::Trusting, self.now, || {
                    format!("node {node} has applied {published} when {revision} is answered")
                });
            }
        }
        match self.writes[write].what {
            Kinds::Revocation(credential) => {
                self.oracle.acknowledged[credential] = true;
                self.probe(credential);
            }
            Kinds::Clear { outside, .. } => {
                self.oracle.cleared = self.oracle.cleared.max(outside);
                for credential in 0..3 {
                    self.probe(credential);
                }
            }
        }
    }

    /// Requests that begin after the answer.
    fn probe(&mut self, credential: usize) {
        for node in 0..self.members() {
            let me = self.me(node);
            self.to(me, self.now + 1, Event::Ask(credential));
            for _ in 0..4 {
                let at = self.now + self.random.between(1, SECOND);
                self.to(me, at, Event::Ask(credential));
            }
        }
    }

    fn judge_replies(&mut self, revision: Revision, replies: &[Reply]) {
        for reply in replies {
            let Some(identity) = &reply.identity else { continue };
            let node = number(&identity.name);
            match &reply.verdict {
                Verdict::Confirmed(outcome) => {
                    self.pass(if outcome.is_some() {
                        Branch::SaidWhatCameOfIt
                    } else {
                        Branch::SaidConfirmed
                    });
                    let applied = self.nodes[node].published.max(self.nodes[node].stored);
                    self.oracle.confirmed(self.now, node, applied, revision);
                }
                Verdict::Left => {
                    self.pass(Branch::SaidLeft);
                    let left = self.log.gone.contains(&reply.incarnation);
                    if !left {
                        let incarnation = &reply.incarnation;
                        self.oracle.violated(Kind::Said, self.now, || format!("{incarnation} has not left"));
                    }
                }
                Verdict::Silent => self.pass(Branch::SaidSilent),
            }
        }
    }

    /// A write is answered when the machine said, and at once where nothing was disturbed.
    fn judge_time(&mut self, node: usize, number: usize, replies: &[Reply]) {
        let (since_true, since) = self.writes[number].since;
        let timeout_ms = match self.writes[number].what {
            Kinds::Clear { timeout_ms, .. } => timeout_ms,
            Kinds::Revocation(_) => 0,
        };
        let took = self.nodes[node].boot(self.now).since(since);
        let most = self.writes[number].longest_ms.max(timeout_ms) + SLACK_MS;
        if took > most && self.nodes[node].paused_until < since_true {
            self.oracle
                .violated(Kind::Late, self.now, || format!("write {number} took {took} ms, not {most}"));
        }
        let calm = self.plan.weather == Weather::Calm || self.writes[number].began >= self.calm_from();
        let silent = replies.iter().any(|reply| reply.verdict == Verdict::Silent);
        if calm && (silent || self.now > self.writes[number].began + PROMPT) {
            self.oracle.violated(Kind::Late, self.now, || format!("calm write {number}: {replies:?}"));
        }
    }

    /// Writes of the calm end that were not answered at all.
    pub(crate) fn judge_writes(&mut self) {
        let calm = |write: &Write| {
            let begun = write.began >= self.calm_from() || self.plan.weather == Weather::Calm;
            begun && write.began + PROMPT < self.now && write.answered.is_none()
        };
        if let Some(late) = self.writes.iter().position(calm) {
            self.oracle.violated(Kind::Late, self.now, || format!("write {late} was never answered"));
        }
    }
}
