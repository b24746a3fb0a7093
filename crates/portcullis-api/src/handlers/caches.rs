//! Clearing caches: realms, roles, application privileges, API keys, service account tokens.

use portcullis_model::decision::RequestFacts;
use portcullis_security::{Failure, NodesOutcome};

use crate::guard::{Pending, Permitted};
use crate::nodes;
use crate::reply::Reply;

/// `POST /_security/realm/{realms}/_clear_cache`.
pub(crate) async fn clear_realms(pending: Pending) -> Result<Reply, Failure> {
    let (realms, usernames) = (pending.path_list("realms"), pending.query().list("usernames"));
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = permitted.security().clearing().realms(permitted.caller(), &realms, &usernames);
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/role/{name}/_clear_cache`.
pub(crate) async fn clear_roles(pending: Pending) -> Result<Reply, Failure> {
    let names = pending.path_list("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = permitted.security().clearing().roles(permitted.caller(), &names);
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/privilege/{application}/_clear_cache`.
pub(crate) async fn clear_privileges(pending: Pending) -> Result<Reply, Failure> {
    let applications = pending.path_list("application");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = permitted.security().clearing().privileges(permitted.caller(), &applications);
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/api_key/{ids}/_clear_cache`.
pub(crate) async fn clear_api_keys(pending: Pending) -> Result<Reply, Failure> {
    let ids = pending.path_list("ids");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let outcome = permitted.security().clearing().api_keys(permitted.caller(), &ids);
    Ok(cleared(&permitted, outcome))
}

/// `POST /_security/service/{namespace}/{service}/credential/token/{name}/_clear_cache`.
pub(crate) async fn clear_service_tokens(pending: Pending) -> Result<Reply, Failure> {
    let (namespace, service) = (pending.path("namespace"), pending.path("service"));
    let names = pending.path_list("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let clearing = permitted.security().clearing();
    let outcome = clearing.service_tokens(permitted.caller(), namespace, service, &names)?;
    Ok(cleared(&permitted, outcome))
}

fn cleared(permitted: &Permitted<'_>, outcome: NodesOutcome) -> Reply {
    Reply::ok(nodes::cleared(outcome, permitted.settings(), permitted.telling()))
}
