//! Looks back at the run: was every route seen refusing and serving, and did a secret get out anywhere?

use http::Method;
use portcullis_api::Route;
use portcullis_model::authentication::Authentication;
use portcullis_model::privilege::cluster::granted_by;
use portcullis_model::subject::{RealmRef, User};
use portcullis_tests::secrets::{self, Search};
use portcullis_tests::{logs, observed};

use crate::samples;

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
    for (route, method) in samples::all() {
        let seen = observed::of(route, method.as_str());
        let mut lacks = |what: &str| missing.push(format!("{method} {}: {what}", route.path));
        if !seen.statuses.iter().any(|status| (200..300).contains(status)) {
            lacks("no success");
        }
        let Some(action) = route.action() else { continue };
        if !seen.challenged {
            lacks("no 401 with WWW-Authenticate");
        }
        if !seen.statuses.contains(&403) {
            lacks("no 403");
        }
        // An answer to HEAD has no body to say it in.
        if method != "HEAD"
            && !seen.forbidden.iter().any(|sentence| *sentence == denied(route, method, action, sentence))
        {
            lacks(&format!("no 403 with the sentence of [{action}], but {:?}", seen.forbidden));
        }
    }
    assert!(missing.is_empty(), "not seen:\n{}", missing.join("\n"));
}

/// The sentence that the table gives for whoever is the subject of `sentence`.
fn denied(route: &Route, method: &Method, action: &str, sentence: &str) -> String {
    let start = format!("action [{action}] is unauthorized for ");
    let subject =
        sentence.strip_prefix(&start).and_then(|rest| rest.split_once(", ")).map_or("", |(it, _)| it);
    // Everybody may ask who they are, unless as somebody else.
    if route.path == "/_security/_authenticate" {
        let who = subject.split(" with ").next().unwrap_or_default();
        let target = sentence.rsplit_once('[').map_or("", |(_, it)| it.trim_end_matches(']'));
        return format!("{start}{subject}, because {who} is unauthorized to run as [{target}]");
    }
    let user = User::new("somebody", [""; 0]);
    let somebody = Authentication::realm(user, RealmRef::new("default_native", "native"));
    let privileges = granted_by(action, &samples::facts(route, method, "somebody", "k"), &somebody).join(",");
    format!("{start}{subject}, this action is granted by the cluster privileges [{privileges}]")
}
