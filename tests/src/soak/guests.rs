//! People with good credentials who log in at every node all the time, and must get in.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::run::{Shared, basic};
use super::town::Town;
use crate::secrets;

/// How long each waits before the next time.
const PAUSE: Duration = Duration::from_millis(50);

/// A user and the holder of a key at each node. All have been there once when this returns, before any storm.
pub(super) async fn come(shared: &Arc<Shared>, town: &Town) -> Vec<JoinHandle<()>> {
    let password = secrets::password();
    let body = json!({"password": password, "roles": []});
    town.elastic(0).put("/_security/user/guest").json(&body).await.ok();
    let key = shared.create(&mut shared.connect(0)).await.expect("a key");
    let mut guests = Vec::new();
    for node in 0..shared.addresses.len() {
        for (what, header) in [("a user", basic("guest", &password)), ("a key", key.header.clone())] {
            let mut connection = shared.connect(node);
            assert_eq!(connection.login(&header).await, 200, "{what}");
            let shared = Arc::clone(shared);
            guests.push(tokio::spawn(async move {
                let mut times = interval(PAUSE);
                times.set_missed_tick_behavior(MissedTickBehavior::Delay);
                while !shared.is_over() {
                    times.tick().await;
                    let status = connection.login(&header).await;
                    shared.tally.saw(what, status, &[200]);
                }
            }));
        }
    }
    guests
}
