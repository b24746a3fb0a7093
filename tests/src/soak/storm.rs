//! Wrong passwords for many names, at every node at once: each costs its node a slow hash.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinHandle;

use super::run::{Shared, basic};
use super::town::Town;
use crate::secrets;

/// Names that exist. As many do not.
const KNOWN: usize = 8;

/// So many at each node, who never stop.
pub(super) async fn begin(shared: &Arc<Shared>, town: &Town, at_each: usize) -> Vec<JoinHandle<()>> {
    for name in 0..KNOWN {
        let body = json!({"password": secrets::password(), "roles": []});
        town.elastic(name % town.nodes.len())
            .put(&format!("/_security/user/{}", known(name)))
            .json(&body)
            .await
            .ok();
    }
    let mut storm = Vec::new();
    for client in 0..at_each * shared.addresses.len() {
        let mut connection = shared.connect(client);
        let shared = Arc::clone(shared);
        storm.push(tokio::spawn(async move {
            let mut turn = client;
            while !shared.is_over() {
                let name =
                    if turn % 2 == 0 { known(turn % KNOWN) } else { format!("stranger-{client}-{turn}") };
                // One that was not tried before.
                let status = connection.login(&basic(&name, &format!("{client}-{turn:x}"))).await;
                // Where the pool is full, it says so.
                shared.tally.saw("a wrong password", status, &[401, 429]);
                turn += 1;
            }
        }));
    }
    storm
}

fn known(name: usize) -> String {
    format!("known-{name}")
}
