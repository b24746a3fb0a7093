//! Prints the route table, one JSON object a line: what `docs/COMPATIBILITY.md` is made from.

use std::io::{self, Write};

use portcullis_api::{BodyRule, ROUTES};
use serde_json::json;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for route in ROUTES {
        let methods: Vec<&str> = route.methods.iter().map(|method| method.as_str()).collect();
        let body = match route.body {
            BodyRule::Refused => "refused",
            BodyRule::Optional => "optional",
            BodyRule::Required => "required",
        };
        let row = json!({
            "methods": methods,
            "path": route.path,
            "action": route.action().unwrap_or_default(),
            "params": route.params,
            "body": body,
            "doc": route.doc,
            "differs": route.differs,
        });
        writeln!(out, "{row}")?;
    }
    Ok(())
}
