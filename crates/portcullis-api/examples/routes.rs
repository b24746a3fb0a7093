//! Prints the route table, one JSON object a line: what `docs/COMPATIBILITY.md` is made from.
#![expect(clippy::print_stdout, reason = "what it prints is its result")]

use portcullis_api::{BodyRule, ROUTES};
use serde_json::json;

fn main() {
    for route in ROUTES {
        let body = match route.body {
            BodyRule::Refused => "refused",
            BodyRule::Optional => "optional",
            BodyRule::Required => "required",
        };
        let methods: Vec<&str> = route.methods.iter().map(http::Method::as_str).collect();
        let row = json!({
            "methods": methods,
            "path": route.path,
            "action": route.action(),
            "params": route.params,
            "body": body,
            "doc": route.doc,
            "differs": route.differs,
        });
        println!("{row}");
    }
}
