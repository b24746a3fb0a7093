//! A request's way through the API, in the order that Elasticsearch keeps: who is it, in which media types, to
//! which route, with which parameters, with which body; then the handler. Each step is a file of its own.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use portcullis_security::{Authenticated, AuthenticationRequest, Failure, RequestId, Security};
use tracing::Instrument;

use crate::body::{self, Content, Limits};
use crate::guard::Pending;
use crate::host::{Host, Observation};
use crate::params::{Params, Query};
use crate::refusal::{Refusal, Short};
use crate::reply::Reply;
use crate::reply::filter::Filter;
use crate::request_id::RequestIds;
use crate::routes::matching::{Matched, Router};
use crate::routes::{BodyRule, Entry, ROUTES, Route};
use crate::settings::ApiSettings;
use crate::shared::Shared;
use crate::{answer, headers, media, warning};

/// The HTTP API of one node. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
    router: Arc<Router>,
}

/// A body that took longer than this to arrive has its sender authenticated again: what was true when the head
/// came may have been revoked since. Most bodies come with their head and cost nothing more.
const STALE_AFTER: Duration = Duration::from_millis(100);

/// The route of an observation whose path is not in the table.
const NO_ROUTE: &str = "-";

/// What becomes known of a request on its way.
struct Trail {
    id: RequestId,
    route: &'static str,
    open: bool,
}

impl Api {
    /// An API in front of `security`.
    pub fn new(security: Security, settings: ApiSettings, host: Arc<dyn Host>) -> Self {
        let challenges = security.challenges();
        Self {
            shared: Arc::new(Shared { security, settings, host, ids: RequestIds::new(), challenges }),
            router: Arc::new(Router::new(ROUTES)),
        }
    }

    /// Answers one request. `peer` is where it came from, for the audit line. Every outcome is an answer: nothing
    /// that a client sends makes this fail.
    pub async fn respond<B>(&self, request: Request<B>, peer: Option<SocketAddr>) -> Response<Full<Bytes>>
    where
        B: Body,
        B::Error: fmt::Display,
    {
        let began = self.shared.host.elapsed();
        let (head, body) = request.into_parts();
        let mut trail = Trail { id: self.shared.ids.of(&head.headers), route: NO_ROUTE, open: false };
        let query = Query::parse(head.uri.query());
        // The audit and the refusals tell the id themselves; a span for each request is for who looks closely.
        let span = tracing::debug_span!("request", request_id = trail.id.as_str());
        let serving = self.serve(&head, &query, body, peer, &mut trail);
        let outcome = match span.is_disabled() {
            true => serving.await,
            false => Box::pin(serving.instrument(span.clone())).await,
        };
        let _entered = span.entered();
        let response = answer::write(&self.shared, &head, &query.unwrap_or_default(), &trail.id, outcome);
        if !trail.open {
            let status = response.status().as_u16();
            let elapsed = self.shared.host.elapsed().saturating_sub(began);
            let method = headers::bounded(&head.method);
            tracing::debug!(
                method,
                route = trail.route,
                status,
                elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
                "answered"
            );
            self.shared.host.observe(&Observation { route: trail.route, method, status, elapsed });
        }
        response
    }

    async fn serve<B>(
        &self,
        head: &Parts,
        query: &Result<Query, Failure>,
        body: B,
        peer: Option<SocketAddr>,
        trail: &mut Trail,
    ) -> Result<Reply, Refusal>
    where
        B: Body,
        B::Error: fmt::Display,
    {
        let guarded = match self.router.find(&head.method, head.uri.path()) {
            Some(Matched { route, raw }) => {
                trail.route = route.path;
                match route.entry {
                    Entry::Open(probe) => {
                        trail.open = true;
                        return Ok(probe(&self.shared));
                    }
                    Entry::Guarded { action, handler } => Some((route, raw, action, handler)),
                }
            }
            None => None,
        };
        if head.method == Method::OPTIONS {
            return Ok(answer::options(&self.router.allowed(head.uri.path())));
        }
        headers::single_valued(&head.headers)?;
        let request = Arc::new(headers::authentication(head, peer, &trail.id));
        let authenticated = self.shared.security.authenticate(&request).await?;

        let format = query.as_ref().ok().and_then(|query| query.text("format"));
        media::negotiate(&head.headers, format, body::promised(&body), self.shared.settings.major())?;
        let Some((route, raw, action, handler)) = guarded else { return Err(self.unrouted(head).into()) };
        if body::promised(&body) {
            media::check_body(&head.headers)?;
        }
        let params = Params::new(&raw, query.clone()?)?;
        let traces = self.check_params(head, route, params.query())?;
        let (body, authenticated) = if body::promised(&body) {
            // Kept out of this future: most requests have no body.
            Box::pin(self.take_body(head, route, body, &request, authenticated)).await?
        } else if route.body == BodyRule::Required {
            return Err(Failure::parse("request body is required").into());
        } else {
            (Content::default(), authenticated)
        };
        let deprecated = warning::of_user(authenticated.authentication());
        let shared = Arc::clone(&self.shared);
        let reply = handler(Pending { shared, action, authenticated, params, body, traces }).await?;
        Ok(match deprecated {
            Some(text) => warning::add(reply, &self.shared.settings, &text),
            None => reply,
        })
    }

    /// Why no row serves a request.
    fn unrouted(&self, head: &Parts) -> Short {
        let allowed = self.router.allowed(head.uri.path());
        let (uri, method) = (headers::target(head), head.method.clone());
        if allowed.is_empty() {
            return Short::NoHandler { uri, method };
        }
        Short::WrongMethod { uri, method, allowed }
    }

    /// Refuses what the row does not take. Tells whether stack traces are wanted.
    fn check_params(&self, head: &Parts, route: &Route, query: &Query) -> Result<bool, Refusal> {
        query.refuse_unknown(head.uri.path(), route.params)?;
        query.flag("pretty")?;
        query.flag("human")?;
        query.check_refresh()?;
        if let Some(filter) = query.text("filter_path") {
            Filter::check(filter)?;
        }
        let traces = query.flag("error_trace")?;
        if traces && !self.shared.settings.detailed_errors {
            return Err(Short::TracesDisabled.into());
        }
        Ok(traces)
    }

    /// Reads the body as the row wants it, and makes sure that its sender is still who they were.
    async fn take_body<B>(
        &self,
        head: &Parts,
        route: &Route,
        body: B,
        request: &Arc<AuthenticationRequest>,
        authenticated: Authenticated,
    ) -> Result<(Content, Authenticated), Failure>
    where
        B: Body,
        B::Error: fmt::Display,
    {
        let settings = &self.shared.settings;
        let limits = Limits { bytes: settings.max_content_length, time: settings.body_timeout };
        let began = self.shared.host.elapsed();
        let content = body::read(body, limits).await?;
        match route.body {
            BodyRule::Refused if !content.is_empty() => {
                return Err(Failure::illegal_argument(format!(
                    "request [{} {}] does not support having a body",
                    head.method,
                    head.uri.path()
                )));
            }
            BodyRule::Required if content.is_empty() => {
                return Err(Failure::parse("request body is required"));
            }
            BodyRule::Refused | BodyRule::Required | BodyRule::Optional => {}
        }
        if self.shared.host.elapsed().saturating_sub(began) < STALE_AFTER {
            return Ok((content, authenticated));
        }
        let authenticated = self.shared.security.authenticate(request).await?;
        Ok((content, authenticated))
    }
}

#[cfg(test)]
mod tests;
