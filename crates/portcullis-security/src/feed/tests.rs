use portcullis_store::Revision;

use crate::error::Kind;
use crate::manage::tests::{HASH, PASSWORD, Service};

#[tokio::test]
async fn a_stopped_service_decides_nothing_from_its_caches() {
    let service = Service::start_with(|_| {}, &[("users", &format!("jo:{HASH}"))]);
    service.log_in("jo", PASSWORD).await.unwrap();
    service.core.stop();
    let cached = service.log_in("jo", PASSWORD).await;
    assert_eq!(cached.err().unwrap().kind(), Kind::Unavailable);
}

#[tokio::test]
async fn nobody_waits_for_a_feed_that_has_ended_and_nothing_is_decided_without_one() {
    let service = Service::start_with(|_| {}, &[("users", &format!("jo:{HASH}"))]);
    service.log_in("jo", PASSWORD).await.unwrap();

    service.core.store().close();
    let waited = service.core.applied().reach(Revision(u64::MAX)).await;
    assert_eq!(waited.unwrap_err().kind(), Kind::Unavailable);
    let cached = service.log_in("jo", PASSWORD).await;
    assert_eq!(cached.err().unwrap().kind(), Kind::Unavailable, "changes do not reach the caches any more");
}
