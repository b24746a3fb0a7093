//! What each refusal means. The sentences are etcd's.

use tonic::{Code, Status};

use super::*;

fn met(code: Code, message: &str) -> EtcdError {
    of_status("http://127.0.0.1:1", &Status::new(code, message))
}

#[test]
fn limits_and_denials_are_certain() {
    let errors = [
        met(Code::InvalidArgument, "etcdserver: too many operations in txn request"),
        met(Code::InvalidArgument, "etcdserver: request is too large"),
        met(Code::PermissionDenied, "etcdserver: permission denied"),
        met(Code::Unauthenticated, "etcdserver: invalid auth token"),
        met(Code::OutOfRange, "etcdserver: mvcc: required revision has been compacted"),
    ];
    for error in errors {
        assert_eq!(error.fate, Fate::NotDone, "{error}");
    }
}

#[test]
fn time_outs_lost_leaders_and_full_disks_are_not() {
    let errors = [
        met(Code::Unavailable, "etcdserver: request timed out"),
        met(Code::Unavailable, "etcdserver: request timed out, possibly due to previous leader failure"),
        met(Code::Unavailable, "etcdserver: no leader"),
        met(Code::Unknown, "raft: proposal dropped"),
        met(Code::ResourceExhausted, "etcdserver: mvcc: database space exceeded"),
        met(Code::Unavailable, "connection reset"),
        met(Code::Ok, ""),
    ];
    for error in errors {
        assert_eq!(error.fate, Fate::Unknown, "{error}");
    }
}

#[test]
fn reads_are_asked_again_only_when_that_may_help() {
    assert!(met(Code::Unavailable, "etcdserver: no leader").may_pass());
    assert!(!met(Code::PermissionDenied, "etcdserver: permission denied").may_pass());
    assert!(!met(Code::OutOfRange, "etcdserver: mvcc: required revision has been compacted").may_pass());
}

#[test]
fn what_a_server_says_is_cut_and_on_one_line() {
    let error = met(Code::Unavailable, &"é\n\u{1b}[31m".repeat(1000)).to_string();
    assert!(error.len() < 2 * MAX_TOLD_BYTES, "{}", error.len());
    assert!(!error.contains(char::is_control), "{error}");
}
