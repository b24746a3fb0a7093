//! What an answer to a write rests on: nothing it saw is still to be taken in, and no change goes without a line in
//! the audit, whoever has left meanwhile.

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use portcullis_store::{Condition, Expected, Store};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::documents;
use crate::manage::roles::Roles;
use crate::manage::users::Users;

use super::{Service, elastic, resting_on, role};

#[tokio::test]
async fn who_finds_nothing_waits_until_what_it_saw_is_taken_in() {
    let service = Service::start();
    let key = documents::user::key("jo");
    service.plant(key.clone(), serde_json::json!({"username": "jo", "type": "user"})).await;
    service.delete_unpublished(key.clone());
    let deleted = Users::new(&service.core).delete(&elastic(), "jo").await.unwrap();
    assert!(!deleted.found);
    assert!(
        service.store.inner.get(&key).unwrap().is_none(),
        "the delete that was seen is not even published"
    );
    assert_eq!(service.core.applied().revision(), service.core.store().revision());
}

#[tokio::test]
async fn a_right_may_rest_on_many_roles() {
    let service = Service::start();
    let roles = (0..500).map(|number| documents::role::key(&format!("role-{number}")));
    let caller = roles
        .fold(elastic(), |caller, key| resting_on(caller, Condition { key, expected: Expected::Absent }));
    assert!(Roles::new(&service.core).put(&caller, role("r", &["all"])).await.unwrap());
}

/// Keeps the fields of each event as text.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{}={value:?} ", field.name()));
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Lines {
    fn about(&self, action: &str) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|it| it.contains(action)).cloned().collect()
    }
}

#[test]
fn a_change_whose_client_has_left_is_in_the_audit() {
    let service = Service::start();
    let lines = Lines::default();
    let _recording = tracing::subscriber::set_default(lines.clone());
    service.mute();
    {
        let caller = elastic();
        let roles = Roles::new(&service.core);
        let mut put = pin!(roles.put(&caller, role("r", &["all"])));
        assert!(matches!(put.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
        assert!(lines.about("put_role").is_empty());
    }
    let lines = lines.about("put_role");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("object=\"r\""), "{lines:?}");
}

#[tokio::test]
async fn a_change_is_in_the_audit_once_and_a_refused_one_is_not() {
    let service = Service::start();
    let lines = Lines::default();
    let _recording = tracing::subscriber::set_default(lines.clone());
    let roles = Roles::new(&service.core);
    let revoked = Condition { key: documents::user::key("jo"), expected: Expected::Present };
    assert!(roles.put(&resting_on(elastic(), revoked), role("r", &["all"])).await.is_err());
    assert!(lines.about("put_role").is_empty());
    assert!(roles.put(&elastic(), role("r", &["all"])).await.unwrap());
    assert_eq!(lines.about("put_role").len(), 1);
}
