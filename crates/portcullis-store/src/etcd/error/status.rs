//! From what the library reports to what it means: etcd's own sentences first, then codes, then the connection.

use std::error::Error;

use tonic::{Code, ConnectError, Status};

use super::{EtcdError, Fate, Trouble, told};

/// Part of what etcd says, what it means, and what it tells of the call's fate.
type Sentence = (&'static str, fn(String) -> Trouble, Fate);

/// What etcd says, what it means, and what it tells of the call's fate.
///
/// A refusal for want of space is no proof that nothing was written: a member that runs out of quota between taking and
/// applying a request applies it and says so. Neither is a missing leader: it may be missed after the proposal.
const SENTENCES: [Sentence; 14] = [
    ("required revision has been compacted", |_| Trouble::Compacted(None), Fate::NotDone),
    ("required revision is a future revision", |_| Trouble::Future, Fate::NotDone),
    ("too many operations in txn request", Trouble::TooLarge, Fate::NotDone),
    ("request is too large", Trouble::TooLarge, Fate::NotDone),
    ("database space exceeded", Trouble::NoSpace, Fate::Unknown),
    ("invalid auth token", Trouble::StaleToken, Fate::NotDone),
    ("revision of auth store is old", Trouble::StaleToken, Fate::NotDone),
    ("invalid user ID or password", Trouble::Unauthenticated, Fate::NotDone),
    ("user name is empty", Trouble::Unauthenticated, Fate::NotDone),
    ("user name not found", Trouble::Unauthenticated, Fate::NotDone),
    ("authentication is not enabled", Trouble::Unauthenticated, Fate::NotDone),
    ("permission denied", Trouble::Denied, Fate::NotDone),
    ("too many requests", Trouble::Unavailable, Fate::NotDone),
    ("duplicate key given in txn request", Trouble::Other, Fate::NotDone),
];

/// An answer that is a refusal, or a connection that broke.
pub(in crate::etcd) fn of_status(endpoint: &str, status: &Status) -> EtcdError {
    let text = told(&reasons(status));
    let said = SENTENCES.iter().find(|(sentence, _, _)| status.message().contains(sentence));
    if let Some((_, trouble, fate)) = said {
        return EtcdError::new(endpoint, trouble(text), *fate);
    }
    let fate = if was_not_sent(status) { Fate::NotDone } else { Fate::Unknown };
    EtcdError::new(endpoint, by_code(status, text), fate)
}

/// No connection, so nothing was sent.
pub(in crate::etcd) fn failed_to_connect(endpoint: &str, error: tonic::transport::Error) -> EtcdError {
    let text = told(&reasons(&error));
    EtcdError::new(endpoint, Trouble::Unavailable(text), Fate::NotDone)
}

fn by_code(status: &Status, text: String) -> Trouble {
    match status.code() {
        Code::Unauthenticated => Trouble::Unauthenticated(text),
        Code::PermissionDenied => Trouble::Denied(text),
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::Aborted => {
            Trouble::Unavailable(text)
        }
        Code::OutOfRange | Code::ResourceExhausted if text.contains("decoded message length too large") => {
            Trouble::AnswerTooLarge(text)
        }
        Code::ResourceExhausted => Trouble::TooLarge(text),
        // A gRPC server always says a code of its own; these come from what cannot be taken for one, or from
        // a connection that broke.
        Code::Unknown | Code::Internal if status.source().is_some() => Trouble::Unavailable(text),
        Code::Internal | Code::Unimplemented | Code::DataLoss => Trouble::NotEtcd(text),
        Code::Ok
        | Code::Unknown
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::OutOfRange => Trouble::Other(text),
    }
}

fn was_not_sent(status: &Status) -> bool {
    causes(status).any(|cause| cause.downcast_ref::<ConnectError>().is_some())
}

/// What happened and why, each reason once.
fn reasons(error: &(dyn Error + 'static)) -> String {
    let first = error
        .downcast_ref::<Status>()
        .map_or_else(|| error.to_string(), |status| format!("{} ({:?})", status.message(), status.code()));
    let mut text = first;
    for cause in causes(error).skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// The error and what caused it.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}
