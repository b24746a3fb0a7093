//! What came of a run: what it did, and what should not have been.

use std::fmt;
use std::time::Duration;

use super::Load;
use super::elections::Held;
use super::run::Run;
use super::standing::{LOST, Standing, TOLD, UPROOTED};
use super::tally::Counts;
use super::town::Town;

/// What came of a run.
pub struct Report {
    load: Load,
    before: Standing,
    counts: Counts,
    /// etcd's term, before and after.
    terms: (u64, u64),
    /// How far each counter has moved at each node.
    moved: Vec<(&'static str, Vec<u64>)>,
    pub(super) took: Duration,
    pub(super) elections: Held,
    /// What should not have been. Nothing, if all is well.
    pub problems: Vec<String>,
}

impl Report {
    pub(super) async fn begin(town: &Town, load: Load) -> Self {
        Self {
            load,
            before: Standing::of(town).await,
            counts: Counts::default(),
            terms: (town.etcd.term().await, 0),
            moved: Vec::new(),
            took: Duration::ZERO,
            elections: Held::default(),
            problems: Vec::new(),
        }
    }

    /// Takes in what was counted.
    pub(super) async fn end(&mut self, town: &Town, run: &Run) {
        let after = Standing::of(town).await;
        self.terms.1 = town.etcd.term().await;
        let counters = LOST.iter().chain(&TOLD);
        self.moved = counters.map(|it| (*it, after.moved(&self.before, it))).collect();
        self.counts = run.shared.tally.take();
        self.problems.append(&mut self.counts.violations);
        if self.counts.of("a revoked key at the end", 401) == 0 {
            self.problems.push("nothing was revoked".to_owned());
        }
        self.stood_still(&UPROOTED);
    }

    /// Where nothing was disturbed, nobody is told to come again.
    pub(super) fn nobody_was_turned_away(&mut self, _: &Run) {
        let undecided = self.counts.with_status(503);
        if undecided > 0 {
            self.problems.push(format!("{undecided} answers were 503"));
        }
        self.stood_still(&LOST);
    }

    /// As many leaders were elected as were asked for.
    pub(super) fn all_were_elections(&mut self, count: u64) {
        if self.terms() < count {
            self.problems.push(format!("etcd elected only {} times", self.terms()));
        }
    }

    /// How many writes were made in a second.
    pub fn writes_a_second(&self) -> f64 {
        self.writes() as f64 / self.took.as_secs_f64()
    }

    /// How often etcd has elected. Where nobody made it do so, it had no time to be a cluster.
    fn terms(&self) -> u64 {
        self.terms.1 - self.terms.0
    }

    fn writes(&self) -> u64 {
        self.counts.of("create", 200) + self.counts.of("revoke", 200)
    }

    fn stood_still(&mut self, counters: &[&str]) {
        for (counter, moved) in &self.moved {
            let problem = format!("{counter} has moved: {moved:?}");
            if counters.contains(counter)
                && moved.iter().any(|it| *it > 0)
                && !self.problems.contains(&problem)
            {
                self.problems.push(problem);
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:.0} s; {} who try wrong passwords at each node",
            self.took.as_secs_f64(),
            self.load.storm
        )?;
        let (writes, rate) = (self.writes(), self.writes_a_second());
        writeln!(f, "{writes} writes, {rate:.0} a second of {} that were asked for", self.load.writes)?;
        let mut times = self.counts.writes.clone();
        times.sort_unstable();
        if let Some(longest) = times.last() {
            let at = |part: usize| f64::from(times[(times.len() - 1) * part / 1000]) / 1000.0;
            let longest = f64::from(*longest) / 1000.0;
            writeln!(
                f,
                "answered within {:.0} ms (median), {:.0} ms (99 %), {longest:.0} ms (all)",
                at(500),
                at(990)
            )?;
        }
        writeln!(f, "etcd elected {} times", self.terms())?;
        write!(f, "{}", self.elections)?;
        if !self.counts.undecided.is_empty() {
            writeln!(f, "503 in these seconds: {:?}", self.counts.undecided)?;
        }
        for ((what, status), count) in &self.counts.answers {
            writeln!(f, "{count:>10}  {what}: {status}")?;
        }
        for (counter, moved) in &self.moved {
            let moved: Vec<String> = moved.iter().map(u64::to_string).collect();
            writeln!(f, "{:>10}  {}", moved.join(" "), counter.trim_start_matches('/').replace('/', "."))?;
        }
        for problem in &self.problems {
            writeln!(f, "WRONG: {problem}")?;
        }
        Ok(())
    }
}
