//! What a run came past. A branch that no seed reaches tests nothing.

macro_rules! branches {
    ($($name:ident),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Branch { $($name),* }

        /// All of them.
        pub(crate) const BRANCHES: &[Branch] = &[$(Branch::$name),*];
    };
}

branches! {
    AdmittedByTrust, AdmittedByBarrier, RefusedByTrust, RefusedByBarrier, GaveUp,
    DecisionMadeAgain, LoadKept, LoadDropped, Fenced, BarrierWaited, BarrierShared,
    PutWritten, PutAdopted, PutRemoved, PutElsewhere, PutLost, AnswerLost, AnswerDoubled, NobodyAnswered,
    Removed, RemovalRefused, RemovedByWriter, Evicted,
    Joined, LapsedNoAnswer, LapsedWatchSilent, Recovered, WatchBehind, Removing,
    Reopened, ReopenedAtStart, Resynced, StartedFromReplica, StartedFromSnapshot, StartedOver, SnapshotWhileTrusted,
    Deaf, HeldItsPeace, Crashed, Left, LeftWaiting, Paused, Outage, CutOff, Compacted, Adopted,
    WriteDone, WriteExpired, WriteRetried, WriteFoundOwn, WriteElsewhere, WriteByCommand, WriteByEvicted,
    NothingToDoByRead, NothingToDoByOrder, ClearDone, ClearFailed, ClearWaitedForItsTimeout,
    SaidConfirmed, SaidWhatCameOfIt, SaidLeft, SaidSilent,
}

/// How often each was passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passed(Vec<u64>);

impl Default for Passed {
    fn default() -> Self {
        Self(vec![0; BRANCHES.len()])
    }
}

impl Passed {
    pub(crate) fn pass(&mut self, branch: Branch) {
        self.0[branch as usize] += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += theirs;
        }
    }

    pub(crate) fn of(&self, branch: Branch) -> u64 {
        self.0[branch as usize]
    }
}
