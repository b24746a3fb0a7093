//! Clears of caches of all sizes, beside traffic that is warm: the time of the call, what the traffic sees of it, and when
//! the memory is back.

use std::time::{Duration, Instant};

use crate::chart::{Across, Line, LineChart};
use crate::client::{Reply, basic, request};
use crate::cpu;
use crate::extent::Extent;
use crate::inside::Inside;
use crate::load::Call;
use crate::node::PASSWORD;
use crate::quartiles::Quartiles;
use crate::report::{Bar, Row, Section, Table};
use crate::stock::Stock;
use crate::traffic::{Traffic, millis};

/// Clears everything of the cache of API keys.
const ALL: &str = "/_security/api_key/*/_clear_cache";
/// Clears what is less: one realm, one account's tokens, one key.
const LESS: [(&str, &str); 3] = [
    ("one realm", "/_security/realm/default_native/_clear_cache"),
    ("one account's tokens", "/_security/service/elastic/fleet-server/credential/token/*/_clear_cache"),
    ("one key", "/_security/api_key/nobody/_clear_cache"),
];
/// Of a window with a clear, and of one without.
const WINDOW: Duration = Duration::from_millis(1_000);
/// The last so many clears of the largest size are followed until the node has freed all of it, in as many windows as that
/// takes.
const WAITED: usize = 3;
/// When it is called.
const AT: Duration = Duration::from_millis(300);

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Clearing caches");
    let large = extent.large();
    let stock = Stock::shared(large);
    let (keys, node) = (stock.keys(), Inside::over(&stock));
    let mut traffic = Traffic::to_address(node.address(), keys.request(0), extent);
    let mut bench = Bench { traffic: &mut traffic, node: &node, own: std::process::id() };
    let mut table = Table::new([
        "entries",
        "clear all, ms",
        "one realm, ms",
        "one account's tokens, ms",
        "one key, ms",
        "worst lateness, ms",
        "dead entries freed after, s",
    ]);
    let (mut smallest, mut points) = (None, Vec::new());
    let sizes = [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|it| *it < large);
    for size in sizes {
        let clears: Vec<Clear> = (0..extent.of(8, 3)).map(|_| bench.clear(&stock, size, true)).collect();
        let took = Quartiles::of(clears.iter().map(|it| it.took));
        smallest.get_or_insert(took);
        points.push((size as f64, took.median));
        bench.line(&mut table, size, &clears);
    }
    let rounds = extent.of(20, 3);
    let (mut clears, mut quiet) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // Behind the filling: what the clear before it left would be in this window.
        bench.node.fill(&stock.keys(), large);
        let before = bench.traffic.run(WINDOW, Vec::new());
        quiet.push(millis(before.outcome.times.longest()));
        clears.push(bench.clear(&stock, large, round + WAITED >= rounds));
    }
    let took = Quartiles::of(clears.iter().map(|it| it.took));
    points.push((large as f64, took.median));
    bench.line(&mut table, large, &clears);

    let rate = bench.traffic.rate;
    explain(&mut section, rate, rounds, large);
    section.table(&table);
    rows(&mut section, &clears, &quiet, took, smallest.unwrap_or(took));
    let later: Vec<f64> = clears.iter().flat_map(|it| it.later.iter().copied()).collect();
    if !later.is_empty() {
        section.say(format!(
            "In the windows after a clear, until all that was cleared is freed, the worst lateness is {} ms, and {:.2} ms in \
             the worst of {} windows.",
            Quartiles::of(later.iter().copied()),
            later.iter().copied().fold(0.0, f64::max),
            later.len(),
        ));
    }
    section.say(format!(
        "Memory of the process with {large} entries: {} MiB; once the dead ones were freed: {} MiB (the store's pages and \
         what the allocator keeps are in both).",
        clears.last().map_or(0, |it| it.full) >> 20,
        clears.last().map_or(0, |it| it.freed) >> 20,
    ));
    section.chart(chart(points));
    section
}

/// What came of a clear.
struct Clear {
    /// Milliseconds.
    took: f64,
    less: [f64; 3],
    worst: f64,
    /// Seconds until nothing dead was in memory, where that was waited for.
    freed_after: Option<f64>,
    /// The worst of each window up to then.
    later: Vec<f64>,
    /// Bytes of the process, before and after.
    full: u64,
    freed: u64,
}

struct Bench<'a> {
    traffic: &'a mut Traffic,
    node: &'a Inside,
    own: u32,
}

impl Bench<'_> {
    /// Fills the cache, and clears it beside the traffic. `waits`: until the node has freed all that is dead.
    fn clear(&mut self, stock: &Stock, size: usize, waits: bool) -> Clear {
        self.node.fill(&stock.keys(), size);
        assert!(self.node.entries().0 >= size, "the cache does not hold what was put in");
        let full = cpu::resident(self.own);
        let less = LESS.map(|(_, path)| {
            let reply = self.call(path);
            millis(reply.took)
        });
        let clear = Call { at: AT, request: request("POST", ALL, Some(&basic("elastic", PASSWORD))) };
        let timeline = self.traffic.run(WINDOW, vec![clear]);
        let called = timeline.called.first().expect("a clear");
        assert_eq!(called.status, 200, "a clear is answered with another status: {}", called.body);
        // The last window is no part of what follows it.
        let since = Instant::now();
        let mut later = Vec::new();
        let freed_after = waits.then(|| {
            while self.node.entries().1 > 0 {
                let timeline = self.traffic.run(WINDOW, Vec::new());
                later.push(millis(timeline.outcome.times.longest()));
            }
            (WINDOW - AT + since.elapsed()).as_secs_f64()
        });
        self.node.free();
        Clear {
            took: millis(called.took),
            less,
            worst: millis(timeline.outcome.times.longest()),
            freed_after,
            later,
            full,
            freed: cpu::resident(self.own),
        }
    }

    fn call(&self, path: &str) -> Reply {
        let mut client = crate::client::Client::to(self.node.address());
        let reply = client.ask("POST", path, &basic("elastic", PASSWORD));
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply
    }

    fn line(&self, table: &mut Table, size: usize, clears: &[Clear]) {
        let figure = |of: &dyn Fn(&Clear) -> f64| Quartiles::of(clears.iter().map(of)).to_string();
        table.row([
            size.to_string(),
            figure(&|it| it.took),
            figure(&|it| it.less[0]),
            figure(&|it| it.less[1]),
            figure(&|it| it.less[2]),
            figure(&|it| it.worst),
            Quartiles::of(clears.iter().filter_map(|it| it.freed_after)).to_string(),
        ]);
    }
}

fn explain(section: &mut Section, rate: f64, rounds: usize, large: usize) {
    section.say(format!(
        "API keys in the cache are cleared over HTTP, {rounds} times at the largest size, while one API key is used {rate:.0} \
         times a second (half of what saturates the server) over other connections. The cache was filled anew before each \
         clear. Lateness is counted from when a request should have been sent, over windows of {:.0} s; with {large} \
         entries each clear has a window without one before it. The key that is used is cleared with the others, and is \
         read from the store again.",
        WINDOW.as_secs_f64()
    ));
}

fn rows(section: &mut Section, clears: &[Clear], quiet: &[f64], took: Quartiles, smallest: Quartiles) {
    let worst = clears.iter().map(|it| it.worst).fold(0.0, f64::max);
    let calm = quiet.iter().copied().fold(0.0, f64::max);
    section.row(Row::ratio(
        "worst lateness over 20 clears of 1,000,000 entries ÷ over 20 windows without",
        Quartiles::single(worst / calm),
        Bar::AtMost(2.0),
    ));
    section.row(Row::ratio(
        "time of a clear call, 1,000,000 ÷ 1,000 entries",
        took.map(|it| it / smallest.median),
        Bar::AtMost(2.0),
    ));
    section.say(format!(
        "Worst lateness over all windows with a clear: {worst:.2} ms; over those without: {calm:.2} ms. By window: {} ms \
         with, {} ms without.",
        Quartiles::of(clears.iter().map(|it| it.worst)),
        Quartiles::of(quiet.iter().copied()),
    ));
}

fn chart(points: Vec<(f64, f64)>) -> crate::chart::Chart {
    LineChart {
        name: "clear",
        title: "Time of a clear of all API keys, ms".to_owned(),
        across: Across::Logarithmic,
        across_title: "entries in the cache",
        lines: vec![Line { name: "clear all".to_owned(), points }],
        marks: Vec::new(),
    }
    .draw()
}
