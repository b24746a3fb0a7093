use portcullis_model::role::{RoleDescriptor, WorkflowRestriction};
use portcullis_store::Batch;
use serde_json::{Map, Value, json};

use super::{
    ApiKeyFilter, ApiKeys, CreateApiKey, CreatedApiKey, InvalidateApiKeys, Invalidated, UpdateApiKey,
};
use crate::caller::Caller;
use crate::documents::api_key;
use crate::error::Kind;
use crate::manage::tests::{START, Service, elastic, fits, key_caller, refused, role, touch, user};
use crate::settings::Switch;

pub(super) fn named(name: &str) -> CreateApiKey {
    CreateApiKey { name: Some(name.to_owned()), ..CreateApiKey::default() }
}

pub(super) fn jo() -> Caller {
    user("jo", "default_native", &[role("writer", &["manage_own_api_key"]), role("reader", &["monitor"])])
}

pub(super) async fn create(service: &Service, caller: &Caller, key: CreateApiKey) -> CreatedApiKey {
    ApiKeys::new(&service.core).create(caller, key).await.unwrap()
}

pub(super) async fn invalidate(
    service: &Service,
    caller: &Caller,
    request: &InvalidateApiKeys,
) -> Invalidated {
    ApiKeys::new(&service.core).invalidate(caller, request).await.unwrap()
}

pub(super) fn by_ids(ids: &[&str]) -> InvalidateApiKeys {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    InvalidateApiKeys { ids: Some(ids), ..InvalidateApiKeys::default() }
}

async fn names(service: &Service, caller: &Caller, filter: ApiKeyFilter) -> Vec<String> {
    let keys = ApiKeys::new(&service.core).get(caller, &filter).await.unwrap();
    let mut names: Vec<String> = keys.into_iter().filter_map(|(_, key)| key.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_new_key_is_stored_in_elasticsearchs_fields() {
    let service = Service::start();
    let described =
        RoleDescriptor { description: Some("for people".to_owned()), ..role("own", &["monitor"]) };
    let caller = user("jo", "default_native", &[role("z", &["all"]), described]);
    let created = create(
        &service,
        &caller,
        CreateApiKey {
            expiration: Some("90500ms".to_owned()),
            role_descriptors: Some(vec![role("a", &["monitor"])]),
            metadata: Some(Map::from_iter([("team".to_owned(), json!([1]))])),
            ..named("k")
        },
    )
    .await;
    assert_eq!(created.id.len(), 20);
    assert_eq!(created.secret.len(), 22);
    assert_eq!(created.expiration, Some(START + 90_000), "whole seconds");
    let stored = service.json(&api_key::key(&created.id)).unwrap();
    assert!(fits(&stored["api_key_hash"], created.secret.expose_str().unwrap()));
    let told = |field: &str| stored[field].clone();
    assert_eq!(told("doc_type"), "api_key");
    assert_eq!(told("type"), "rest");
    assert_eq!(told("creation_time"), START);
    assert_eq!(told("expiration_time"), START + 90_000);
    assert_eq!(told("api_key_invalidated"), false);
    assert_eq!(told("metadata_flattened"), json!({"team": [1]}));
    assert_eq!(stored["creator"]["principal"], "jo");
    assert_eq!(stored["creator"]["realm"], "default_native");
    assert_eq!(stored["role_descriptors"]["a"]["type"], "role");
    let limits: Vec<&String> = stored["limited_by_role_descriptors"].as_object().unwrap().keys().collect();
    assert_eq!(limits, ["own", "z"]);
    assert_eq!(stored["limited_by_role_descriptors"]["own"].get("description"), None);
}

#[tokio::test]
async fn what_cannot_be_made_says_why() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let metadata = Some(Map::from_iter([("_x".to_owned(), Value::Null)]));
    for (key, kind, reason) in [
        (CreateApiKey::default(), Kind::RequestValidation, "Validation Failed: 1: api key name is required;"),
        (
            CreateApiKey { metadata, ..named("_k") },
            Kind::RequestValidation,
            "Validation Failed: 1: api key name may not begin with an underscore;\
             2: API key metadata keys may not start with [_];",
        ),
        (
            named("k "),
            Kind::RequestValidation,
            "Validation Failed: 1: api key name may not begin or end with whitespace;",
        ),
        (
            CreateApiKey { expiration: Some("1w".to_owned()), ..named("_k") },
            Kind::IllegalArgument,
            "failed to parse setting [expiration] with value [1w] as a time value: unit is missing or unrecognized",
        ),
    ] {
        assert_eq!(refused(keys.create(&jo(), key).await), (kind, reason.to_owned()));
    }
    let unknown = CreateApiKey { role_descriptors: Some(vec![role("a", &["nonsense"])]), ..named("k") };
    let (_, reason) = refused(keys.create(&jo(), unknown).await);
    assert!(reason.starts_with("Validation Failed: 1: unknown cluster privilege [nonsense]. "), "{reason}");

    let workflows = vec!["search_application_query".to_owned()];
    let restricted =
        RoleDescriptor { restriction: Some(WorkflowRestriction { workflows }), ..role("a", &[]) };
    let two = CreateApiKey { role_descriptors: Some(vec![restricted.clone(), role("b", &[])]), ..named("k") };
    let (kind, reason) = refused(keys.create(&jo(), two).await);
    assert_eq!(kind, Kind::IllegalArgument);
    assert_eq!(reason, "combining role descriptors with and without restriction is not supported");
    let owner = user("jo", "default_native", &[restricted]);
    let (_, reason) = refused(keys.create(&owner, named("k")).await);
    assert_eq!(reason, "owner user role descriptors must not include restriction");
    assert_eq!(service.commits(), 0);
}

#[tokio::test]
async fn switched_off_nothing_is_made() {
    let service = Service::start_with(|settings| settings.api_key.enabled = Switch::Off, &[]);
    let failure = ApiKeys::new(&service.core).create(&jo(), named("k")).await.err().unwrap();
    assert_eq!((failure.kind(), failure.reason()), (Kind::FeatureNotEnabled, "api keys are not enabled"));
    assert_eq!(failure.metadata(), [("disabled.feature", vec!["api_keys".to_owned()])]);
}

#[tokio::test]
async fn a_key_of_a_key_can_do_nothing() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let parent = create(&service, &jo(), named("parent")).await;
    let caller = key_caller(&service, &parent.id);
    let some = CreateApiKey {
        role_descriptors: Some(vec![role("a", &[]), role("b", &["monitor"])]),
        ..named("child")
    };
    for key in [named("child"), CreateApiKey { role_descriptors: Some(Vec::new()), ..named("child") }, some] {
        let (kind, reason) = refused(keys.create(&caller, key).await);
        assert_eq!(kind, Kind::IllegalArgument);
        assert!(
            reason.starts_with("creating derived api keys requires an explicit role descriptor"),
            "{reason}"
        );
    }
    let nothing = CreateApiKey { role_descriptors: Some(vec![role("a", &[])]), ..named("child") };
    let child = service.key(&create(&service, &caller, nothing).await.id);
    assert!(child.limited_by.is_empty());
    assert_eq!((child.creator.principal.as_str(), child.creator.realm.as_str()), ("jo", "_es_api_key"));
}

#[tokio::test]
async fn filters_select_keys() {
    let service = Service::start();
    let first = create(&service, &jo(), named("apple")).await;
    create(&service, &jo(), CreateApiKey { expiration: Some("1s".to_owned()), ..named("apricot") }).await;
    create(&service, &user("jo", "default_file", &[]), named("banana")).await;
    create(&service, &elastic(), named("blueberry")).await;
    service.advance(1000);
    invalidate(&service, &elastic(), &by_ids(&[&first.id])).await;

    let any = ApiKeyFilter::default;
    let text = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (any(), &["apple", "apricot", "banana", "blueberry"][..]),
        (ApiKeyFilter { name: text("ap*"), ..any() }, &["apple", "apricot"]),
        (ApiKeyFilter { name: text("*"), ..any() }, &["apple", "apricot", "banana", "blueberry"]),
        (ApiKeyFilter { name: text("ap"), ..any() }, &[]),
        (ApiKeyFilter { name: text(" "), username: text("elastic"), ..any() }, &["blueberry"]),
        (ApiKeyFilter { username: text("jo"), realm_name: text("default_file"), ..any() }, &["banana"]),
        (ApiKeyFilter { owner: true, ..any() }, &["apple", "apricot"]),
        (ApiKeyFilter { owner: true, active_only: true, ..any() }, &[]),
        (ApiKeyFilter { active_only: true, ..any() }, &["banana", "blueberry"]),
        (
            ApiKeyFilter { ids: vec![first.id.clone(), "unknown".to_owned(), first.id.clone()], ..any() },
            &["apple"],
        ),
        (ApiKeyFilter { ids: vec![first.id.clone()], active_only: true, ..any() }, &[]),
    ] {
        assert_eq!(names(&service, &jo(), filter.clone()).await, expected, "{filter:?}");
    }
    let owner = ApiKeyFilter { ids: vec![first.id.clone()], owner: true, ..any() };
    assert!(names(&service, &elastic(), owner.clone()).await.is_empty());
    // A key is asked for in the name of its owner.
    assert_eq!(names(&service, &key_caller(&service, &first.id), owner).await, ["apple"]);
}

#[tokio::test]
async fn filters_that_exclude_each_other_are_refused() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let text = || Some("x".to_owned());
    let all = ApiKeyFilter {
        ids: vec!["x".to_owned()],
        name: text(),
        realm_name: text(),
        owner: true,
        ..ApiKeyFilter::default()
    };
    let (kind, reason) = refused(keys.get(&jo(), &all).await);
    assert_eq!(kind, Kind::RequestValidation);
    assert_eq!(
        reason,
        "Validation Failed: 1: username or realm name must not be specified when the api key id or api key name is \
         specified;2: neither username nor realm-name may be specified when retrieving owned API keys;3: only one of \
         [api key id, api key name] can be specified;"
    );
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_takes_a_new_snapshot() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let metadata = || Some(Map::from_iter([("x".to_owned(), json!(1))]));
    let roles = || Some(vec![role("b", &["monitor"]), role("a", &["manage"])]);
    let created = create(
        &service,
        &jo(),
        CreateApiKey { metadata: metadata(), role_descriptors: roles(), ..named("k") },
    )
    .await;
    let id = created.id.as_str();
    let old = service.key(id);

    let mut turned = roles().unwrap();
    turned.reverse();
    let same = UpdateApiKey { metadata: metadata(), role_descriptors: Some(turned), expiration: None };
    let before = service.commits();
    assert!(!keys.update(&jo(), id, UpdateApiKey::default()).await.unwrap());
    assert!(!keys.update(&jo(), id, same).await.unwrap());
    assert_eq!(service.commits(), before);

    // The owner's roles have changed: an update that names nothing is a change then.
    let weaker = user("jo", "default_native", &[role("writer", &["manage_own_api_key"])]);
    service.forestall(touch(api_key::key(id)));
    assert!(keys.update(&weaker, id, UpdateApiKey::default()).await.unwrap());
    let new = service.key(id);
    assert_eq!(new.limited_by, [role("writer", &["manage_own_api_key"])]);
    assert_eq!((&new.hash, &new.name, new.creation), (&old.hash, &old.name, old.creation));
    assert_eq!((&new.role_descriptors, &new.metadata), (&old.role_descriptors, &old.metadata));

    let cleared =
        UpdateApiKey { role_descriptors: Some(Vec::new()), metadata: Some(Map::new()), expiration: None };
    assert!(keys.update(&weaker, id, cleared).await.unwrap());
    let new = service.key(id);
    assert!(new.role_descriptors.is_empty() && new.metadata.unwrap_or_default().is_empty());

    let longer = || UpdateApiKey { expiration: Some("1d".to_owned()), ..UpdateApiKey::default() };
    assert!(keys.update(&weaker, id, longer()).await.unwrap());
    assert!(keys.update(&weaker, id, longer()).await.unwrap(), "any expiration is a change");
    assert_eq!(service.key(id).expiration.unwrap().0, START + 24 * 60 * 60 * 1000);
}

#[tokio::test]
async fn only_the_owner_updates_and_only_a_working_key() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let id =
        create(&service, &jo(), CreateApiKey { expiration: Some("1d".to_owned()), ..named("k") }).await.id;
    let change =
        |expiration: &str| UpdateApiKey { expiration: Some(expiration.to_owned()), ..Default::default() };
    let not_found = (Kind::NotFound, format!("no API key owned by requesting user found for ID [{id}]"));
    assert_eq!(refused(keys.update(&elastic(), &id, change("1d")).await), not_found);
    let namesake = user("jo", "default_file", &[]);
    assert_eq!(refused(keys.update(&namesake, &id, change("1d")).await), not_found);
    assert_eq!(refused(keys.update(&jo(), "unknown", change("1d")).await).0, Kind::NotFound);
    let (kind, reason) = refused(keys.update(&key_caller(&service, &id), &id, change("1d")).await);
    assert_eq!(kind, Kind::IllegalArgument);
    assert_eq!(reason, "authentication via API key not supported: only the owner user can update an API key");
    let (kind, reason) = refused(keys.update(&jo(), &id, change("0")).await);
    assert_eq!(kind, Kind::RequestValidation);
    assert_eq!(reason, "Validation Failed: 1: API key expiration must be in the future;");

    service.advance(24 * 60 * 60 * 1000);
    let (_, reason) = refused(keys.update(&jo(), &id, change("1d")).await);
    assert_eq!(reason, format!("cannot update expired API key [{id}]"));
    invalidate(&service, &jo(), &by_ids(&[&id])).await;
    let (kind, reason) = refused(keys.update(&jo(), &id, change("1d")).await);
    assert_eq!(kind, Kind::IllegalArgument);
    assert_eq!(reason, format!("cannot update invalidated API key [{id}]"));
}

#[tokio::test]
async fn an_update_never_revives_a_key_that_was_invalidated_meanwhile() {
    let service = Service::start();
    let id = create(&service, &jo(), named("k")).await.id;
    let key = api_key::key(&id);
    let mut ended = service.json(&key).unwrap();
    ended["api_key_invalidated"] = json!(true);
    let put = key.clone();
    service.forestall(move |_| Batch::new().put(put, ended.to_string()));
    let change = UpdateApiKey { expiration: Some("1d".to_owned()), ..Default::default() };
    ApiKeys::new(&service.core).update(&jo(), &id, change).await.unwrap_err();
    assert_eq!(service.json(&key).unwrap()["api_key_invalidated"], true);
}

#[tokio::test]
async fn dead_keys_are_removed_once_their_time_of_grace_is_over() {
    let service = Service::start();
    let keys = ApiKeys::new(&service.core);
    let week = 7 * 24 * 60 * 60 * 1000;
    let short = || CreateApiKey { expiration: Some("1s".to_owned()), ..named("short") };
    let live = create(&service, &jo(), named("live")).await.id;
    create(&service, &jo(), short()).await;
    let ended = create(&service, &jo(), named("ended")).await.id;
    let old = create(&service, &jo(), named("old")).await.id;
    invalidate(&service, &jo(), &by_ids(&[&ended, &old])).await;
    // Of very old keys it is not known when they were invalidated.
    let mut body = service.json(&api_key::key(&old)).unwrap();
    body.as_object_mut().unwrap().remove("invalidation_time");
    service.plant(api_key::key(&old), body).await;

    let now = || service.core.now();
    assert_eq!(keys.remove_dead(now()).await.unwrap(), 1);
    assert!(service.json(&api_key::key(&old)).is_none());
    service.advance(week - 1);
    assert_eq!(keys.remove_dead(now()).await.unwrap(), 0);
    service.advance(1);
    assert_eq!(keys.remove_dead(now()).await.unwrap(), 1);
    assert!(service.json(&api_key::key(&ended)).is_none());
    service.advance(1000);
    // Somebody touches the key in the same moment: it is left for the next time.
    let (key, _) = keys
        .get(&jo(), &ApiKeyFilter { name: Some("short".to_owned()), ..Default::default() })
        .await
        .unwrap()[0]
        .clone();
    service.forestall(touch(api_key::key(&key)));
    assert_eq!(keys.remove_dead(now()).await.unwrap(), 0);
    assert_eq!(keys.remove_dead(now()).await.unwrap(), 1);
    assert_eq!(names(&service, &jo(), ApiKeyFilter::default()).await, ["live"]);
    assert!(!service.key(&live).invalidated);
}
