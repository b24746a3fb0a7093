//! Bytes that no etcd sends, and what messages must not show.

use proptest::prelude::*;
use prost::Message;

use super::auth::{AuthenticateRequest, AuthenticateResponse};
use super::kv::{KeyRange, KeyValue};
use super::maintenance::{AlarmResponse, CompactionResponse, StatusResponse};
use super::range::RangeResponse;
use super::txn::{Operation, TxnResponse};
use super::watch::WatchResponse;

fn decode_as_everything(bytes: &[u8]) {
    let _ = RangeResponse::decode(bytes);
    let _ = TxnResponse::decode(bytes);
    let _ = CompactionResponse::decode(bytes);
    let _ = WatchResponse::decode(bytes);
    let _ = AuthenticateResponse::decode(bytes);
    let _ = StatusResponse::decode(bytes);
    let _ = AlarmResponse::decode(bytes);
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        decode_as_everything(&bytes);
    }

    #[test]
    fn a_good_answer_with_changed_bytes_is_decoded_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let kv = KeyValue { key: "k".into(), mod_revision: 7, value: "v".into(), ..KeyValue::default() };
        let range = RangeResponse { kvs: vec![kv; 5], count: 5, ..RangeResponse::default() };
        let mut bytes = range.encode_to_vec();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        decode_as_everything(&bytes);
    }
}

#[test]
fn groups_within_groups_do_not_end_the_process() {
    decode_as_everything(&vec![0x0b; 4 * 1024 * 1024]);
    decode_as_everything(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
}

#[test]
fn a_prefix_ends_before_the_next_one() {
    let parts = |prefix: &'static [u8]| KeyRange::prefix(prefix).into_parts();
    assert_eq!(parts(b"/sec/"), ("/sec/".into(), "/sec0".into()));
    assert_eq!(parts(b"a\xff"), (b"a\xff".as_slice().into(), "b".into()));
    assert_eq!(parts(b"\xff"), (b"\xff".as_slice().into(), "\0".into()));
    assert_eq!(parts(b""), ("\0".into(), "\0".into()));
}

#[test]
fn debug_shows_no_password_token_or_value() {
    let request = AuthenticateRequest { name: "u".into(), password: "s3cret".into() };
    let response = AuthenticateResponse { token: "s3cret".into() };
    let kv = KeyValue { value: "s3cret".into(), ..KeyValue::default() };
    let put = Operation::put("k", "s3cret");
    let shown = format!("{request:?} {response:?} {kv:?} {put:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("AuthenticateRequest"));
}
