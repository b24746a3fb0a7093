//! Logins of users of a real directory, with nothing cached and from the cache, beside what the same `slapd` takes for a
//! bare bind. One thread does all that is not the directory's, so its time is what a login costs here.
//!
//! There is no TLS, the directory's passwords are not hashed, and the network is this machine: a real directory takes
//! longer, while what Portcullis adds to it stays the same.

mod bare;
mod content;
mod slices;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ldap3::Ldap;
use portcullis_security::Security;
use portcullis_tests::slapd::{Slapd, content as names, password};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::extent::Extent;
use crate::fixture::authenticate;
use crate::quartiles::Quartiles;
use crate::report::{Section, Table};
use slices::Slices;

/// People who log in at once, each with a name of their own.
const CROWD: usize = 64;
/// Logins of a slice that ask the directory.
const COLD: usize = 256;
/// Logins of a slice that do not: there must be enough of them to be measured.
const WARM: usize = 32_000;

/// How a password is checked.
#[derive(Clone, Copy)]
enum Way {
    Bind,
    Questions,
    Cold,
    Warm,
}

const WAYS: [(Way, &str, usize); 4] = [
    (Way::Bind, "a bare bind", COLD),
    (Way::Questions, "a bare search, bind and search for groups", COLD),
    (Way::Cold, "a login that is not cached", COLD),
    (Way::Warm, "a login from the cache", WARM),
];

pub(crate) fn measure(extent: Extent) -> Section {
    let mut section = Section::new("Users of a directory");
    section.say(
        "Logins of users of a real directory (OpenLDAP's `slapd` on this machine, without TLS, passwords not hashed), with \
         nothing cached and from the cache, beside what the same directory takes for a bare bind. One thread does all that \
         is not the directory's. Ratios are logins a second beside a bare bind.",
    );
    let mut table = Table::new(["", "logins/s", "CPU of each, µs", "÷ a bare bind"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let bench = Arc::new(Bench::start().await);
        for (crowd, what) in [(1, "one at a time"), (CROWD, "64 at once")] {
            let mut slices = Slices::new(WAYS.len());
            for round in 0..extent.rounds() {
                for step in 0..WAYS.len() {
                    // No way has the same neighbours in each round.
                    let number = (round + step) % WAYS.len();
                    let (way, _, logins) = WAYS[number];
                    slices.measure(number, logins, bench.slice(way, crowd, logins)).await;
                }
            }
            for (number, (_, name, _)) in WAYS.iter().enumerate() {
                let [rate, cpu, ratio] = slices.figures(number).map(|it: Quartiles| it.to_string());
                table.row([format!("{name}, {what}"), rate, cpu, ratio]);
            }
        }
    });
    section.table(&table);
    section
}

/// A directory, and two services that ask it.
struct Bench {
    slapd: Slapd,
    /// It caches nobody.
    cold: Security,
    warm: Security,
    people: Vec<Person>,
    _configuration: TempDir,
}

struct Person {
    uid: String,
    dn: String,
    password: String,
    /// Of a request that they send.
    header: String,
    /// A connection on which they are searched.
    reader: Ldap,
}

impl Bench {
    async fn start() -> Self {
        let uids: Vec<String> = (0..CROWD).map(|number| format!("person-{number}")).collect();
        let slapd = Slapd::builder().ldif(&content::ldif(&uids)).start().await;
        let (configuration, [cold, warm]) = content::services(&slapd);
        let mut people = Vec::new();
        for uid in uids {
            let (dn, password) = (names::user(&uid), password(&uid));
            let header = format!("Basic {}", STANDARD.encode(format!("{uid}:{password}")));
            authenticate(&warm, &header).await.expect("somebody of the directory");
            people.push(Person { uid, dn, password, header, reader: bare::reader(&slapd).await });
        }
        Self { slapd, cold, warm, people, _configuration: configuration }
    }

    /// So many logins by so many people at once.
    async fn slice(self: &Arc<Self>, way: Way, crowd: usize, logins: usize) {
        let mut tasks = JoinSet::new();
        for number in 0..crowd {
            let bench = Arc::clone(self);
            tasks.spawn(async move {
                for _ in 0..logins / crowd {
                    bench.log_in(way, &bench.people[number]).await;
                }
            });
        }
        tasks.join_all().await;
    }

    async fn log_in(&self, way: Way, who: &Person) {
        let Person { uid, dn, password, header, reader } = who;
        match way {
            Way::Bind => {
                bare::bind(&self.slapd, dn, password).await.unbind().await.expect("an end");
            }
            Way::Questions => bare::log_in(&self.slapd, &mut reader.clone(), uid, password).await,
            Way::Cold => drop(authenticate(&self.cold, header).await.expect("a login")),
            Way::Warm => drop(authenticate(&self.warm, header).await.expect("a login")),
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.cold.stop();
        self.warm.stop();
    }
}
