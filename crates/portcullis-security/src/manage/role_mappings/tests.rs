use portcullis_model::role_mapping::RoleMapping;
use serde_json::json;

use super::RoleMappings;
use crate::documents;
use crate::error::Kind;
use crate::manage::tests::{Service, elastic, refused, touch};

fn mapping(name: &str, role: &str) -> RoleMapping {
    let body = json!({"enabled": true, "roles": [role], "rules": {"field": {"groups": "*"}}});
    RoleMapping::parse(name, &body).unwrap()
}

#[tokio::test]
async fn a_mapping_is_created_replaced_shown_and_deleted() {
    let service = Service::start();
    let mappings = RoleMappings::new(&service.core);
    assert!(mappings.put(&elastic(), &mapping("mine", "a")).await.unwrap());
    service.forestall(touch(documents::role_mapping::key("mine")));
    assert!(!mappings.put(&elastic(), &mapping("mine", "b")).await.unwrap());
    let stored = service.json(&documents::role_mapping::key("mine")).unwrap();
    assert_eq!((&stored["doc_type"], &stored["roles"]), (&json!("role-mapping"), &json!(["b"])));

    let names = ["mine", "nothing", "mine"].map(str::to_owned);
    assert_eq!(mappings.get(&elastic(), &names).await.unwrap(), [mapping("mine", "b")]);
    assert_eq!(mappings.get(&elastic(), &[]).await.unwrap(), [mapping("mine", "b")]);

    assert!(mappings.delete(&elastic(), "mine").await.unwrap());
    assert!(!mappings.delete(&elastic(), "mine").await.unwrap());
    assert!(mappings.get(&elastic(), &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_stored_mapping_that_is_none_hides_no_other_and_can_be_replaced() {
    let service = Service::start();
    let mappings = RoleMappings::new(&service.core);
    service.plant(documents::role_mapping::key("broken"), json!({"enabled": "perhaps"})).await;
    mappings.put(&elastic(), &mapping("good", "a")).await.unwrap();
    assert_eq!(mappings.get(&elastic(), &[]).await.unwrap(), [mapping("good", "a")]);
    let (kind, _) = refused(mappings.get(&elastic(), &["broken".to_owned()]).await);
    assert_eq!(kind, Kind::Internal);
    assert!(!mappings.put(&elastic(), &mapping("broken", "a")).await.unwrap());
    assert!(mappings.delete(&elastic(), "broken").await.unwrap());
}
