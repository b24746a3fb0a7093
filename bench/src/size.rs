//! How much memory entries need, how long a start takes, and what a durable write costs.

use std::path::Path;
use std::time::{Duration, Instant};

use redb::{Database, TableDefinition};
use tempfile::TempDir;

use crate::client::{api_key, basic, request_with};
use crate::extent::Extent;
use crate::load::Load;
use crate::node::{Node, PASSWORD, Plan, WHOAMI};
use crate::quartiles::Quartiles;
use crate::report::{Bar, Row, Section, Table};
use crate::resident;
use crate::stock::Stock;

const MIB: f64 = 1024.0 * 1024.0;
/// Time without a write, before a node at rest is killed.
const REST: Duration = Duration::from_secs(1);
/// Keys that are created at once, where it is not one.
const CROWD: usize = 16;
/// Of the document of a key of `elastic`, in bytes.
const DOCUMENT: usize = 1_200;

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Size, start and durable writes");
    memory(&mut section, extent);
    let mut table = Table::new([
        "API keys on disk",
        "data, MiB",
        "after a clean stop, ms",
        "after SIGKILL at rest, ms",
        "after SIGKILL in the middle of writing, ms",
        "memory, MiB",
    ]);
    for count in [100, extent.middling(), extent.large()] {
        starts(&mut section, &mut table, extent, count);
    }
    section.say(
        "From the start of the process to the first answer, which is who an API key is. At rest: a key was \
         created a second before SIGKILL. In the middle of writing: it was created just then, so that what is in use in the \
         file has to be found out by walking through it; to have it written down with each commit would cost each a second \
         sync. `memory` is that of the process after this answer (RSS).",
    );
    section.table(&table);
    creation(&mut section, extent);
    section
}

fn memory(section: &mut Section, extent: Extent) {
    let count = extent.middling();
    let sizes: Vec<resident::Sizes> = (0..extent.of(3, 1)).map(|_| resident::count(count)).collect();
    let of = |size: fn(&resident::Sizes) -> f64| Quartiles::of(sizes.iter().map(size));
    let answers = answers();
    let mut table = Table::new(["cached", "entry, bytes", "of it the record", "rendered answer"]);
    let rows = [
        ("API key", of(|it| it.key), of(|it| it.record).to_string()),
        ("native user", of(|it| it.user), String::new()),
        ("service token", of(|it| it.token), String::new()),
    ];
    for ((kind, entry, record), answer) in rows.into_iter().zip(answers) {
        table.row([kind.to_owned(), entry.to_string(), record, answer.to_string()]);
    }
    section.say(format!(
        "What a cached credential takes: growth of a process for each of {count} of a kind, the allocator's own included. API \
         keys share their role descriptors here, as those do that one user made; a key's record, without them, is measured \
         as that of as many records alone. The answer to `GET {WHOAMI}` is rendered when it is first asked for, and comes to \
         that."
    ));
    section.table(&table);
    let beside = of(|it| (it.key - it.record).max(0.0));
    let what = "memory per cached API key, beside its record and rendered answer";
    section.row(Row::new(what, beside, " bytes", Bar::AtMost(400.0)));
}

/// Bytes of what an API key, a native user and a service token are answered that ask who they are.
fn answers() -> [usize; 3] {
    let folder = TempDir::with_prefix("portcullis-bench-").expect("a folder");
    let node = Plan::new(folder.path()).start();
    let (id, secret) = node.create_key();
    let user = r#"{"password":"bench-password","roles":["bench"]}"#;
    node.elastic("PUT", "/_security/user/bench-user-000000000", Some(user));
    let token = "/_security/service/elastic/fleet-server/credential/token/bench-000000000";
    let token = node.elastic("PUT", token, None).json();
    let bearer = token["token"]["value"].as_str().expect("a token").to_owned();
    [api_key(&id, &secret), basic("bench-user-000000000", "bench-password"), format!("Bearer {bearer}")]
        .map(|who| node.client().ask("GET", WHOAMI, &who).body.len())
}

fn starts(section: &mut Section, table: &mut Table, extent: Extent, count: usize) {
    let stock = Stock::shared(count);
    let header = stock.keys().header(count / 2);
    let (mut clean, mut at_rest, mut writing, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut plan = Plan::new(stock.folder());
    for _ in 0..extent.of(5, 2) {
        let mut node = plan.launch();
        clean.push(node.first_answer(&header).as_secs_f64());
        memory = node.server().resident();
        node.create_key();
        std::thread::sleep(REST);
        let mut node = node.kill().launch();
        at_rest.push(node.first_answer(&header).as_secs_f64());
        node.create_key();
        let mut node = node.kill().launch();
        writing.push(node.first_answer(&header).as_secs_f64());
        plan = node.stop();
    }
    let (clean, at_rest, writing) = (Quartiles::of(clean), Quartiles::of(at_rest), Quartiles::of(writing));
    let data = size_of(&stock.data()) as f64 / MIB;
    let millis = |it: Quartiles| it.map(|it| it * 1e3).to_string();
    table.row([
        count.to_string(),
        format!("{data:.0}"),
        millis(clean),
        millis(at_rest),
        millis(writing),
        format!("{:.1}", memory as f64 / MIB),
    ]);
    if count == extent.large() {
        for (measured, after) in [
            (clean, "a clean stop"),
            (at_rest, "SIGKILL at rest"),
            (writing, "SIGKILL in the middle of writing"),
        ] {
            let what = format!("first answer after start, 1,000,000 keys, after {after}");
            section.row(Row::new(what, measured, " s", Bar::AtMost(1.0)));
        }
    }
}

/// Bytes of the files in a folder.
fn size_of(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    files.map(|it| it.metadata().map_or(0, |it| it.len())).sum()
}

/// Creating keys, alone and in a crowd, beside commits of the same size by the same library with nothing around it.
fn creation(section: &mut Section, extent: Extent) {
    let stock = Stock::of(1_000);
    let node = Plan::new(stock.folder()).start();
    let bare = Bare::open();
    let duration = Duration::from_millis(extent.of(400, 150));
    let (mut alone, mut crowd) = (Creator::to(&node, 1), Creator::to(&node, CROWD));
    let (mut times, mut computed) = ([Vec::new(), Vec::new(), Vec::new()], Vec::new());
    for round in 0..extent.rounds() {
        for step in 0..times.len() {
            let way = (round + step) % times.len();
            times[way].push(match way {
                0 => {
                    let before = node.server().spent();
                    let each = alone.slice(duration);
                    let share = (node.server().spent() - before).as_secs_f64() / duration.as_secs_f64();
                    computed.push(share * each);
                    each
                }
                1 => crowd.slice(duration),
                _ => bare.slice(duration),
            });
        }
    }
    let [alone, crowd, bare] = times;
    let beside =
        |one: &[f64], other: &[f64]| Quartiles::of(one.iter().zip(other).map(|(one, other)| one / other));
    section.row(Row::ratio(
        "create API key, keys a second, 16 at a time ÷ one at a time",
        beside(&alone, &crowd),
        Bar::AtLeast(5.0),
    ));
    section.row(Row::ratio(
        "create API key, one at a time ÷ a bare redb commit, time",
        beside(&alone, &bare),
        Bar::AtMost(2.0),
    ));
    let mut table = Table::new(["durable, each", "ms", "a second"]);
    for (what, times) in [
        ("create an API key, one at a time", &alone),
        ("the same, 16 at a time", &crowd),
        ("a bare redb commit of that size", &bare),
    ] {
        let times = Quartiles::of(times.iter().copied());
        table.row([
            what.to_owned(),
            times.map(|it| it * 1e3).to_string(),
            format!("{:.0}", 1.0 / times.median),
        ]);
    }
    section.say(format!(
        "`POST /_security/api_key` over HTTP, each synced to disk before it is answered, beside commits of as many bytes to \
         a file of redb on the same file system, synced too. A creation alone takes {} ms of the node's core, the commit's \
         own work included: a request over HTTP, the secret and its hash, a line of the audit, and the way from the thread \
         that answers to the one that writes, to the one that clears caches, and back. With a disk this fast that counts.",
        Quartiles::of(computed).map(|it| it * 1e3)
    ));
    section.table(&table);
}

/// A client that creates keys.
struct Creator {
    load: Load,
    request: Vec<u8>,
}

impl Creator {
    fn to(node: &Node, connections: usize) -> Self {
        let authorization = basic("elastic", PASSWORD);
        let request = request_with("POST", "/_security/api_key", &authorization, r#"{"name":"bench"}"#);
        Self { load: Load::to(node.address(), connections).awake(), request }
    }

    /// Seconds for each.
    fn slice(&mut self, duration: Duration) -> f64 {
        let request = &self.request;
        let outcome = self.load.closed(duration, 200, &mut |out| out.extend_from_slice(request));
        assert_eq!(outcome.unexpected, 0, "a key is not created");
        1.0 / outcome.rate()
    }
}

/// A file of redb.
struct Bare {
    database: Database,
    _folder: TempDir,
}

const TABLE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("documents");

impl Bare {
    fn open() -> Self {
        let folder = TempDir::with_prefix("redb-").expect("a folder");
        let database = Database::create(folder.path().join("bare.redb")).expect("a database");
        Self { database, _folder: folder }
    }

    /// Seconds for each.
    fn slice(&self, duration: Duration) -> f64 {
        let (began, mut count, body) = (Instant::now(), 0_u32, [b'x'; DOCUMENT]);
        while began.elapsed() < duration {
            let transaction = self.database.begin_write().expect("a transaction");
            let id = format!("{:>020}", began.elapsed().as_nanos());
            transaction
                .open_table(TABLE)
                .expect("a table")
                .insert(id.as_str(), body.as_slice())
                .expect("a write");
            transaction.commit().expect("a commit");
            count += 1;
        }
        began.elapsed().as_secs_f64() / f64::from(count)
    }
}
