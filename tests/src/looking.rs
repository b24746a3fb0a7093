//! Waiting for what must come: it is looked at again and again, and nothing is said of how long it takes.

use std::time::Duration;

/// Whatever takes longer never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until it is so.
///
/// # Panics
/// If it never comes to `what`.
pub async fn until(what: &str, look: impl AsyncFn() -> bool) {
    let looked = async {
        let mut looks = tokio::time::interval(PAUSE);
        loop {
            looks.tick().await;
            if look().await {
                return;
            }
        }
    };
    assert!(tokio::time::timeout(PATIENCE, looked).await.is_ok(), "it never came to this: {what}");
}
