//! Bodies: who may send one, of which type and size, and what happens while one is on its way.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use portcullis_security::files::Reading;
use serde_json::json;

use super::*;

/// A body that says what happens when it is read.
struct Doing<F>(Option<F>);

impl<F: FnOnce() -> &'static str + Unpin> Body for Doing<F> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|act| Ok(Frame::data(Bytes::from_static(act().as_bytes())))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[tokio::test]
async fn the_body_of_somebody_unknown_is_not_read() {
    let bench = Bench::new();
    let body = Doing(Some(|| -> &'static str { panic!("read") }));
    let told = bench.send(request("PUT", "/_security/user/al", "x").body(body).unwrap()).await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_is_revoked_while_their_body_arrives_is_refused() {
    let bench = Bench::new();
    let revoke = || {
        std::fs::write(bench.directory.path().join("users"), "other:$2a$10$x\n").unwrap();
        if bench.security.take_files_in(Reading::First) {
            bench.security.take_files_in(Reading::Second);
        }
        bench.host.millis.store(5_000, Relaxed);
        r#"{"password":"s3krit-password","roles":[]}"#
    };
    let request = request("PUT", "/_security/user/al", "x").header("authorization", basic("admin"));
    let told = bench.send(request.body(Doing(Some(revoke))).unwrap()).await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_body_has_a_type_a_size_and_a_place() {
    let bench = Bench::with(ApiSettings { max_content_length: 64, ..ApiSettings::default() });
    let told = bench.ask("PUT", "/_security/user/al", &"x".repeat(65)).await;
    assert_eq!((told.status, &told.json()["status"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!(413)));

    let told = bench.ask("PUT", "/_security/user/al", "").await;
    assert_eq!(
        (told.status, told.reason()),
        (StatusCode::BAD_REQUEST, "request body is required".to_owned())
    );

    let told = bench.ask("POST", "/_security/realm/a/_clear_cache", "{}").await;
    assert_eq!(
        told.reason(),
        "request [POST /_security/realm/a/_clear_cache] does not support having a body"
    );

    for (header, sentence) in [
        (None, "Content-Type header is missing"),
        (Some("text/plain"), "Content-Type header [text/plain] is not supported"),
    ] {
        let mut request = Request::builder().method("PUT").uri("/_security/user/al");
        if let Some(header) = header {
            request = request.header("content-type", header);
        }
        let told =
            bench.send(request.header("authorization", basic("admin")).body(full("{}")).unwrap()).await;
        assert_eq!(told.json(), json!({"error": sentence, "status": 406}));
    }
}

#[tokio::test]
async fn an_update_of_a_key_needs_no_body() {
    let bench = Bench::new();
    let told = bench.ask("PUT", "/_security/api_key/unknown", "").await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert_eq!(told.json()["error"]["type"], "resource_not_found_exception");
}
