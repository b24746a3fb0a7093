//! A node in this process, on the core of the servers. So its caches can be filled from two threads without a request for
//! each entry; what is measured is asked for over HTTP all the same.

use std::net::SocketAddr;
use std::sync::Arc;

use portcullis::clock::SystemClock;
use portcullis::config::{Config, Machine, Sources};
use portcullis::{FirstPassword, Options};
use portcullis_secrets::Secret;
use portcullis_security::Security;
use tokio::runtime::Runtime;

use crate::cpu::{self, Pinned};
use crate::fixture::authenticate;
use crate::node::PASSWORD;
use crate::stock::{Keys, Stock};

/// Threads that fill a cache.
const FILLERS: usize = 2;
const CACHE: &str = "api_key";
/// Steps of freeing between two looks.
const STEPS: usize = 2_000;

/// The node. Dropping it stops it.
pub(crate) struct Inside {
    node: Option<portcullis::Node>,
    runtime: Runtime,
}

impl Inside {
    /// One over the stock, whose cache holds all of its keys.
    pub(crate) fn over(stock: &Stock) -> Self {
        // Threads that are started here stay there.
        let _pinned = Pinned::to(cpu::SERVER);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let most = stock.keys().count + 1_000;
        let sources = Sources {
            path_conf: stock.folder().join("config"),
            environment: Vec::new(),
            overrides: vec![
                "path.data=data".to_owned(),
                "http.port=0".to_owned(),
                format!("xpack.security.authc.api_key.cache.max_keys={most}"),
            ],
            working_dir: stock.folder().to_owned(),
            machine: Machine { host_name: "bench".to_owned(), cores: 1 },
        };
        let config = Config::load(&sources).unwrap_or_else(|error| panic!("{error}"));
        let options = Options {
            first_password: FirstPassword::Given(Secret::from_string(PASSWORD.to_owned())),
            clock: Arc::new(SystemClock),
            realms: Vec::new(),
        };
        let node = runtime.block_on(portcullis::Node::start(&config, options)).expect("a node");
        Self { node: Some(node), runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.node().addresses()[0]
    }

    fn node(&self) -> &portcullis::Node {
        self.node.as_ref().expect("a node that runs")
    }

    fn security(&self) -> &Security {
        self.node().security()
    }

    /// Entries that would be found, and dead ones that are still in memory.
    pub(crate) fn entries(&self) -> (usize, usize) {
        let stats = self.security().stats();
        let cache = stats.caches.iter().find(|(name, _)| name == CACHE).expect("a cache");
        (cache.1.entries, cache.1.unreclaimed)
    }

    /// Has the first `count` keys in the cache.
    pub(crate) fn fill(&self, keys: &Keys, count: usize) {
        std::thread::scope(|scope| {
            for filler in 0..FILLERS {
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                    runtime.expect("a runtime").block_on(async {
                        for number in (filler..count).step_by(FILLERS) {
                            authenticate(self.security(), &keys.header(number))
                                .await
                                .expect("a key of the stock");
                        }
                    });
                });
            }
        });
    }

    /// Frees all dead entries, faster than the node does by itself.
    pub(crate) fn free(&self) {
        while self.entries().1 > 0 {
            for _ in 0..STEPS {
                self.security().keep_house();
            }
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if let Some(node) = self.node.take() {
            self.runtime.block_on(node.stop());
        }
    }
}
