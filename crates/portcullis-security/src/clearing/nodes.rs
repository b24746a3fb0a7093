//! What the members of a cluster said of a clear, as one answer: one entry for each node that was a member when it was
//! given.

use std::collections::BTreeMap;

use portcullis_cluster::{Identity, Outcome, Reply, Verdict};

use super::{Cleared, NodesOutcome};
use crate::cluster;
use crate::error::{Failure, Kind};

/// The answer from what each life of a node said. Of several lives of one node the one that did its part counts: the
/// others are over.
pub(super) fn outcome(own: (Identity, Outcome), replies: Vec<Reply>) -> NodesOutcome {
    let mut nodes = BTreeMap::new();
    for reply in replies {
        let id =
            reply.identity.as_ref().map_or_else(|| reply.incarnation.to_string(), |it| it.node_id.clone());
        let name = reply.identity.map_or_else(|| id.clone(), |it| it.name);
        let said = said(reply.verdict, &name);
        match nodes.get(&id) {
            Some((_, Ok(_))) if said.is_err() => {}
            _ => {
                nodes.insert(id, (name, said));
            }
        }
    }
    let (identity, done) = own;
    nodes.insert(identity.node_id, (identity.name, told(done)));
    let mut outcome = NodesOutcome { cleared: Vec::new(), failures: Vec::new() };
    for (node_id, (node_name, said)) in nodes {
        match said {
            Ok(evicted) => outcome.cleared.push(Cleared { node_id, node_name, evicted }),
            Err(cause) => outcome.failures.push((node_id.clone(), failed(&node_id, cause))),
        }
    }
    outcome
}

/// The failure of one node's part.
pub(super) fn failed(node_id: &str, cause: Failure) -> Failure {
    Failure::new(Kind::FailedNode, format!("Failed node [{node_id}]")).caused_by(cause)
}

fn said(verdict: Verdict, name: &str) -> Result<usize, Failure> {
    match verdict {
        Verdict::Confirmed(outcome) => outcome.map_or(Ok(0), told),
        Verdict::Silent => Err(Failure::unavailable(format!(
            "node [{name}] did not confirm in time; it is fenced by now: it uses nothing that it cached before the clear"
        ))),
        Verdict::Left => Err(Failure::unavailable(format!(
            "node [{name}] left the cluster before it confirmed; it is fenced by now"
        ))),
    }
}

fn told(outcome: Outcome) -> Result<usize, Failure> {
    match outcome {
        Outcome::Evicted(count) => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
        Outcome::Error(text) => Err(cluster::failure(&text)),
    }
}
