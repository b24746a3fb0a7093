//! `GET /_security/_authenticate`: who the caller is.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::Value;

use crate::guard::{Pending, Permitted};
use crate::reply::{Presentation, Reply};
use crate::wire;

/// Tells who the caller is. The answer hangs on the credential alone, so it is written once for it and kept beside it.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let username = pending.authenticated.authentication().effective.username.clone();
    let facts = RequestFacts::User { username };
    let permitted = pending.permit(&facts).await?;
    let kept = permitted.caller().rendering();
    let json = kept.get_or_write(|| Presentation::plain().write(shown(&permitted), false))?;
    Ok(Reply::rendered(json))
}

fn shown(permitted: &Permitted<'_>) -> Value {
    let authentication = permitted.caller().authentication();
    let roles = permitted.security().settings().anonymous.shown_roles(authentication);
    wire::authentication::shown(authentication, &roles)
}
