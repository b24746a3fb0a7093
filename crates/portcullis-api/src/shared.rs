//! What every request of one [`Api`](crate::Api) has in common: the service, the settings, the process around. How a
//! request goes through, and the routes, are not known here.

use std::sync::Arc;

use portcullis_security::Security;

use crate::error::Telling;
use crate::host::Host;
use crate::request_id::RequestIds;
use crate::settings::ApiSettings;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) security: Security,
    pub(crate) settings: ApiSettings,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) ids: RequestIds,
    /// The values of `WWW-Authenticate` on a 401, a header line each.
    pub(crate) challenges: Vec<&'static str>,
}

impl Shared {
    /// How much of a failure is told.
    pub(crate) fn telling(&self, traces: bool) -> Telling<'_> {
        Telling { challenges: &self.challenges, traces, detailed: self.settings.detailed_errors }
    }
}
