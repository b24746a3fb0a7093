//! The nodes of a cluster on the wire: as the rows of a table, and as JSON. What is known of them is the security
//! service's business.

use portcullis_security::stats::cluster::NodeStats;
use serde_json::{Value, json};

use crate::cat::{Align, Cell, Column};

#[cfg(test)]
mod tests;

/// The columns of `_cat/nodes`. `differs` of its route lists them, too.
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "name", aliases: &["n"], doc: "name of the node", align: Align::Left },
    Column { name: "id", aliases: &["nodeId"], doc: "its id, kept over restarts", align: Align::Left },
    Column {
        name: "address",
        aliases: &["http", "http_address"],
        doc: "where its API is reached",
        align: Align::Left,
    },
    Column { name: "version", aliases: &[], doc: "its version of Portcullis", align: Align::Left },
    Column {
        name: "applied",
        aliases: &["a"],
        doc: "the revision that it says to have taken in",
        align: Align::Right,
    },
    Column {
        name: "lag",
        aliases: &["l"],
        doc: "how many revisions that is behind the newest known to the node that answers",
        align: Align::Right,
    },
    Column {
        name: "state",
        aliases: &["st"],
        doc: "trusted, fenced (it said so itself), silent (not heard of for the window), lost (removed, and fenced \
              by then) or left (it was stopped)",
        align: Align::Left,
    },
    Column {
        name: "for",
        aliases: &["f"],
        doc: "for how long the node that answers knows that",
        align: Align::Right,
    },
    Column {
        name: "left",
        aliases: &["lt"],
        doc: "for how long its trust still holds unless it hears of itself; of the node that answers alone",
        align: Align::Right,
    },
];

/// A cell for each of [`COLUMNS`].
pub(crate) fn row(node: NodeStats) -> Vec<Cell> {
    let text = |text: String| if text.is_empty() { Cell::Nothing } else { Cell::Text(text) };
    vec![
        text(node.node_name),
        text(node.node_id),
        text(node.address),
        text(node.version),
        Cell::Count(node.applied),
        Cell::Count(node.lag),
        Cell::Text(node.state.name().to_owned()),
        Cell::Millis(node.for_millis),
        node.left_millis.map_or(Cell::Nothing, Cell::Millis),
    ]
}

/// The same for `_security/stats`.
pub(crate) fn shown(node: NodeStats) -> Value {
    let known = |text: String| if text.is_empty() { Value::Null } else { Value::String(text) };
    json!({
        "id": node.node_id,
        "name": node.node_name,
        "address": known(node.address),
        "version": known(node.version),
        "applied": node.applied,
        "lag": node.lag,
        "state": node.state.name(),
        "for_millis": node.for_millis,
        "left_millis": node.left_millis,
    })
}
