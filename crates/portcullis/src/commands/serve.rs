//! `portcullis serve`: runs a node until it is told to stop.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::clock::SystemClock;
use crate::config::Config;
use crate::error::StartError;
use crate::node::{Node, Options};
use crate::wiring::bootstrap::FirstPassword;

/// Runs a node until SIGTERM or SIGINT, then lets it finish what it has begun.
///
/// # Errors
/// Whatever keeps the node from starting.
pub fn serve(config: &Config) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name("portcullis-http")
        .enable_all()
        .build()
        .map_err(StartError::Thread)?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(StartError::Thread)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(StartError::Thread)?;
        let first_password = FirstPassword::of_process()?;
        let options = Options { first_password, clock: Arc::new(SystemClock), realms: Vec::new() };
        let node = Node::start(config, options).await?;
        node.greet();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        node.stop().await;
        Ok(())
    })
}
