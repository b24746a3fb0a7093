//! Looks back at the run: was every route seen refusing and serving, and did a secret get out anywhere?

use portcullis_api::ROUTES;
use portcullis_tests::secrets::{self, Search};
use portcullis_tests::{logs, observed};

portcullis_tests::tests![no_secret_got_out, every_route_was_seen];

async fn no_secret_got_out() {
    assert!(secrets::count() > 10, "the run made no secrets worth the name");
    let search = Search::new();
    assert_eq!(search.find(&logs::everything()), None, "in the logs");
    let told = secrets::all_told();
    assert!(told.contains_key("metrics"), "no metrics were looked at");
    for (what, bytes) in told {
        assert_eq!(search.find(&bytes), None, "in the answers to {what}");
    }
}

async fn every_route_was_seen() {
    let mut missing = Vec::new();
    for route in ROUTES {
        for method in route.methods {
            let seen = observed::of(route, method.as_str());
            let mut lacks = |what: &str| missing.push(format!("{method} {}: {what}", route.path));
            if !seen.statuses.iter().any(|status| (200..300).contains(status)) {
                lacks("no success");
            }
            if route.action().is_none() {
                continue;
            }
            if !seen.challenged {
                lacks("no 401 with WWW-Authenticate");
            }
            if !seen.statuses.contains(&403) {
                lacks("no 403");
            }
        }
    }
    assert!(missing.is_empty(), "not seen:\n{}", missing.join("\n"));
}
