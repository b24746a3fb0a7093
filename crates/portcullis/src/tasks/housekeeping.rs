//! Freeing the memory of dead cache entries, and removing API keys that have been dead for long enough.

use std::sync::Arc;
use std::time::Duration;

use portcullis_model::lifetime::Clock;
use portcullis_security::Security;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Dead entries are looked for this often, a bounded number at a time.
const RECLAIM_EVERY: Duration = Duration::from_millis(250);

/// As long as some are found: a million are gone within half a minute, and no request waits for more than one step, which is
/// under a millisecond.
const RECLAIM_AGAIN: Duration = Duration::from_millis(2);

/// Starts both.
pub(crate) fn start(
    security: Security,
    clock: Arc<dyn Clock>,
    stopping: watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) {
    tasks.spawn(until(stopping.clone(), reclaim(security.clone())));
    tasks.spawn(until(stopping, remove_dead_keys(security, clock)));
}

async fn until(mut stopping: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        _ = async { stopping.wait_for(|stop| *stop).await.is_ok() } => {}
        () = work => {}
    }
}

async fn reclaim(security: Security) {
    let mut pause = RECLAIM_EVERY;
    loop {
        tokio::time::sleep(pause).await;
        pause = if security.keep_house() > 0 { RECLAIM_AGAIN } else { RECLAIM_EVERY };
    }
}

async fn remove_dead_keys(security: Security, clock: Arc<dyn Clock>) {
    let every = security.settings().api_key.delete_interval_millis.max(1000).unsigned_abs();
    loop {
        match security.api_keys().remove_dead(clock.wall()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "API keys that were dead for long enough were removed"),
            Err(error) => tracing::warn!(%error, "dead API keys were not removed"),
        }
        tokio::time::sleep(Duration::from_millis(every)).await;
    }
}
