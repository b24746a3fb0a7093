//! Wrong passwords for many, beside traffic that is warm: nobody who is cached may lose their place by it.

use std::time::Duration;

use crate::client::Client;
use crate::crowd;
use crate::extent::Extent;
use crate::load::Call;
use crate::node::{Node, Plan};
use crate::quartiles::Quartiles;
use crate::report::{Bar, Row, Section, Table};
use crate::stock::Stock;
use crate::traffic::{Traffic, millis};

/// Users who are cached before it begins.
const GOOD: usize = 50;
/// Slow hashes that may wait: fewer than by default, so that it is over in a minute.
const QUEUE: usize = 200;

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Spray of wrong passwords");
    let victims = extent.of(1_000, 100);
    let lasts = Duration::from_millis(extent.of(10_000, 1_000));
    let stock = Stock::of(1_000);
    let node = Plan::new(stock.folder())
        .setting("xpack.security.crypto.thread_pool.queue_size", QUEUE)
        // All are connected before the first of them asks.
        .setting("http.head_timeout", "60s")
        .start();
    crowd::make(&node, victims + GOOD);
    let mut client = Client::to(node.address());
    for number in 0..GOOD {
        assert_eq!(client.send(&crowd::login(victims + number)).status, 200, "a good login");
    }
    let mut traffic = Traffic::to(node.server(), stock.keys().request(0), extent);
    let (before, memory) = (Standing::of(&node), node.server().resident());
    let calm = traffic.run(lasts / 2, Vec::new()).outcome.times;

    // Real users and strangers, turn by turn.
    let calls: Vec<Call> = (0..2 * victims)
        .map(|number| {
            let request = match number % 2 {
                0 => crowd::wrong_login(number / 2),
                _ => crowd::unknown_login(number / 2),
            };
            Call { at: lasts * number as u32 / (2 * victims) as u32, request }
        })
        .collect();
    let timeline = traffic.run(lasts, calls);
    let after = Standing::of(&node);
    let grown = node.server().resident().saturating_sub(memory);
    let hashed = after.hashed;
    for number in 0..GOOD {
        assert_eq!(client.send(&crowd::login(victims + number)).status, 200, "a good login");
    }
    let again = Standing::of(&node).hashed - hashed;

    let of = |status| timeline.called.iter().filter(|it| it.status == status).count();
    section.say(format!(
        "{victims} real users with wrong passwords and as many that nobody knows, within {:.0} s, while one cached API key \
         is used {:.0} times a second; {GOOD} other users are cached. {QUEUE} hashes may wait.",
        lasts.as_secs_f64(),
        traffic.rate
    ));
    let mut table = Table::new(["", "before", "after"]);
    let mut line = |what: &str, before: u64, after: u64| {
        table.row([what.to_owned(), before.to_string(), after.to_string()])
    };
    line("good users cached", before.good, after.good);
    line("evictions from any cache for want of room", before.evicted, after.evicted);
    line("entries of the cache of refused credentials", before.refused, after.refused);
    line("slow hashes so far", before.hashed, after.hashed);
    section.table(&table);
    let times = &timeline.outcome.times;
    section.say(format!(
        "Answers: {} × 401, {} × 429. The process grew by {} KiB. The {GOOD} good users, asked again: {again} slow hashes. \
         Warm traffic: p99 {:.2} ms before, {:.2} ms meanwhile.",
        of(401),
        of(429),
        grown >> 10,
        millis(calm.within(0.99)),
        millis(times.within(0.99)),
    ));
    let lost = before.good.saturating_sub(after.good) + again + (after.evicted - before.evicted);
    section.row(Row::new(
        "good entries lost in a spray of wrong passwords",
        Quartiles::single(lost as f64),
        "",
        Bar::AtMost(0.0),
    ));
    section.row(Row::ratio(
        "p99 of warm traffic in a spray ÷ before",
        Quartiles::single(times.within(0.99).as_secs_f64() / calm.within(0.99).as_secs_f64()),
        Bar::None,
    ));
    section
}

/// What the node tells at one moment.
struct Standing {
    good: u64,
    evicted: u64,
    refused: u64,
    hashed: u64,
}

impl Standing {
    fn of(node: &Node) -> Self {
        let stats = node.stats();
        let caches = stats["caches"].as_object().expect("caches");
        let evicted =
            caches.values().map(|it| it["evictions"]["capacity"].as_u64().unwrap_or_default()).sum();
        let entries = |name: &str| caches[name]["entries"].as_u64().expect("a number");
        Self {
            good: entries("realm/native/default_native"),
            evicted,
            refused: entries("refused"),
            hashed: stats["hashing"]["completed"].as_u64().expect("a number"),
        }
    }
}
