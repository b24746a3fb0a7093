//! `GET /_cluster/health`, as far as clients wait for it. There are no shards here: the nodes alone decide.

use std::time::Duration;

use http::StatusCode;
use portcullis_model::decision::RequestFacts;
use portcullis_model::lifetime::TimeValue;
use portcullis_security::Failure;
use portcullis_security::stats::cluster::ClusterStats;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::guard::Pending;
use crate::params::Query;
use crate::reply::Reply;
use condition::{Condition, Health};

mod condition;
#[cfg(test)]
mod tests;

/// What clients send; only `wait_for_status`, `wait_for_nodes`, `timeout` and `level` are looked at.
pub(crate) const PARAMS: &[&str] = &[
    "wait_for_status",
    "wait_for_nodes",
    "wait_for_active_shards",
    "wait_for_events",
    "wait_for_no_relocating_shards",
    "wait_for_no_initializing_shards",
    "expand_wildcards",
    "level",
    "local",
    "master_timeout",
    "timeout",
];

/// For how long a condition is waited for unless `timeout` says otherwise; Elasticsearch's.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest wait, whatever `timeout` says: a request must end.
const MOST_PATIENCE: Duration = Duration::from_secs(3_600);

/// Between two looks at the nodes.
const PAUSE: Duration = Duration::from_millis(100);

/// Tells the health. In a cluster it waits for what was asked for; alone, a condition that does not hold is told as
/// timed out at once, because waiting would not change it.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let query = pending.query();
    let (condition, patience) = (Condition::of(query)?, patience(query)?);
    if let Some(level) = query.present("level")
        && !["cluster", "indices", "shards"].contains(&level)
    {
        return Err(Failure::illegal_argument(format!(
            "level parameter must be one of [cluster] or [indices] or [shards] but was [{level}]"
        )));
    }
    let permitted = pending.permit(&RequestFacts::None).await?;
    let security = permitted.security();
    let patience = worthwhile(patience, security.cluster().as_ref());
    let (health, outcome) = wait(condition, patience, || Health::of(&security.nodes())).await;
    let value = json!({
        "cluster_name": permitted.settings().cluster_name,
        "status": health.status.name(),
        "timed_out": outcome == Outcome::TimedOut,
        "number_of_nodes": health.nodes,
        "number_of_data_nodes": health.nodes,
        "active_primary_shards": 0,
        "active_shards": 0,
        "relocating_shards": 0,
        "initializing_shards": 0,
        "unassigned_shards": 0,
        "unassigned_primary_shards": 0,
        "delayed_unassigned_shards": 0,
        "number_of_pending_tasks": 0,
        "number_of_in_flight_fetch": 0,
        "task_max_waiting_in_queue_millis": 0,
        "active_shards_percent_as_number": 100.0,
    });
    let status = match outcome {
        Outcome::Reached => StatusCode::OK,
        Outcome::TimedOut => StatusCode::REQUEST_TIMEOUT,
    };
    Ok(Reply::with_status(status, value))
}

/// What became of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Reached,
    TimedOut,
}

fn patience(query: &Query) -> Result<Duration, Failure> {
    let Some(text) = query.present("timeout") else { return Ok(PATIENCE) };
    let value =
        TimeValue::parse("timeout", text).map_err(|error| Failure::illegal_argument(error.to_string()))?;
    Ok(value.as_duration().unwrap_or(MOST_PATIENCE).min(MOST_PATIENCE))
}

/// Alone, a node has nobody to wait for.
fn worthwhile(patience: Duration, cluster: Option<&ClusterStats>) -> Duration {
    match cluster {
        Some(_) => patience,
        None => Duration::ZERO,
    }
}

/// Looks until it is so, and once more when the time is over.
async fn wait(condition: Condition, patience: Duration, look: impl Fn() -> Health) -> (Health, Outcome) {
    let until_it_is_so = async {
        loop {
            let health = look();
            if condition.holds(health) {
                return health;
            }
            sleep(PAUSE).await;
        }
    };
    match timeout(patience, until_it_is_so).await {
        Ok(health) => (health, Outcome::Reached),
        Err(_) => {
            let health = look();
            (health, if condition.holds(health) { Outcome::Reached } else { Outcome::TimedOut })
        }
    }
}
