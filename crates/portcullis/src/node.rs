//! One running node: everything that was started, and how it stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use portcullis_api::Api;
use portcullis_model::lifetime::Clock;
use portcullis_security::{HostRealm, Security};
use portcullis_store::Revision;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::control::{Control, Orders};
use crate::error::StartError;
use crate::host::NodeHost;
use crate::tasks;
use crate::wiring;
use crate::wiring::bootstrap::{self, Bootstrapped, First, FirstPassword};

/// Requests in flight at a stop have this long to be answered.
const DRAIN: Duration = Duration::from_secs(10);

/// What a start is given besides the configuration.
pub struct Options {
    /// Where the first password of `elastic` comes from.
    pub first_password: FirstPassword,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Realms of the host, with their orders.
    pub realms: Vec<(i64, HostRealm)>,
}

/// A running node. Dropping it without [`Node::stop`] ends its tasks without draining.
pub struct Node {
    control: Control,
    security: Security,
    addresses: Vec<SocketAddr>,
    metrics: Vec<SocketAddr>,
    scheme: &'static str,
    bootstrapped: Bootstrapped,
    /// Epoch and revision of the store when it was opened.
    opened: (String, Revision),
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Node {
    /// Starts a node on the current Tokio runtime. When it returns, requests are answered.
    ///
    /// # Errors
    /// Whatever keeps it from starting; nothing stays behind then.
    pub async fn start(config: &Config, options: Options) -> Result<Self, StartError> {
        let store = wiring::store::open(config)?;
        let opened = (store.identity().epoch, store.revision());
        let names = wiring::store::names(&*store)?;
        // Whatever can fail comes before a password is generated: one that is stored and was never shown is lost.
        let sockets = wiring::http::bind(config).await?;
        let settings = wiring::security::settings(config, names, sockets.first());
        let security = Security::start_with_realms(
            settings,
            Arc::clone(&store),
            Arc::clone(&options.clock),
            &config.path_conf,
            options.realms,
        )?;
        let orders = Orders::bind(&config.path_data).map_err(StartError::Control)?;
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        security.join()?;
        let first = First { security: security.clone(), first: options.first_password };
        let bootstrapped = bootstrap::run(first, &stopping, &mut tasks).await?;

        let host = Arc::new(NodeHost::new(security.clone(), stopping.clone()));
        let api = Api::new(security.clone(), wiring::http::api_settings(config), Arc::clone(&host) as _);
        let listening = wiring::http::listen(config, sockets, api, host, &stopping, &mut tasks)?;
        let control = orders.answer(security.clone(), store).map_err(StartError::Thread)?;
        tasks::files::start(config, security.clone(), listening.tls, stopping.clone())?;
        tasks::housekeeping::start(security.clone(), options.clock, stopping, &mut tasks);
        Ok(Self {
            control,
            security,
            addresses: listening.addresses,
            metrics: listening.metrics,
            scheme: if config.tls.is_some() { "https" } else { "http" },
            bootstrapped,
            opened,
            stop,
            tasks,
        })
    }

    /// Where it listens, with the ports that the system chose.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where the metrics are served without credentials, if they are.
    pub fn metrics_addresses(&self) -> &[SocketAddr] {
        &self.metrics
    }

    /// The security service inside.
    pub fn security(&self) -> &Security {
        &self.security
    }

    /// The first address as a URL.
    pub fn url(&self) -> String {
        self.addresses.first().map(|it| format!("{}://{it}", self.scheme)).unwrap_or_default()
    }

    /// Tells somebody at a terminal where it listens, and a new password, once.
    pub fn greet(&self) {
        // Every change of this node since then is in the log: a restore that brings revocations back looks for this.
        let (epoch, revision) = &self.opened;
        tracing::info!({ "store.epoch" = epoch, "store.revision" = revision.0 }, "the store is open");
        for address in &self.addresses {
            tracing::info!(address = format!("{}://{address}", self.scheme), "listening");
        }
        for address in &self.metrics {
            tracing::info!(address = format!("http://{address}"), "listening for metrics");
        }
        // With the standard output gone there is nobody left to tell.
        let _ = bootstrap::greet(&self.url(), &self.bootstrapped);
    }

    /// Accepts no more, answers what is in flight, closes the store.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("some requests were not answered within {} s and are cut off", DRAIN.as_secs());
        }
        self.tasks.abort_all();
        // Before the store: whoever opens it next makes a socket in the same place, which this would remove.
        drop(self.control);
        // The others then wait for it no longer.
        self.security.leave().await;
        self.security.stop();
    }
}
