//! The limits of a body, on bodies that are cut, chunked, or never end.

use std::convert::Infallible;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;
use http_body_util::{Empty, Full};

use super::*;

const LIMITS: Limits = Limits { bytes: 8, time: Duration::from_secs(30) };

#[tokio::test]
async fn a_body_of_the_limit_is_read_and_one_byte_more_is_refused() {
    let read_of = |text: &'static str| read(Full::new(Bytes::from(text)), LIMITS);
    assert_eq!(read_of("12345678").await.unwrap().bytes(), b"12345678");
    assert_eq!(read_of("123456789").await.err().unwrap().kind(), Kind::ContentTooLarge);
}

/// Frames without an announced length.
struct Frames(Vec<Result<&'static str, &'static str>>);

impl Body for Frames {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(self.0.remove(0).map(|text| Frame::data(Bytes::from(text)))))
    }
}

#[tokio::test]
async fn a_chunked_body_is_held_to_the_limit() {
    assert_eq!(read(Frames(vec![Ok("1234"), Ok("5678")]), LIMITS).await.unwrap().bytes(), b"12345678");
    let failure = read(Frames(vec![Ok("1234"), Ok("56789")]), LIMITS).await.err().unwrap();
    assert_eq!(failure.kind(), Kind::ContentTooLarge);
}

#[tokio::test]
async fn a_body_cut_off_is_a_parse_failure() {
    let failure = read(Frames(vec![Ok("{\"a\":"), Err("reset")]), LIMITS).await.err().unwrap();
    assert_eq!((failure.kind(), failure.reason()), (Kind::Parse, "the request body ended early"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_times_out() {
    struct Never;
    impl Body for Never {
        type Data = Bytes;
        type Error = Infallible;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }
    assert_eq!(read(Never, LIMITS).await.err().unwrap().kind(), Kind::RequestTimeout);
}

#[test]
fn an_empty_body_is_not_promised() {
    assert!(!promised(&Empty::<Bytes>::new()));
    assert!(!promised(&Full::new(Bytes::new())));
    assert!(promised(&Full::new(Bytes::from("x"))));
}
