//! A credential from its header to its verdict, warm, in this process: so often as is said. This is what callgrind counts;
//! a node that is alone and a member of a cluster must not differ.

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use portcullis_cluster::Timing;
use portcullis_security::Settings;
use portcullis_security::settings::{ClusterSettings, Freshness};
use portcullis_store::{MemoryLog, MemoryStore};

use crate::client::api_key;
use crate::fixture::{Fixture, authenticate};

/// What this program is told to do that, before who it is.
pub(crate) const COMMAND: &str = "verify";

/// Who checks.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    Alone,
    Member,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Member => "member",
        }
    }
}

/// This program, to be told how often.
pub(crate) fn program(who: Who) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args([COMMAND, who.name()]);
    command
}

/// Does it.
pub(crate) fn run(who: &str, count: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let fixture = if who == Who::Member.name() { member().await } else { alone().await };
        let (id, secret) = fixture.key().await;
        let header = api_key(&id, &secret);
        for _ in 0..count {
            black_box(authenticate(&fixture.security, &header).await.expect("a key that was just made"));
        }
        fixture.security.stop();
    });
}

async fn alone() -> Fixture {
    Fixture::start(Settings::default(), Arc::new(MemoryStore::new())).await
}

/// A member that trusts what it knows; nobody else is there.
async fn member() -> Fixture {
    // As callgrind slows everything down, it may be silent for as long as can be set.
    let timing = Timing::new(30_000, 500, 0.11).expect("a timing");
    let (address, version) = ("127.0.0.1:9200".to_owned(), "bench".to_owned());
    let cluster = ClusterSettings { timing, freshness: Freshness::Lease, address, version };
    let settings = Settings { cluster: Some(cluster), cluster_uuid: None, ..Settings::default() };
    Fixture::start(settings, Arc::new(MemoryLog::new().node())).await
}
