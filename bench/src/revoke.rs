//! How long a revocation takes until it is answered, which is when it is true on every node; and what a cluster costs.

mod cluster;
mod keys;

use std::time::Duration;

use crate::callgrind;
use crate::client::{Client, basic};
use crate::extent::Extent;
use crate::node::{Node, PASSWORD, Plan};
use crate::quartiles::{Quartiles, digits};
use crate::report::{Bar, Row, Section, Table};
use crate::stock::Stock;
use crate::traffic::millis;
use crate::verify::{self, Who};
use cluster::Cluster;

/// How long a node may be trusted without having been heard of, by the default settings: T · (1 + drift) / (1 − drift) and
/// 10 ms, in seconds.
const WAIT: f64 = 4.0 * 1.11 / 0.89 + 0.01;
/// Nodes whose heartbeats are measured.
const MANY: usize = 9;

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Revocation and clusters");
    let stock = Stock::of(1_000);
    let node = Plan::new(stock.folder()).start();
    let alone = Times::of(&node, extent.of(200, 20));
    drop(node);
    let mut cluster = Cluster::start(3);
    let mut etcd = cluster.bare_client();
    let mut bare = Vec::new();
    let three =
        Times::beside(cluster.node(0), extent.of(200, 20), || bare.push(cluster::bare_put(&mut etcd)));
    let mut table = Table::new(["", "create a key (waits 250 ms at most), ms", "revoke it, ms"]);
    for (what, times) in [("one node", &alone), ("three nodes, three members of etcd", &three)] {
        table.row([what.to_owned(), times.created().to_string(), times.revoked().to_string()]);
    }
    section.say(
        "One client creates an API key and invalidates it, over and over. Invalidation is answered when no node accepts the \
         key any more. All nodes and members of etcd are on this machine and share its cores and its disk.",
    );
    section.table(&table);
    section.row(Row::ratio(
        "revocation acknowledged by three nodes ÷ a put (of a new key) by the same client",
        Quartiles::of(three.pairs.iter().map(|(created, revoked)| revoked / created)),
        Bar::AtMost(6.0),
    ));
    section.row(Row::ratio(
        "the same ÷ a bare put to etcd by the same client",
        Quartiles::of(three.pairs.iter().zip(&bare).map(|((_, revoked), put)| revoked / put)),
        Bar::AtMost(6.0),
    ));
    let bare = Quartiles::of(bare);
    section.say(format!(
        "Between them the client put a few bytes into etcd itself, over its JSON gateway: {bare} ms."
    ));
    cut_off(&mut section, extent, &mut cluster, &three);
    heartbeats(&mut section, extent, &mut cluster);
    drop(cluster);
    keys::measure(&mut section, extent);
    instructions(&mut section, extent);
    section
}

/// Milliseconds: a creation and the revocation that followed it.
struct Times {
    pairs: Vec<(f64, f64)>,
}

impl Times {
    fn of(node: &Node, count: usize) -> Self {
        Self::beside(node, count, || {})
    }

    /// As [`Times::of`], with something else between each two.
    fn beside(node: &Node, count: usize, mut other: impl FnMut()) -> Self {
        let mut client = node.client();
        // The first ones warm what is cold.
        pair(&mut client);
        let turn = |_| {
            let times = pair(&mut client);
            other();
            times
        };
        Self { pairs: (0..count).map(turn).collect() }
    }

    fn created(&self) -> Quartiles {
        Quartiles::of(self.pairs.iter().map(|it| it.0))
    }

    fn revoked(&self) -> Quartiles {
        Quartiles::of(self.pairs.iter().map(|it| it.1))
    }
}

fn pair(client: &mut Client) -> (f64, f64) {
    let authorization = basic("elastic", PASSWORD);
    let created = client.put("POST", "/_security/api_key", &authorization, r#"{"name":"bench"}"#);
    assert_eq!(created.status, 200, "{}", created.body);
    let key = created.json();
    let body = format!(r#"{{"ids":["{}"]}}"#, key["id"].as_str().expect("an id"));
    let revoked = client.put("DELETE", "/_security/api_key", &authorization, &body);
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    (millis(created.took), millis(revoked.took))
}

/// One of the three hears nothing any more: the first revocation waits until it cannot but know that.
fn cut_off(section: &mut Section, extent: Extent, cluster: &mut Cluster, healthy: &Times) {
    let healthy = healthy.revoked().median;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..extent.of(5, 1) {
        let mut client = cluster.node(0).client();
        cluster.cut_last_off();
        first.push(pair(&mut client).1 / 1e3);
        second.push(pair(&mut client).1);
        cluster.heal();
    }
    let (first, second) = (Quartiles::of(first), Quartiles::of(second));
    section.say(format!(
        "With one of the three cut off from etcd: the first revocation takes {first} s, where a node may be trusted for \
         {} s; the next one {second} ms.",
        digits(WAIT)
    ));
    let what = "revocation with one of three nodes cut off ÷ the time for which it is waited";
    section.row(Row::ratio(what, first.map(|it| it / WAIT), Bar::AtMost(1.05)));
    let what = "the second revocation with a node cut off ÷ a healthy one";
    section.row(Row::ratio(what, second.map(|it| it / healthy), Bar::AtMost(4.0)));
}

fn heartbeats(section: &mut Section, extent: Extent, cluster: &mut Cluster) {
    let duration = Duration::from_secs(extent.of(15, 4));
    while cluster.size() < MANY {
        cluster.join();
    }
    let shares = Quartiles::of(cluster.idle(duration));
    section.row(Row::new(
        "heartbeats of nine idle nodes, of a core each",
        shares.map(|it| it * 100.0),
        " %",
        Bar::AtMost(1.0),
    ));
}

fn instructions(section: &mut Section, extent: Extent) {
    let count = |who| callgrind::turns(extent, || verify::program(who));
    let (alone, member) = (count(Who::Alone), count(Who::Member));
    section.say(format!(
        "An API key from the cache, from its header to its verdict, in process: {} instructions on a node that is alone, {} \
         on a member of a cluster (callgrind).",
        digits(alone),
        digits(member)
    ));
    section.row(Row::ratio(
        "instructions of a cached API key, member of a cluster ÷ alone",
        Quartiles::single(member / alone),
        Bar::AtMost(1.05),
    ));
}
