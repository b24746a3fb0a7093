//! What stands beside a refusal besides its reason.

use crate::settings::Settings;

/// The values of `WWW-Authenticate`, in the order in which Elasticsearch sends them.
pub fn challenges(settings: &Settings) -> Vec<&'static str> {
    let mut challenges = vec!["Basic realm=\"security\", charset=\"UTF-8\""];
    if settings.api_key.enabled.is_on() {
        challenges.push("ApiKey");
    }
    challenges
}
