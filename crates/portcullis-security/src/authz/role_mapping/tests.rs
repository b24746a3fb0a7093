use std::sync::Arc;

use portcullis_model::role_mapping::{MappingSubject, PreparedSubject};
use portcullis_store::{Batch, Expected, MemoryStore, Store};
use serde_json::{Value, json};

use super::{Mapped, RoleMappings};
use crate::documents;

fn subject(username: &str) -> MappingSubject {
    MappingSubject {
        username: username.to_owned(),
        realm_name: "corp".to_owned(),
        ..MappingSubject::default()
    }
}

async fn put(store: &MemoryStore, name: &str, body: Value) {
    let batch = Batch::new().put(documents::role_mapping::key(name), body.to_string());
    store.commit(batch).await.unwrap();
}

fn role_for(role: &str, username: &str) -> Value {
    json!({"enabled": true, "roles": [role], "rules": {"field": {"username": username}}, "metadata": {}})
}

async fn mapped(mappings: &RoleMappings, store: &MemoryStore, username: &str) -> Mapped {
    mappings.roles_for(&RoleMappings::read(store).await.unwrap(), &PreparedSubject::new(&subject(username)))
}

fn names(mapped: Mapped) -> Vec<String> {
    mapped.roles.into_iter().collect()
}

#[tokio::test]
async fn a_mapping_is_compiled_once_for_each_content() {
    let (mappings, store) = (RoleMappings::default(), MemoryStore::new());
    put(&store, "m", role_for("a", "jo")).await;
    assert_eq!(names(mapped(&mappings, &store, "jo").await), ["a"]);
    let compiled = |mappings: &RoleMappings| mappings.lock()["m"].mapping.clone().unwrap();
    let first = compiled(&mappings);
    mapped(&mappings, &store, "al").await;
    assert!(Arc::ptr_eq(&first, &compiled(&mappings)));
    put(&store, "m", role_for("b", "jo")).await;
    assert_eq!(names(mapped(&mappings, &store, "jo").await), ["b"]);
    store.commit(Batch::new().delete(documents::role_mapping::key("m"))).await.unwrap();
    assert!(mapped(&mappings, &store, "jo").await.roles.is_empty());
    assert!(mappings.lock().is_empty(), "what is gone is not kept");
}

#[tokio::test]
async fn roles_rest_on_the_mappings_that_give_them() {
    let (mappings, store) = (RoleMappings::default(), MemoryStore::new());
    put(&store, "first", role_for("a", "jo")).await;
    put(&store, "second", role_for("b", "al")).await;
    let mut disabled = role_for("c", "jo");
    disabled["enabled"] = json!(false);
    put(&store, "third", disabled).await;
    let revision = store.get(&documents::role_mapping::key("first")).unwrap().unwrap().revision;
    let Mapped { roles, proof } = mapped(&mappings, &store, "jo").await;
    assert_eq!(Vec::from_iter(roles), ["a"]);
    let [condition] = &proof[..] else { panic!("{} conditions", proof.len()) };
    assert_eq!(condition.key, documents::role_mapping::key("first"));
    assert_eq!(condition.expected, Expected::At(revision));
}

/// As many as a page has, each a condition of every write: no batch could hold those of thousands.
#[tokio::test]
async fn a_role_rests_on_one_of_the_mappings_that_give_it() {
    let (mappings, store) = (RoleMappings::default(), MemoryStore::new());
    put(&store, "first", role_for("a", "jo")).await;
    put(&store, "second", role_for("a", "jo")).await;
    let Mapped { roles, proof } = mapped(&mappings, &store, "jo").await;
    assert_eq!(Vec::from_iter(roles), ["a"]);
    let [condition] = &proof[..] else { panic!("{} conditions", proof.len()) };
    assert_eq!(condition.key, documents::role_mapping::key("first"));
}

#[tokio::test]
async fn more_mappings_than_a_page_are_all_read() {
    let (mappings, store) = (RoleMappings::default(), MemoryStore::new());
    for number in 0..600 {
        put(&store, &format!("m{number:03}"), role_for(&format!("r{number:03}"), "jo")).await;
    }
    assert_eq!(mapped(&mappings, &store, "jo").await.roles.len(), 600);
}
