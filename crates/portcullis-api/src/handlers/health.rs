//! `GET /_cluster/health`, as far as clients wait for it. There are no shards here: a node that answers is green.

use http::StatusCode;
use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::reply::Reply;

/// What clients send; only `wait_for_status`, `wait_for_nodes` and `level` are looked at.
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

/// How many nodes there are.
const NODES: u64 = 1;

/// Tells the health. A condition that cannot come true is told as timed out at once: waiting would not change it.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let query = pending.query();
    if let Some(status) = query.present("wait_for_status")
        && !["green", "yellow", "red"].contains(&status.to_ascii_lowercase().as_str())
    {
        return Err(Failure::illegal_argument(format!("unknown cluster health status [{status}]")));
    }
    if let Some(level) = query.present("level")
        && !["cluster", "indices", "shards"].contains(&level)
    {
        return Err(Failure::illegal_argument(format!(
            "level parameter must be one of [cluster] or [indices] or [shards] but was [{level}]"
        )));
    }
    let enough = query.present("wait_for_nodes").map_or(Ok(true), enough_nodes)?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let value = json!({
        "cluster_name": permitted.settings().cluster_name,
        "status": "green",
        "timed_out": !enough,
        "number_of_nodes": NODES,
        "number_of_data_nodes": NODES,
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
    Ok(Reply::with_status(if enough { StatusCode::OK } else { StatusCode::REQUEST_TIMEOUT }, value))
}

/// `3`, `>=2`, `<=2`, `>2`, `<2`, `ge(2)`, `le(2)`, `gt(2)`, `lt(2)`.
fn enough_nodes(condition: &str) -> Result<bool, Failure> {
    let bad = || Failure::illegal_argument(format!("cannot parse [wait_for_nodes] with value [{condition}]"));
    let parts = [(">=", "ge("), ("<=", "le("), (">", "gt("), ("<", "lt(")];
    for (index, (sign, word)) in parts.into_iter().enumerate() {
        let number = condition
            .strip_prefix(sign)
            .or_else(|| condition.strip_prefix(word).and_then(|rest| rest.strip_suffix(')')));
        if let Some(number) = number {
            let number: u64 = number.trim().parse().map_err(|_| bad())?;
            return Ok(match index {
                0 => NODES >= number,
                1 => NODES <= number,
                2 => NODES > number,
                _ => NODES < number,
            });
        }
    }
    condition.parse::<u64>().map(|number| NODES >= number).map_err(|_| bad())
}
