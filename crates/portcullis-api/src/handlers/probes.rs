//! The probes of whoever runs the process: no credentials, nothing told but a status, nothing logged.

use http::StatusCode;

use crate::reply::Reply;
use crate::shared::Shared;

/// `GET /-/live`.
pub(crate) fn live(_: &Shared) -> Reply {
    status(StatusCode::OK)
}

/// `GET /-/ready`.
pub(crate) fn ready(shared: &Shared) -> Reply {
    status(if shared.host.ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE })
}

fn status(status: StatusCode) -> Reply {
    Reply::text(status, "text/plain; charset=UTF-8", String::new())
}
