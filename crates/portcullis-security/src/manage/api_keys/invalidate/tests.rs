use portcullis_store::{Batch, Condition, Expected};
use serde_json::{Map, json};

use super::super::tests::{by_ids, create, invalidate, jo, named};
use super::super::{ApiKeys, CreateApiKey};
use super::InvalidateApiKeys;
use crate::documents::{self, api_key};
use crate::error::Kind;
use crate::manage::tests::{START, Service, elastic, refused, resting_on, role, touch, user};

#[tokio::test]
async fn an_invalidation_must_mean_something() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let text = || Some("x".to_owned());
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    let none = InvalidateApiKeys::default;
    for (request, reason) in [
        (
            InvalidateApiKeys { name: Some(" ".to_owned()), ..none() },
            "1: One of [api key id(s), api key name, username, realm name] must be specified if [owner] flag is false;",
        ),
        (InvalidateApiKeys { ids: ids(&[]), ..none() }, "1: Field [ids] cannot be an empty array;"),
        (
            InvalidateApiKeys { ids: ids(&["a", " "]), ..none() },
            "1: Field [ids] must not contain blank id, but got blank id at index position: [1];",
        ),
        (
            InvalidateApiKeys { ids: ids(&["", "a", " "]), name: text(), ..none() },
            "1: Field [ids] must not contain blank id, but got blank ids at index positions: [0, 2];\
             2: only one of [api key id(s), api key name] can be specified;",
        ),
        (
            InvalidateApiKeys { name: text(), username: text(), owner: true, ..none() },
            "1: username or realm name must not be specified when the api key id(s) or api key name are specified;\
             2: neither username nor realm-name may be specified when invalidating owned API keys;",
        ),
    ] {
        let expected = (Kind::RequestValidation, format!("Validation Failed: {reason}"));
        assert_eq!(refused(keys.invalidate(&jo(), &request).await), expected);
    }
}

#[tokio::test]
async fn an_invalidated_key_keeps_everything_else() {
    let service = Service::start();
    let created = create(&service, &jo(), named("k")).await;
    let key = api_key::key(&created.id);
    let mut body = service.json(&key).unwrap();
    body["from_elsewhere"] = json!({"x": 1});
    service.plant(key.clone(), body.clone()).await;
    service.advance(5);
    let outcome = invalidate(&service, &jo(), &by_ids(&[&created.id, "unknown"])).await;
    assert_eq!(outcome.invalidated.as_slice(), std::slice::from_ref(&created.id));
    body["api_key_invalidated"] = json!(true);
    body["invalidation_time"] = json!(START + 5);
    assert_eq!(service.json(&key).unwrap(), body);

    let before = service.commits();
    let outcome = invalidate(&service, &jo(), &by_ids(&[&created.id])).await;
    assert!(outcome.invalidated.is_empty() && outcome.previously_invalidated.is_empty());
    assert!(outcome.errors.is_empty());
    assert_eq!(service.commits(), before);
}

#[tokio::test]
async fn an_invalidation_reaches_every_key_that_is_meant() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    for index in 0..130 {
        create(&service, &jo(), named(&format!("mine-{index}"))).await;
    }
    let other = create(&service, &user("other", "default_native", &[]), named("mine-not")).await;
    let before = service.commits();
    let owned = InvalidateApiKeys { name: Some("mine*".to_owned()), owner: true, ..Default::default() };
    let outcome = keys.invalidate(&jo(), &owned).await.unwrap();
    assert_eq!(outcome.invalidated.len(), 130);
    assert_eq!(service.commits() - before, 3, "fifty at a time");
    assert!(!service.key(&other.id).invalidated);
    let by_user = InvalidateApiKeys { username: Some("other".to_owned()), ..Default::default() };
    assert_eq!(keys.invalidate(&elastic(), &by_user).await.unwrap().invalidated, [other.id]);
}

#[tokio::test]
async fn a_caller_may_end_the_key_that_it_came_with_among_others() {
    let service = Service::start();
    let own = create(&service, &jo(), named("own")).await.id;
    for _ in 0..60 {
        create(&service, &jo(), named("other")).await;
    }
    let key = api_key::key(&own);
    let expected = Expected::At(service.document(&key).revision);
    let caller = resting_on(jo(), Condition { key, expected });
    let owned = InvalidateApiKeys { owner: true, ..Default::default() };
    let outcome = invalidate(&service, &caller, &owned).await;
    assert_eq!((outcome.invalidated.len(), outcome.errors.len()), (61, 0));
    assert_eq!(outcome.invalidated.last(), Some(&own));
}

#[tokio::test]
async fn a_caller_of_many_roles_has_room_for_fewer_keys_at_a_time() {
    let service = Service::start();
    for _ in 0..60 {
        create(&service, &jo(), named("k")).await;
    }
    let caller = (0..90).fold(jo(), |caller, index| {
        let key = documents::role::key(&format!("missing-{index}"));
        resting_on(caller, Condition { key, expected: Expected::Absent })
    });
    let owned = InvalidateApiKeys { owner: true, ..Default::default() };
    assert_eq!(invalidate(&service, &caller, &owned).await.invalidated.len(), 60);
}

#[tokio::test]
async fn what_is_left_undone_is_told() {
    let service = Service::start();
    for _ in 0..60 {
        create(&service, &jo(), named("k")).await;
    }
    let key = documents::user::key("jo");
    service.plant(key.clone(), json!({})).await;
    let expected = Expected::At(service.document(&key).revision);
    let caller = resting_on(jo(), Condition { key: key.clone(), expected });
    // The caller is revoked between the first commit and the second.
    service.forestall(|_| Batch::new());
    service.forestall(|_| Batch::new().delete(key));
    let outcome =
        invalidate(&service, &caller, &InvalidateApiKeys { owner: true, ..Default::default() }).await;
    assert_eq!((outcome.invalidated.len(), outcome.errors.len()), (50, 10));
    assert_eq!(outcome.errors[0].reason(), "Error invalidating api key");
    assert_eq!(outcome.errors[0].cause().unwrap().kind(), Kind::Unavailable);
    // And before the first: nothing was done, and that is the answer.
    let keys = ApiKeys::new(&service.core);
    let failure =
        refused(keys.invalidate(&caller, &InvalidateApiKeys { owner: true, ..Default::default() }).await);
    assert_eq!(failure.0, Kind::Unavailable);
}

#[tokio::test]
async fn what_a_failing_store_left_is_told_and_can_be_ended_later() {
    let service = Service::start();
    for _ in 0..60 {
        create(&service, &jo(), named("k")).await;
    }
    let all = InvalidateApiKeys { owner: true, ..Default::default() };
    service.take_no_more_than(1);
    let outcome = invalidate(&service, &jo(), &all).await;
    assert_eq!((outcome.invalidated.len(), outcome.errors.len()), (50, 10));
    assert_eq!(outcome.errors[0].cause().unwrap().kind(), Kind::Unavailable);
    for id in &outcome.invalidated {
        assert!(service.key(id).invalidated, "{id} was told to be dead");
    }
    let failure = refused(ApiKeys::new(&service.core).invalidate(&jo(), &all).await);
    assert_eq!(failure.0, Kind::Unavailable, "nothing was done");
    service.take_no_more_than(u32::MAX);
    let rest = invalidate(&service, &jo(), &all).await;
    assert_eq!((rest.invalidated.len(), rest.errors.len()), (10, 0));
    assert!(rest.invalidated.iter().all(|id| !outcome.invalidated.contains(id)));
}

#[tokio::test]
async fn large_documents_are_invalidated_in_batches_that_the_store_takes() {
    let service = Service::start();
    let large = || Some(Map::from_iter([("x".to_owned(), json!("y".repeat(300 * 1024)))]));
    for _ in 0..4 {
        create(&service, &jo(), CreateApiKey { metadata: large(), ..named("k") }).await;
    }
    let owned = InvalidateApiKeys { owner: true, ..Default::default() };
    assert_eq!(invalidate(&service, &jo(), &owned).await.invalidated.len(), 4);
}

#[tokio::test]
async fn races_of_invalidations_are_told() {
    let service = Service::start();
    let (a, b, c) = (
        create(&service, &jo(), named("a")).await.id,
        create(&service, &jo(), named("b")).await.id,
        create(&service, &jo(), named("c")).await.id,
    );
    // In the same moment somebody invalidates one and somebody else updates another; the third is removed.
    let mut first = service.json(&api_key::key(&a)).unwrap();
    first["api_key_invalidated"] = json!(true);
    let (key, removed) = (api_key::key(&a), api_key::key(&c));
    service.forestall(move |_| Batch::new().put(key, first.to_string()).delete(removed));
    service.forestall(touch(api_key::key(&b)));
    let outcome = invalidate(&service, &jo(), &by_ids(&[&a, &b, &c])).await;
    assert_eq!(outcome.previously_invalidated, [a]);
    assert_eq!(outcome.invalidated, [b]);
    assert!(outcome.errors.is_empty());
}

#[tokio::test]
async fn keys_of_other_clusters_need_manage_security() {
    let service = Service::start();
    let created = create(&service, &jo(), named("k")).await;
    let mut body = service.json(&api_key::key(&created.id)).unwrap();
    body["type"] = json!("cross_cluster");
    service.plant(api_key::key(&created.id), body).await;

    let manager = user("manager", "default_native", &[role("r", &["manage_api_key"])]);
    let outcome = invalidate(&service, &manager, &by_ids(&[&created.id])).await;
    assert!(outcome.invalidated.is_empty());
    let id = &created.id;
    assert_eq!(outcome.errors[0].kind(), Kind::Forbidden);
    assert_eq!(
        outcome.errors[0].reason(),
        format!(
            "Cannot invalidate cross-cluster API key [{id}]. This requires [manage_security] cluster privilege or higher"
        )
    );
    let outcome = invalidate(&service, &elastic(), &by_ids(&[id])).await;
    assert_eq!(outcome.invalidated.as_slice(), std::slice::from_ref(id));
}
