//! A crowd that nobody knows yet, all at once, beside traffic that is warm.

use std::time::Duration;

use crate::chart::{Across, Line, LineChart};
use crate::cpu::{self, Shares};
use crate::crowd;
use crate::extent::Extent;
use crate::load::{Call, Called, Timeline};
use crate::node::{Node, Plan};
use crate::quartiles::Quartiles;
use crate::report::{Bar, Row, Section, Table};
use crate::stock::Stock;
use crate::traffic::{Traffic, millis};

/// Slow hashes that may wait: fewer than by default, so that five storms are over in minutes.
const QUEUE: usize = 100;
/// How the names of hashing threads begin.
const HASHING: &str = "security-crypto";
/// Stretches of the chart.
const STRETCH: Duration = Duration::from_millis(250);

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Cold storm");
    let (crowd, storms) = (extent.of(2_000, 300), extent.of(5, 2));
    let around = Duration::from_millis(extent.of(3_000, 500));
    let stock = Stock::of(1_000);
    let queue = extent.of(QUEUE, 30);
    let plan = Plan::new(stock.folder())
        .setting("xpack.security.crypto.thread_pool.queue_size", queue)
        // The whole crowd is connected before the first of it asks.
        .setting("http.head_timeout", "60s");
    let node = plan.start();
    crowd::make(&node, crowd + 1);
    let mut traffic = Traffic::to(node.server(), stock.keys().request(0), extent);
    section.say(format!(
        "{crowd} users with passwords of their own names, stored by bcrypt of cost 10, log in at the same moment while one \
         API key, cached, is used {:.0} times a second (half of what saturates the server). The node has one core; its one \
         hashing thread has what is left of it. {queue} hashes may wait (`thread_pool.queue_size`; 1000 by default, and a \
         storm would last that much longer). `before` is the time up to the storm, `during` that up to the last answer to \
         the crowd, `after` what follows. Times are counted from when a request should have been sent.",
        traffic.rate
    ));
    let mut table = Table::new([
        "storm",
        "lasted, s",
        "served",
        "refused (429)",
        "p99 before, ms",
        "during",
        "after",
        "worst during, ms",
    ]);
    let (mut ratios, mut costs, mut last) = (Vec::new(), Vec::new(), None);
    let shares = || cpu::shares(node.server().pid(), HASHING);
    for storm in 0..storms {
        node.elastic("POST", "/_security/realm/default_native/_clear_cache", None);
        let calls = (0..crowd).map(|it| Call { at: around, request: crowd::login(it) }).collect();
        let begun = shares();
        let timeline = traffic.run(around, calls);
        let stormed = shares();
        let after = traffic.run(around, Vec::new());
        costs.push(Costs {
            storm: Cost::of(stormed.since(begun), &timeline),
            quiet: Cost::of(shares().since(stormed), &after),
        });
        let end = timeline.called.iter().map(|it| it.answered).max().unwrap_or(around);
        let before = timeline.between(Duration::ZERO, around).within(0.99);
        let during = timeline.between(around, end);
        let of = |status| timeline.called.iter().filter(|it: &&Called| it.status == status).count();
        table.row([
            (storm + 1).to_string(),
            format!("{:.1}", (end - around).as_secs_f64()),
            of(200).to_string(),
            of(429).to_string(),
            format!("{:.2}", millis(before)),
            format!("{:.2}", millis(during.within(0.99))),
            format!("{:.2}", millis(after.outcome.times.within(0.99))),
            format!("{:.1}", millis(during.longest())),
        ]);
        assert_eq!(of(200) + of(429), crowd, "a login of the crowd is neither served nor refused");
        ratios.push(during.within(0.99).as_secs_f64() / before.as_secs_f64());
        last = Some((timeline, end));
    }
    let what = "p99 of warm traffic in the cold storm ÷ before";
    section.row(Row::ratio(what, Quartiles::of(ratios), Bar::AtMost(3.0)));
    section.table(&table);
    section.say(profile(&costs));
    if let Some((timeline, end)) = last {
        section.chart(chart(&timeline, around, end));
    }
    flight(&mut section, &node, &mut traffic, crowd);
    section
}

/// What one warm request costs the threads that answer, in microseconds, and how often they are given the core for it.
struct Cost {
    computed: f64,
    waited: f64,
    turns: f64,
}

impl Cost {
    fn of(shares: Shares, timeline: &Timeline) -> Self {
        let each = |all: f64| all / timeline.answers.len().max(1) as f64;
        let micros = |time: Duration| each(time.as_secs_f64() * 1e6);
        Self {
            computed: micros(shares.computed),
            waited: micros(shares.waited),
            turns: each(shares.turns as f64),
        }
    }
}

/// In one storm, with the time before it, and in the time after it.
struct Costs {
    storm: Cost,
    quiet: Cost,
}

/// Where the time goes.
fn profile(costs: &[Costs]) -> String {
    let median = |number: fn(&Costs) -> f64| Quartiles::of(costs.iter().map(number)).median;
    format!(
        "Where the time goes (`schedstat` of the threads that answer, medians): in a run with a storm a warm request costs \
         {:.1} µs of the core and waits {:.1} µs for it, in a run without {:.1} µs and {:.1} µs; they are given the core {:.2} \
         and {:.2} times a request. A thread that hashes has the core whenever \
         no request is there (`SCHED_IDLE`), and gives it back at once when one comes: what was in the core's caches is gone by \
         then. What is left are the first tenth of a second, in which nearly all of the crowd is refused, and whatever else \
         pauses the machine. At nice 10 the thread was owed a tenth of the core, and took it in pieces of 4 ms, until the next \
         tick of the kernel's clock: 240 of them in a storm (docs/adr/0018-hashing-in-spare-time.md).",
        median(|it| it.storm.computed),
        median(|it| it.storm.waited),
        median(|it| it.quiet.computed),
        median(|it| it.quiet.waited),
        median(|it| it.storm.turns),
        median(|it| it.quiet.turns),
    )
}

/// One slow hash serves everybody who asks with the same credential meanwhile.
fn flight(section: &mut Section, node: &Node, traffic: &mut Traffic, number: usize) {
    const AT_ONCE: usize = 200;
    let hashed = || node.stats()["hashing"]["completed"].as_u64().expect("a number");
    let before = hashed();
    let at = Duration::from_millis(100);
    let calls = (0..AT_ONCE).map(|_| Call { at, request: crowd::login(number) }).collect();
    let timeline = traffic.run(at * 2, calls);
    let served = timeline.called.iter().filter(|it| it.status == 200).count();
    section.say(format!(
        "{AT_ONCE} requests of one user who is not cached, at once: {served} served by {} slow hash(es).",
        hashed() - before
    ));
}

fn chart(timeline: &Timeline, begin: Duration, end: Duration) -> crate::chart::Chart {
    let line = |name: &str, share: f64| {
        let mut points = Vec::new();
        let mut from = Duration::ZERO;
        while from < end {
            let times = timeline.between(from, from + STRETCH);
            points.push((from.as_secs_f64(), millis(times.within(share)).max(0.01)));
            from += STRETCH;
        }
        Line { name: name.to_owned(), points }
    };
    LineChart {
        name: "storm",
        title: "Warm traffic while a crowd logs in, ms".to_owned(),
        across: Across::Even,
        across_title: "seconds; the storm begins at the first mark and is over at the second",
        lines: vec![line("p50", 0.5), line("p99", 0.99), line("worst", 1.0)],
        marks: vec![begin.as_secs_f64(), end.as_secs_f64()],
    }
    .draw()
}
