//! Cores: which of them somebody runs on, and what a process and its children have computed. The kernel counts that in
//! nanoseconds (`schedstat`, proc(5)), not in its ticks of 10 ms.

use std::fs;
use std::time::Duration;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Where servers run.
pub(crate) const SERVER: usize = 0;
/// Where the clients run.
pub(crate) const CLIENT: usize = 1;

/// This thread on one core, until this is dropped.
pub(crate) struct Pinned(CpuSet);

impl Pinned {
    pub(crate) fn to(core: usize) -> Self {
        let before = sched_getaffinity(None).expect("the cores of this thread");
        let mut cores = CpuSet::new();
        cores.set(core);
        sched_setaffinity(None, &cores).expect("a core of our own");
        Self(before)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // It could be set before.
        let _ = sched_setaffinity(None, &self.0);
    }
}

/// What a process, its threads and its children have computed so far. Threads that have ended are not in it.
pub(crate) fn spent(pid: u32) -> Duration {
    family(pid).into_iter().map(spent_alone).sum()
}

/// Bytes of a process and its children that are in memory.
pub(crate) fn resident(pid: u32) -> u64 {
    family(pid).into_iter().map(resident_alone).sum()
}

fn family(pid: u32) -> Vec<u32> {
    let mut members = vec![pid];
    let mut next = 0;
    while let Some(parent) = members.get(next) {
        let tasks = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
        for task in tasks {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            members.extend(children.split_whitespace().filter_map(|it| it.parse::<u32>().ok()));
        }
        next += 1;
    }
    members
}

fn spent_alone(pid: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks.map(|it| computed(&fs::read_to_string(it.path().join("schedstat")).unwrap_or_default())).sum()
}

/// What some threads of a process did, by `schedstat`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shares {
    /// On a core.
    pub(crate) computed: Duration,
    /// Ready, while somebody else had the core.
    pub(crate) waited: Duration,
    /// How often they were given a core.
    pub(crate) turns: u64,
}

impl Shares {
    /// What was done since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            computed: self.computed.saturating_sub(before.computed),
            waited: self.waited.saturating_sub(before.waited),
            turns: self.turns.saturating_sub(before.turns),
        }
    }
}

/// Of all threads of a process but those whose names begin so.
pub(crate) fn shares(pid: u32, but: &str) -> Shares {
    let mut shares = Shares::default();
    for task in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        if read("comm").starts_with(but) {
            continue;
        }
        let line = read("schedstat");
        let mut numbers = line.split_whitespace().map(|it| it.parse::<u64>().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        shares.computed += Duration::from_nanos(next());
        shares.waited += Duration::from_nanos(next());
        shares.turns += next();
    }
    shares
}

/// The first number of a `schedstat`: nanoseconds on a core.
fn computed(schedstat: &str) -> Duration {
    let nanos = schedstat.split_whitespace().next().and_then(|it| it.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}

fn resident_alone(pid: u32) -> u64 {
    kibibytes(&fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default(), "VmRSS:") * 1024
}

/// A line of a `status`, in KiB.
fn kibibytes(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|it| it.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or_default()
}

#[cfg(test)]
mod tests;
