//! `GET /_security/_authenticate`: who the caller is.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;

use crate::guard::Pending;
use crate::reply::Reply;
use crate::wire;

/// Tells who the caller is.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let username = pending.authenticated.authentication().effective.username.clone();
    let facts = RequestFacts::User { username };
    let permitted = pending.permit(&facts).await?;
    let authentication = permitted.caller().authentication();
    let roles = permitted.security().settings().anonymous.shown_roles(authentication);
    Ok(Reply::ok(wire::authentication::shown(authentication, &roles)))
}
