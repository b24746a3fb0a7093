//! Between the route table and the handlers: a request whose sender is known but not yet allowed anything is a
//! [`Pending`]; the only way from there to the security service is [`Pending::permit`], which asks for the
//! action in the request's row. No decision is made here.

use std::sync::Arc;

use portcullis_model::decision::RequestFacts;
use portcullis_security::{Authenticated, Caller, Failure, Security};

use crate::body::Content;
use crate::params::{Params, Query};
use crate::settings::ApiSettings;
use crate::shared::Shared;

/// An authenticated request on a known route: its parameters and body can be read, nothing can be done yet.
pub(crate) struct Pending {
    pub(crate) shared: Arc<Shared>,
    pub(crate) action: &'static str,
    pub(crate) authenticated: Authenticated,
    pub(crate) params: Params,
    pub(crate) body: Content,
    /// Whether the client asked for `error_trace`.
    pub(crate) traces: bool,
}

impl Pending {
    /// A parameter of the path.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.params.path(name)
    }

    /// A list in the path; empty is "everything".
    pub(crate) fn path_list(&self, name: &str) -> Vec<String> {
        self.params.path_list(name)
    }

    /// The query.
    pub(crate) fn query(&self) -> &Query {
        self.params.query()
    }

    /// The body as sent; empty if there was none.
    pub(crate) fn body(&self) -> &[u8] {
        self.body.bytes()
    }

    /// Asks whether the sender may do the row's action with these facts.
    ///
    /// # Errors
    /// [`portcullis_security::Kind::Forbidden`] with the sentence that says which privileges would do.
    pub(crate) async fn permit(&self, facts: &RequestFacts) -> Result<Permitted<'_>, Failure> {
        let caller = self.shared.security.authorize(&self.authenticated, self.action, facts).await?;
        Ok(Permitted { pending: self, caller })
    }
}

/// A request that may be served.
pub(crate) struct Permitted<'a> {
    pending: &'a Pending,
    caller: Caller,
}

impl Permitted<'_> {
    /// Who is calling, with the right to it.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The service.
    pub(crate) fn security(&self) -> &Security {
        &self.pending.shared.security
    }

    /// The API's settings.
    pub(crate) fn settings(&self) -> &ApiSettings {
        &self.pending.shared.settings
    }

    /// What the host of the API provides.
    pub(crate) fn host(&self) -> &dyn crate::host::Host {
        &*self.pending.shared.host
    }

    /// How much of a failure inside a 200 is told.
    pub(crate) fn telling(&self) -> crate::error::Telling<'_> {
        self.pending.shared.telling(self.pending.traces)
    }
}
