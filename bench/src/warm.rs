//! Credentials that are cached, over connections that stay open, beside what people use instead.

use std::fmt::Write as _;

use crate::callgrind;
use crate::chart::{BarChart, Bars};
use crate::client::{basic, request};
use crate::extent::Extent;
use crate::load::Load;
use crate::node::{Node, PASSWORD, Plan, WHOAMI};
use crate::peers::{self, Peers, Sample};
use crate::report::{Bar, Row, Section, Table};
use crate::rounds::{Target, alternate};
use crate::stock::{Keys, Stock};

/// Connections of each client.
pub(crate) const CONNECTIONS: usize = 64;
/// Where every request is a slow hash, so few are on their way that a slice ends in time.
const SLOW_CONNECTIONS: usize = 2;
/// Keys over which traffic is spread, of all that are cached.
const SPREAD: usize = 10_000;

/// The user of Portcullis, with a password that is stored by bcrypt of cost 10.
const USER: &str = "bench-user";

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Warm credentials");
    let stock = Stock::shared(extent.middling());
    let keys = stock.keys();
    let node = Plan::new(stock.folder()).max_keys(keys.count + 1_000).start();
    let wrong = wrong_secret(&keys);
    let token = prepare(&node, &keys);
    let sample = node.client().send(&keys.request(0));
    let sample = Sample::of(&sample);
    let peers = Peers::start(&sample);
    let spread = SPREAD.min(keys.count);

    let own = node.server();
    let user = basic(USER, PASSWORD);
    let whoami = |authorization: &str| request("GET", WHOAMI, Some(authorization));
    let mut targets = vec![
        Target::same(KEY, own, CONNECTIONS, 200, keys.request(0)),
        Target::new(SPREAD_KEYS, own, CONNECTIONS, 200, keys.spread(spread)),
        Target::same(BASIC, own, CONNECTIONS, 200, whoami(&user)),
        Target::same("Portcullis, a service token", own, CONNECTIONS, 200, whoami(&token)),
        Target::same("Portcullis, a wrong API-key secret (401)", own, CONNECTIONS, 401, wrong),
        Target::same(
            "Portcullis, HEAD /",
            own,
            CONNECTIONS,
            200,
            request("HEAD", "/", Some(&keys.header(0))),
        ),
        Target::same(RETURN, &peers.nginx, CONNECTIONS, 200, peers::ask("/return")),
        Target::same("nginx, a file", &peers.nginx, CONNECTIONS, 200, peers::ask("/open")),
        Target::same(SHA, &peers.nginx, CONNECTIONS, 200, peers::ask("/sha")),
        Target::same(
            "nginx, that file, auth_basic apr1",
            &peers.nginx,
            CONNECTIONS,
            200,
            peers::ask("/apr1"),
        ),
        Target::same(
            "nginx, that file, auth_basic bcrypt-10",
            &peers.nginx,
            SLOW_CONNECTIONS,
            200,
            peers::ask("/bcrypt"),
        ),
        Target::same("Caddy, respond", &peers.caddy, CONNECTIONS, 200, peers::ask("/open")),
        Target::same(CADDY, &peers.caddy, CONNECTIONS, 200, peers::ask("/basic")),
        Target::same("Apache, a file", &peers.apache, CONNECTIONS, 200, peers::ask("/open")),
        Target::same(
            "Apache, that file, bcrypt-10, authn_socache",
            &peers.apache,
            SLOW_CONNECTIONS,
            200,
            peers::ask("/socache"),
        ),
    ];
    alternate(&mut targets, extent, extent.slice());
    assert!(node.cache("api_key", "entries") as usize >= keys.count, "keys fell out of the cache");

    explain(&mut section, &sample, &peers, keys.count, spread);
    rows(&mut section, &targets);
    table(&mut section, &targets);
    drop(targets);
    drop(node);
    instructions(&mut section, extent, &stock, &peers, &sample);
    section
}

const KEY: &str = "Portcullis, one API key";
const SPREAD_KEYS: &str = "Portcullis, 10,000 API keys of 100,000 cached";
const BASIC: &str = "Portcullis, a Basic user (bcrypt-10 stored)";
const RETURN: &str = "nginx, return 200";
const SHA: &str = "nginx, that file, auth_basic {SHA}";
const CADDY: &str = "Caddy, basicauth bcrypt-10 with its cache";

/// A key that is there, with a secret that is not its.
fn wrong_secret(keys: &Keys) -> Vec<u8> {
    let wrong = Keys::with("0123456789abcdefghijkl".to_owned(), keys.count);
    wrong.request(1)
}

/// Makes a user and a service token, and fills the cache of keys. The token's header.
fn prepare(node: &Node, keys: &Keys) -> String {
    let user = format!(r#"{{"password":"{PASSWORD}","roles":["viewer"]}}"#);
    node.elastic("PUT", &format!("/_security/user/{USER}"), Some(&user));
    let path = "/_security/service/elastic/fleet-server/credential/token/bench";
    let token = node.elastic("POST", path, None).json();
    warm(node, keys);
    format!("Bearer {}", token["token"]["value"].as_str().expect("a token"))
}

/// Each key is asked for once. How many were in a second.
pub(crate) fn warm(node: &Node, keys: &Keys) -> f64 {
    let mut load = Load::to(node.address(), CONNECTIONS);
    let outcome = load.times(keys.count as u64, 200, &mut keys.each(0));
    assert_eq!(outcome.unexpected, 0, "a key of the stock is refused");
    outcome.rate()
}

fn explain(section: &mut Section, sample: &Sample, peers: &Peers, cached: usize, spread: usize) {
    let nginx = crate::client::Client::to(peers.nginx.address()).send(&peers::ask("/return"));
    section.say(format!(
        "`GET /_security/_authenticate` with credentials that are cached, over {CONNECTIONS} connections of HTTP/1.1 that \
         stay open, without TLS. Servers run on one core and the client, one thread, on the other. All servers are up at \
         once and asked in turn, in slices whose order rotates; a ratio is the median of the ratios of slices of the same \
         round. {cached} API keys were cached (`max_keys` allows them), and \"spread\" means {spread} of them in an order \
         that jumps. An answer of Portcullis is {} bytes long, head and body; that of nginx `return 200` has the same body \
         and is {} bytes long.",
        sample.bytes,
        nginx.bytes()
    ));
    section.say(format!(
        "What is behind bcrypt in nginx and Apache hashes on every request ({SLOW_CONNECTIONS} connections; Apache's \
         `mod_authn_socache` keeps the hash at hand and not the verdict). Caddy keeps verdicts of bcrypt in memory. `CPU` \
         is what the server's processes computed for each request, kernel included, threads in the background too; times \
         are those of a client that keeps the server saturated."
    ));
}

fn rows(section: &mut Section, targets: &[Target<'_>]) {
    let find = |name: &str| targets.iter().find(|it| it.name == name).expect("a target");
    for (what, one, other, bar) in [
        ("warm, one API key ÷ nginx `return 200`", KEY, RETURN, 1.35),
        ("warm, spread over 10,000 of 100,000 keys ÷ nginx `return 200`", SPREAD_KEYS, RETURN, 1.8),
        ("warm API key ÷ nginx `auth_basic` `{SHA}`", KEY, SHA, 0.6),
        ("warm Basic user ÷ Caddy `basicauth` with its cache", BASIC, CADDY, 0.25),
    ] {
        let measured = find(one).cpu_beside(find(other));
        section.row(Row::ratio(format!("{what}, CPU"), measured, Bar::AtMost(bar)));
    }
    section.say(format!(
        "nginx `return 200`, which checks nothing at all, takes {} of the CPU of Caddy with its cache on this machine: so much \
         of a request is the kernel's and HTTP's share.",
        find(RETURN).cpu_beside(find(CADDY))
    ));
}

fn table(section: &mut Section, targets: &[Target<'_>]) {
    let nginx = targets.iter().find(|it| it.name == RETURN).expect("a target");
    let limit = |name: &str| match name {
        KEY => Some(1.35),
        SPREAD_KEYS => Some(1.8),
        _ => None,
    };
    let mut table =
        Table::new(["", "requests/s", "CPU, µs/request", "÷ nginx return 200", "p50, ms", "p99, ms"]);
    let mut bars = Vec::new();
    for target in targets {
        let beside = target.cpu_beside(nginx);
        let mut cells = Vec::new();
        for figure in [target.figure(|it| it.rate), target.figure(|it| it.cpu), beside] {
            let mut cell = String::new();
            let _ = write!(cell, "{figure}");
            cells.push(cell);
        }
        let [rate, cpu, ratio]: [String; 3] = cells.try_into().expect("three figures");
        let (p50, p99) = (target.figure(|it| it.p50), target.figure(|it| it.p99));
        table.row([target.name.to_owned(), rate, cpu, ratio, p50.to_string(), p99.to_string()]);
        bars.push(Bars { name: target.name.to_owned(), value: beside, limit: limit(target.name) });
    }
    let title = "CPU per request beside nginx return 200".to_owned();
    section.chart(BarChart { name: "warm", title, rows: bars, longest: 6.0 }.draw());
    section.table(&table);
}

/// What does not depend on the machine's mood.
fn instructions(section: &mut Section, extent: Extent, stock: &Stock, peers: &Peers, sample: &Sample) {
    let plan = Plan::new(stock.folder());
    let own = callgrind::requests(extent, |address| plan.command(address), &stock.keys().request(0));
    let bare = request("GET", "/return", None);
    let command = |address| peers::nginx_command(peers.folder(), sample, address);
    let nginx = callgrind::requests(extent, command, &bare);
    section.say(format!(
        "Instructions of the whole server process for a warm API key, outside the kernel, by callgrind: {} each, beside {} \
         of nginx `return 200`.",
        crate::quartiles::digits(own),
        crate::quartiles::digits(nginx)
    ));
}
