use portcullis_secrets::HashAlgorithm;

use crate::error::Kind;
use crate::manage::tests::Service;

#[tokio::test]
async fn who_asks_at_once_for_one_unknown_name_shares_a_hash_as_for_a_known_one() {
    let service = Service::start_with(|settings| settings.password_hashing = HashAlgorithm::BCRYPT, &[]);
    let (first, second, third) =
        tokio::join!(service.log_in("nobody", "password"), service.log_in("nobody", "password"), async {
            service.log_in("nobody", "password").await
        });
    for outcome in [first, second, third] {
        assert_eq!(outcome.err().unwrap().kind(), Kind::Unauthenticated);
    }
    assert_eq!(service.core.hashing().completed, 1);
    assert!(service.log_in("nobody", "password").await.is_err());
    assert_eq!(service.core.hashing().completed, 1, "it is remembered");
    assert!(service.log_in("nobody", "Password").await.is_err());
    assert_eq!(service.core.hashing().completed, 2);
}
