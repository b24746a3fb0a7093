//! Clearing caches: realms, roles, application privileges, API keys, service account tokens.

use std::time::Duration;

use portcullis_model::decision::RequestFacts;
use portcullis_model::lifetime::TimeValue;
use portcullis_security::{Clearing, DEFAULT_TIMEOUT, Failure, NodesOutcome};

use crate::guard::{Pending, Permitted};
use crate::nodes;
use crate::reply::Reply;

/// `POST /_security/realm/{realms}/_clear_cache`.
pub(crate) async fn clear_realms(pending: Pending) -> Result<Reply, Failure> {
    let (realms, usernames) = (pending.path_list("realms"), pending.query().list("usernames"));
    let timeout = pending.query().time("timeout")?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = clearing(&permitted, timeout).realms(permitted.caller(), &realms, &usernames).await?;
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/role/{name}/_clear_cache`.
pub(crate) async fn clear_roles(pending: Pending) -> Result<Reply, Failure> {
    let names = pending.path_list("name");
    let timeout = pending.query().time("timeout")?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = clearing(&permitted, timeout).roles(permitted.caller(), &names).await?;
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/privilege/{application}/_clear_cache`.
pub(crate) async fn clear_privileges(pending: Pending) -> Result<Reply, Failure> {
    let applications = pending.path_list("application");
    let timeout = pending.query().time("timeout")?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = clearing(&permitted, timeout).privileges(permitted.caller(), &applications).await?;
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/api_key/{ids}/_clear_cache`.
pub(crate) async fn clear_api_keys(pending: Pending) -> Result<Reply, Failure> {
    let ids = pending.path_list("ids");
    let timeout = pending.query().time("timeout")?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = clearing(&permitted, timeout).api_keys(permitted.caller(), &ids).await?;
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/service/{namespace}/{service}/credential/token/{name}/_clear_cache`.
pub(crate) async fn clear_service_tokens(pending: Pending) -> Result<Reply, Failure> {
    let (namespace, service) = (pending.path("namespace"), pending.path("service"));
    let names = pending.path_list("name");
    let timeout = pending.query().time("timeout")?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let clearing = clearing(&permitted, timeout);
    let outcome = clearing.service_tokens(permitted.caller(), namespace, service, &names).await?;
    Ok(cleared(&permitted, outcome))
}

/// `timeout`: how long the other nodes are waited for; `-1` is as long as it may be.
fn clearing<'a>(permitted: &'a Permitted<'_>, timeout: Option<TimeValue>) -> Clearing<'a> {
    let timeout = timeout.map_or(DEFAULT_TIMEOUT, |it| it.as_duration().unwrap_or(Duration::MAX));
    permitted.security().clearing().within(timeout)
}

fn cleared(permitted: &Permitted<'_>, outcome: NodesOutcome) -> Reply {
    Reply::ok(nodes::cleared(outcome, permitted.settings(), permitted.telling()))
}
