//! Nodes as rows and as JSON.

use portcullis_security::stats::cluster::NodeState;

use super::*;

fn node() -> NodeStats {
    NodeStats {
        node_id: "node-id".to_owned(),
        node_name: "a".to_owned(),
        address: "127.0.0.1:9201".to_owned(),
        version: "0.1.0".to_owned(),
        applied: 41,
        lag: 3,
        state: NodeState::Fenced,
        for_millis: 1_500,
        left_millis: Some(0),
    }
}

#[test]
fn a_row_has_a_cell_for_each_column_under_its_name() {
    let row = row(node());
    assert_eq!(row.len(), COLUMNS.len());
    let cells: Vec<(&str, String)> =
        COLUMNS.iter().zip(&row).map(|(column, cell)| (column.name, cell.text(None).unwrap())).collect();
    let expected = [
        ("name", "a"),
        ("id", "node-id"),
        ("address", "127.0.0.1:9201"),
        ("version", "0.1.0"),
        ("applied", "41"),
        ("lag", "3"),
        ("state", "fenced"),
        ("for", "1.5s"),
        ("left", "0ms"),
    ];
    assert_eq!(cells, expected.map(|(name, text)| (name, text.to_owned())));
}

#[test]
fn what_is_not_known_is_nothing() {
    let node = || NodeStats { address: String::new(), version: String::new(), left_millis: None, ..node() };
    let row = row(node());
    for (column, cell) in COLUMNS.iter().zip(&row) {
        let unknown = ["address", "version", "left"].contains(&column.name);
        assert_eq!(*cell == Cell::Nothing, unknown, "{}", column.name);
    }
    let told = shown(node());
    assert_eq!((&told["address"], &told["left_millis"]), (&Value::Null, &Value::Null));
    assert_eq!((&told["lag"], &told["state"]), (&json!(3), &json!("fenced")));
}

#[test]
fn no_column_has_the_name_of_another() {
    let names: Vec<&str> =
        COLUMNS.iter().flat_map(|it| it.aliases.iter().copied().chain([it.name])).collect();
    let unique: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), unique.len(), "{names:?}");
}
