//! The answer of whatever is done on every node: `_nodes`, `cluster_name`, `nodes`. Its status is 200 even if every
//! node failed; `_nodes.failed` tells.

use portcullis_security::{Failure, NodesOutcome};
use serde_json::{Map, Value, json};

use crate::error::{self, Telling};
use crate::settings::ApiSettings;

#[cfg(test)]
mod tests;

/// The answer of a cache clear. `evicted` is beyond Elasticsearch.
pub(crate) fn cleared(outcome: NodesOutcome, settings: &ApiSettings, telling: Telling<'_>) -> Value {
    let header = header(outcome.cleared.len(), outcome.failures, telling);
    let nodes: Map<String, Value> = outcome
        .cleared
        .into_iter()
        .map(|node| (node.node_id, json!({"name": node.node_name, "evicted": node.evicted})))
        .collect();
    json!({"_nodes": header, "cluster_name": settings.cluster_name, "nodes": nodes})
}

/// `_nodes`. `failures` is left out when there are none.
pub(crate) fn header(successful: usize, failures: Vec<(String, Failure)>, telling: Telling<'_>) -> Value {
    let failed = failures.len();
    let mut header = json!({"total": successful + failed, "successful": successful, "failed": failed});
    if let Value::Object(header) = &mut header
        && failed > 0
    {
        let told =
            failures.into_iter().map(|(id, failure)| error::object(&failure.with("node_id", id), telling));
        header.insert("failures".to_owned(), told.collect());
    }
    header
}
