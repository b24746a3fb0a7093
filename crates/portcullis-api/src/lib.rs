//! The Elasticsearch wire: one route table, one guard, handlers by noun, one error renderer. An [`Api`] turns an HTTP
//! request into a response by asking `portcullis-security`.
//!
//! What never lives here: decisions, listeners, clocks, files, storage.

mod answer;
mod api;
mod body;
mod cat;
mod error;
mod guard;
mod handlers;
mod headers;
mod host;
mod media;
mod nodes;
mod params;
mod refusal;
mod reply;
mod request_id;
mod routes;
mod settings;
mod shared;
mod warning;
mod wire;

pub use api::Api;
pub use host::{Host, Observation};
pub use routes::{BodyRule, ROUTES, Route};
pub use settings::ApiSettings;
