//! Running a history: each subject's owner changes it round by round, while others try every credential there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tokio::runtime::Handle;

use super::dice::Dice;
use super::ledger::{Credential, Outcome};
use super::scene::Scene;
use super::stop::{self, Held, Step, poll_once};
use super::subject::{Kind, Subject};
use super::tally::Tally;

/// What to run. Everything is bounded by counts.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Of all choices.
    pub seed: u64,
    /// Subjects whose requests are stopped at every step, one after the other, and whom nobody else tries.
    pub held: Vec<(Kind, String)>,
    /// Subjects that everybody tries while they change.
    pub busy: Vec<(Kind, String)>,
    /// How often each of those is killed and made good.
    pub busy_rounds: usize,
    /// How many threads try them.
    pub watchers: usize,
    /// How often each of those tries at most.
    pub attempts: usize,
}

/// Runs a history in a scene. `begin` is called when all subjects are made.
///
/// # Panics
/// If a change is not answered as it should be.
pub fn run(scene: &Arc<Scene>, plan: &Plan, begin: impl FnOnce()) -> Tally {
    run_through(scene, plan, || {
        begin();
        std::thread::spawn(|| ())
    })
}

/// As [`run`]. What `begin` begins is lived through to its end: busy subjects go on for as long.
///
/// # Panics
/// As [`run`], and with that.
pub fn run_through(scene: &Arc<Scene>, plan: &Plan, begin: impl FnOnce() -> JoinHandle<()>) -> Tally {
    let runtime = Handle::current();
    let make = |(kind, name): &(Kind, String)| runtime.block_on(Subject::new(scene, *kind, name));
    let busy: Vec<Subject> = plan.busy.iter().map(make).collect();
    let held: Vec<Subject> = plan.held.iter().map(make).collect();
    let disturbed = begin();
    let over = AtomicBool::new(false);
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let (runtime, over, disturbed) = (&runtime, &over, &disturbed);
        for number in 0..plan.watchers {
            let dice = Dice::new(plan.seed, number as u64);
            scope.spawn(move || runtime.block_on(watch(scene, plan, dice, over)));
        }
        let subjects = held.into_iter().map(|it| (it, true)).chain(busy.into_iter().map(|it| (it, false)));
        let owners: Vec<_> = subjects
            .zip(1000..)
            .map(|((subject, holds), number)| {
                let dice = Dice::new(plan.seed, number);
                let mut owner = Owner { runtime, subject, dice, rounds: 0, landed: 0, made_good: 0 };
                scope.spawn(move || {
                    match holds {
                        true => runtime.block_on(owner.hold()),
                        false => runtime.block_on(owner.keep_busy(plan.busy_rounds, disturbed)),
                    }
                    owner
                })
            })
            .collect();
        // All of them, before a panic of one goes on: the watchers watch until everything is over.
        let ends: Vec<_> = owners.into_iter().map(|owner| owner.join()).collect();
        over.store(true, Ordering::SeqCst);
        for end in ends {
            let owner = end.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            tally.rounds += owner.rounds;
            tally.landed_while_held += owner.landed;
            tally.made_good += owner.made_good;
        }
    });
    disturbed.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    tally.count(scene, runtime.block_on(scene.door.counts()));
    tally
}

/// No subject is killed more often.
const MOST_ROUNDS: usize = 10_000;

/// After so many attempts a watcher looks which credentials there are by now.
const LOOK: usize = 20;

/// Tries the credentials of busy subjects, dead ones too, until everything is over.
async fn watch(scene: &Scene, plan: &Plan, mut dice: Dice, over: &AtomicBool) {
    let is_held = |it: &Arc<Credential>| plan.held.iter().any(|(_, name)| *name == it.owner);
    let mut watched = Vec::new();
    for attempt in 0..plan.attempts {
        if over.load(Ordering::SeqCst) {
            return;
        }
        if attempt % LOOK == 0 {
            watched = scene.ledger.credentials();
            watched.retain(|it| !is_held(it));
        }
        watched[dice.below(watched.len())].attempt(&scene.door).await;
    }
}

/// Who makes the changes of one subject.
struct Owner<'a> {
    runtime: &'a Handle,
    subject: Subject,
    dice: Dice,
    rounds: usize,
    landed: usize,
    made_good: usize,
}

impl Owner<'_> {
    /// Kills and revives the subject while everybody tries it, so often at least.
    async fn keep_busy(&mut self, rounds: usize, disturbed: &JoinHandle<()>) {
        for round in 0..MOST_ROUNDS {
            if round >= rounds && disturbed.is_finished() {
                return;
            }
            let way = round % self.subject.kind.ways();
            self.subject.prepare(way).await;
            if self.dice.once_in(3) {
                let everything = self.dice.once_in(4);
                self.subject.clear(everything).await;
            }
            self.subject.attempt().await;
            self.subject.kill(way).await;
            let refused = self.attempt_both().await;
            self.subject.revive(way).await;
            self.end_round(refused).await;
        }
    }

    /// Kills and revives the subject in every way, while a request for it stands at every step of it: once with its
    /// refusal still remembered when it is made good, and once with that forgotten.
    async fn hold(&mut self) {
        for (way, remembered) in (0..self.subject.kind.ways()).flat_map(|way| [(way, false), (way, true)]) {
            let mut stood = true;
            for at in 1.. {
                if !stood {
                    break;
                }
                self.subject.prepare(way).await;
                let everything = self.dice.once_in(8);
                self.subject.clear(everything).await;
                let at_kill = self.change_while_held(at, way, false).await;
                let refused = self.attempt_both().await;
                if !remembered {
                    self.subject.clear(false).await;
                }
                let at_revival = self.change_while_held(at, way, true).await;
                self.end_round(refused).await;
                stood = at_kill || at_revival;
            }
        }
    }

    /// A request stands at its step number `at`; another joins its load; the change is acknowledged; a third comes after
    /// that; then all go on. Whether the request had so many steps.
    async fn change_while_held(&mut self, at: usize, way: usize, good: bool) -> bool {
        let held = Held::start(self.runtime, stop::step(at), self.subject.begin());
        let stands = held.reached();
        let mut before = self.subject.begin();
        let before_is_done = stands && poll_once(&mut before);
        let read = held.steps().iter().any(|step| *step != Step::Clock);
        if good {
            self.subject.revive(way).await;
        } else {
            self.subject.kill(way).await;
        }
        self.landed += usize::from(stands && read);
        let mut after = self.subject.begin();
        let after_is_done = poll_once(&mut after);
        held.release();
        // Each of the three may be waiting for another.
        let before = async {
            if stands && !before_is_done {
                before.await;
            }
        };
        let after = async {
            if !after_is_done {
                after.await;
            }
        };
        tokio::join!(before, after);
        held.finish();
        stands
    }

    async fn attempt_both(&self) -> bool {
        self.subject.attempt_other().await;
        self.subject.attempt().await == Outcome::Refused
    }

    async fn end_round(&mut self, refused: bool) {
        self.rounds += 1;
        let accepted = self.subject.attempt().await == Outcome::Accepted;
        self.made_good += usize::from(refused && accepted);
        self.subject.attempt_other().await;
    }
}
