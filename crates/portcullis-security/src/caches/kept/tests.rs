use portcullis_secrets::HashAlgorithm;

use crate::manage::tests::{HASH, PASSWORD, Service};

#[tokio::test]
async fn a_slow_hash_for_a_cache_is_computed_on_the_pool() {
    let slow = HashAlgorithm::parse("bcrypt4").unwrap();
    let service = Service::start_with(
        |settings| settings.file_realm.as_mut().unwrap().cache.hash_algo = slow,
        &[("users", &format!("jo:{HASH}"))],
    );
    service.log_in("jo", PASSWORD).await.unwrap();
    assert_eq!(service.core.hashing().completed, 1, "to keep the password");
    service.log_in("jo", PASSWORD).await.unwrap();
    assert_eq!(service.core.hashing().completed, 2, "to compare with what is kept");
    assert!(service.log_in("jo", "wrong").await.is_err());
    let (_, cached) = &service.core.caches().stats(service.core.boot())[2];
    assert_eq!((cached.entries, cached.hits), (1, 2));
}
