//! How cost grows: with cores, and with entries. (How that of a clear grows is told with the clears.)

use crate::chart::{Across, Line, LineChart};
use crate::extent::Extent;
use crate::load::Load;
use crate::node::Plan;
use crate::quartiles::{Quartiles, digits};
use crate::report::{Section, Table};
use crate::rounds::{Target, alternate};
use crate::server::Cores;
use crate::stock::Stock;
use crate::warm::CONNECTIONS;

const MIB: f64 = 1024.0 * 1024.0;

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Scaling");
    cores(&mut section, extent);
    entries(&mut section, extent);
    section
}

fn cores(section: &mut Section, extent: Extent) {
    let stocks = [Stock::of(1_000), Stock::of(1_000)];
    let one = Plan::new(stocks[0].folder()).start();
    let two = Plan::new(stocks[1].folder()).cores(Cores::Two).start();
    let mut targets = vec![
        Target::same("one core", one.server(), CONNECTIONS, 200, stocks[0].keys().request(0)),
        Target::same(
            "two cores, one of them shared with the client",
            two.server(),
            CONNECTIONS,
            200,
            stocks[1].keys().request(0),
        ),
    ];
    alternate(&mut targets, extent, extent.slice());
    let mut table = Table::new(["one warm API key", "requests/s", "CPU, µs/request", "p50, ms", "p99, ms"]);
    for target in &targets {
        let figures = [
            target.figure(|it| it.rate),
            target.figure(|it| it.cpu),
            target.figure(|it| it.p50),
            target.figure(|it| it.p99),
        ];
        let [rate, cpu, p50, p99] = figures.map(|it| it.to_string());
        table.row([target.name.to_owned(), rate, cpu, p50, p99]);
    }
    section.say("The same node on one core and on two. The machine has two: the client runs on the second one as well.");
    section.table(&table);
}

fn entries(section: &mut Section, extent: Extent) {
    let large = extent.large();
    let stock = Stock::shared(large);
    let keys = stock.keys();
    let node = Plan::new(stock.folder()).max_keys(large + 1_000).start();
    let mut table = Table::new([
        "API keys cached",
        "CPU, µs/request, spread over all",
        "CPU, µs/request, first use",
        "memory, MiB",
    ]);
    let idle = node.server().resident() as f64 / MIB;
    table.row(["0".to_owned(), String::new(), String::new(), digits(idle)]);
    let mut load = Load::to(node.address(), CONNECTIONS);
    let (mut cached, mut points) = (0, Vec::new());
    for count in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|it| *it <= large) {
        let before = node.server().spent();
        let filled = load.times((count - cached) as u64, 200, &mut keys.each(cached));
        assert_eq!(filled.unexpected, 0, "a key of the stock is refused");
        let first = (node.server().spent() - before).as_secs_f64() * 1e6 / (count - cached) as f64;
        cached = count;
        let mut target = Target::new("", node.server(), CONNECTIONS, 200, keys.spread(count));
        let cpu = Quartiles::of((0..extent.of(8, 2)).map(|_| target.slice(extent.slice()).cpu));
        let memory = node.server().resident() as f64 / MIB;
        table.row([count.to_string(), cpu.to_string(), digits(first), digits(memory)]);
        points.push((count as f64, cpu.median));
    }
    let stats = node.stats();
    let per_entry: Vec<String> = stats["caches"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, cache)| {
            let (entries, bytes) = (cache["entries"].as_f64()?, cache["size_in_bytes"].as_f64()?);
            (entries > 0.0).then(|| format!("{} in `{name}`", digits(bytes / entries)))
        })
        .collect();
    section.say(format!(
        "One node with {large} API keys on disk; more and more of them are cached, and used in an order that jumps. Memory \
         is that of the process (RSS): it holds pages of the store, too, up to the size of the engine's own cache. Bytes of \
         an entry as the caches themselves estimate them: {}.",
        per_entry.join(", ")
    ));
    section.table(&table);
    section.chart(
        LineChart {
            name: "entries",
            title: "CPU of a warm request by entries in the cache, µs".to_owned(),
            across: Across::Logarithmic,
            across_title: "API keys cached, all of them used",
            lines: vec![Line { name: "µs/request".to_owned(), points }],
            marks: Vec::new(),
        }
        .draw(),
    );
}
