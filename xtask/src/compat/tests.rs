//! Rows, and the text around them.

use super::{BEGIN, END, markdown, replaced};
use serde_json::json;

#[test]
fn a_row_is_written() {
    let row = json!({
        "methods": ["POST", "PUT"], "path": "/_security/user/{username}", "action": "user/put",
        "params": ["refresh"], "body": "required", "doc": "Creates a user", "differs": "a | b"
    });
    assert_eq!(
        markdown(&row),
        "| `POST\\|PUT /_security/user/{username}` | `user/put` | `refresh` | required | Creates a user | a \\| b |\n"
    );
}

#[test]
fn a_route_without_action_needs_no_credentials() {
    let row = json!({"methods": ["GET"], "path": "/-/live", "action": null, "params": [], "body": "refused"});
    assert_eq!(markdown(&row), "| `GET /-/live` | none: no credentials |  | refused |  |  |\n");
}

#[test]
fn the_words_around_stay() {
    let text = format!("# Head\n{BEGIN}\nold\n{END}\ntail\n");
    let once = replaced(&text, "new\n").unwrap();
    assert_eq!(once, format!("# Head\n{BEGIN}\n\nnew\n\n{END}\ntail\n"));
    assert_eq!(replaced(&once, "new\n").unwrap(), once);
}

#[test]
fn a_document_without_markers_is_refused() {
    assert!(replaced("# Head\n", "new\n").is_err());
    assert!(replaced(&format!("{END}\n{BEGIN}\n"), "new\n").is_err());
}
