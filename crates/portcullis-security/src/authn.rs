//! Authentication: from a request's headers to who is calling. It knows no HTTP; what a header says comes in as
//! [`Credentials`].

mod admission;
pub(crate) mod api_key;
mod basic;
pub(crate) mod credentials;
pub(crate) mod proven;
pub(crate) mod refused;
mod run_as;
pub(crate) mod service_token;

use std::net::SocketAddr;
use std::sync::Arc;

use portcullis_model::authentication::Authentication;

use crate::audit;
use crate::core::Core;
use crate::error::{Failure, Kind};
use crate::fence::{Reading, Standing};
use crate::files::Seen;
use crate::request_id::RequestId;
pub(crate) use admission::made_sure;
use basic::Asked;
use credentials::Credentials;
use proven::Proven;

/// What is known of a request before anybody is authenticated.
pub struct AuthenticationRequest {
    /// What the `Authorization` header says.
    pub credentials: Credentials,
    /// What `es-security-runas-user` says.
    pub run_as: Option<String>,
    /// The request's path and query, for the failure text.
    pub uri: String,
    /// Where the request came from, for the audit line; `None` where that is not known.
    pub origin: Option<SocketAddr>,
    /// The request's id, for the audit line.
    pub request_id: RequestId,
}

/// Somebody who has proved who they are.
#[derive(Clone)]
pub struct Authenticated {
    pub(crate) proven: Arc<Proven>,
    /// What was in the files before anything was read.
    pub(crate) files: Seen,
    /// The user that run-as asked for and nobody knows.
    pub(crate) unknown_target: Option<String>,
    /// What was read to find it out, and on what that stands.
    pub(crate) reading: Reading,
    /// With what it was proved: whoever builds on it has it proved again if it has changed.
    pub(crate) request: Arc<AuthenticationRequest>,
}

impl Authenticated {
    /// Who it is.
    pub fn authentication(&self) -> &Authentication {
        &self.proven.authentication
    }
}

impl AuthenticationRequest {
    /// Where the request came from, as the audit tells it.
    pub(crate) fn origin(&self) -> String {
        self.origin.map_or_else(|| "-".to_owned(), |it| it.to_string())
    }
}

/// Finds out who is calling.
///
/// # Errors
/// [`Kind::Unauthenticated`] when the credentials are missing or wrong; [`Kind::Rejected`] when too much hashing is
/// waiting; [`Kind::Unavailable`] when it cannot be told now; [`Kind::Fenced`] when only another node can tell.
pub(crate) async fn authenticate(
    core: &Core,
    request: &Arc<AuthenticationRequest>,
) -> Result<Authenticated, Failure> {
    authenticate_on(core, request, core.fence().capture()).await
}

/// As [`authenticate`], on something that was captured before.
pub(crate) async fn authenticate_on(
    core: &Core,
    request: &Arc<AuthenticationRequest>,
    standing: Standing,
) -> Result<Authenticated, Failure> {
    core.applied().check()?;
    let outcome = admission::admit(core, request, standing).await;
    if let Err(failure) = &outcome
        && failure.kind() == Kind::Unauthenticated
    {
        audit::authentication_failed(core, request, failure);
    }
    outcome
}

/// Who is calling, by what this node holds.
async fn decide(
    core: &Core,
    request: &AuthenticationRequest,
    reading: &mut Reading,
    asked: &mut Asked,
) -> Result<Arc<Proven>, Failure> {
    match &request.credentials {
        Credentials::None => match core.settings().anonymous.authentication() {
            // It rests on nothing that can change while the node runs.
            Some(nobody) => Ok(Arc::new(Proven::new(nobody, Vec::new(), None))),
            None => Err(missing(&request.uri)),
        },
        Credentials::Unknown => Err(missing(&request.uri)),
        Credentials::Malformed(failure) => Err(failure.clone()),
        Credentials::Basic { username, password } => {
            let user = basic::authenticate(core, username, password, reading, asked).await?;
            user.ok_or_else(|| unable(username, &request.uri))
        }
        Credentials::ApiKey { id, secret } => api_key::authenticate(core, id, secret, reading).await,
        Credentials::Bearer { token } => service_token::authenticate(core, token, reading).await,
    }
}

fn missing(uri: &str) -> Failure {
    Failure::new(
        Kind::Unauthenticated,
        format!("missing authentication credentials for REST request [{uri}]"),
    )
}

/// The same words for an unknown user, a wrong password and a disabled user.
pub(crate) fn unable(username: &str, uri: &str) -> Failure {
    Failure::new(
        Kind::Unauthenticated,
        format!("unable to authenticate user [{username}] for REST request [{uri}]"),
    )
}

/// What every API key and bearer token is told that fails softly, with the detail beside it.
#[track_caller]
pub(crate) fn soft_failure(authenticator: &str, detail: &str) -> Failure {
    Failure::new(
        Kind::Unauthenticated,
        "unable to authenticate with provided credentials and anonymous access is not allowed for this request",
    )
    .with("additional_unsuccessful_credentials", format!("{authenticator}: {detail}"))
}
