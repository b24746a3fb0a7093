//! Users: get, put, delete, enable, disable, change password.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use portcullis_security::manage::users::Enablement;
use serde_json::json;

use crate::guard::{Pending, Permitted};
use crate::reply::Reply;
use crate::warning;
use crate::wire;

/// `with_profile_uid` is taken and has no effect: there are no profiles, and a user without one lacks the field.
pub(crate) const GET_PARAMS: &[&str] = &["with_profile_uid"];

/// `GET /_security/user[/{username}]`.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    pending.query().flag("with_profile_uid")?;
    let names = pending.params.names("username");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let users = permitted.security().users().get(permitted.caller(), &names).await?;
    Ok(Reply::found(names.is_empty() || !users.is_empty(), wire::users::by_name(users)))
}

/// `PUT /_security/user/{username}`.
pub(crate) async fn put(pending: Pending) -> Result<Reply, Failure> {
    let user = wire::users::put(pending.path("username"), pending.body())?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let created = permitted.security().users().put(permitted.caller(), user).await?;
    Ok(Reply::ok(json!({"created": created})))
}

/// `DELETE /_security/user/{username}`.
pub(crate) async fn delete(pending: Pending) -> Result<Reply, Failure> {
    let username = pending.path("username");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let deleted = permitted.security().users().delete(permitted.caller(), username).await?;
    let reply = Reply::found(deleted.found, json!({"found": deleted.found}));
    Ok(warn_of_keys(reply, &permitted, deleted.live_api_keys))
}

/// `PUT /_security/user/{username}/_enable`.
pub(crate) async fn enable(pending: Pending) -> Result<Reply, Failure> {
    set_enabled(pending, Enablement::Enabled).await
}

/// `PUT /_security/user/{username}/_disable`.
pub(crate) async fn disable(pending: Pending) -> Result<Reply, Failure> {
    set_enabled(pending, Enablement::Disabled).await
}

async fn set_enabled(pending: Pending, wanted: Enablement) -> Result<Reply, Failure> {
    let username = pending.path("username");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let done = permitted.security().users().set_enabled(permitted.caller(), username, wanted).await?;
    Ok(warn_of_keys(Reply::ok(json!({})), &permitted, done.live_api_keys))
}

/// `PUT /_security/user[/{username}]/_password`. Without a name it is the caller's own.
pub(crate) async fn change_password(pending: Pending) -> Result<Reply, Failure> {
    let new = wire::users::change_password(pending.body())?;
    let effective = &pending.authenticated.authentication().effective.username;
    let target = Some(pending.path("username")).filter(|name| !name.is_empty());
    let facts = RequestFacts::User { username: target.unwrap_or(effective).to_owned() };
    let permitted = pending.permit(&facts).await?;
    permitted.security().users().change_password(permitted.caller(), target, new).await?;
    Ok(Reply::ok(json!({})))
}

/// API keys outlive their user; whoever ends a user should know.
fn warn_of_keys(reply: Reply, permitted: &Permitted<'_>, live: u64) -> Reply {
    let text = match live {
        0 => return reply,
        1 => "1 API key of this user is still valid; invalidate it to end its access".to_owned(),
        many => format!("{many} API keys of this user are still valid; invalidate them to end their access"),
    };
    warning::add(reply, permitted.settings(), &text)
}
