//! What holds, rule by rule (`entries`, `flights`, `scopes`, `eviction`), under random sequences (`model`), on real threads
//! (`stress`), and in every interleaving of a few (`loom_fence`, run with `--cfg loom`).

#[cfg(not(loom))]
mod entries;
#[cfg(not(loom))]
mod eviction;
#[cfg(not(loom))]
mod flights;
#[cfg(loom)]
mod loom_fence;
#[cfg(not(loom))]
mod model;
#[cfg(not(loom))]
mod scopes;
#[cfg(not(loom))]
mod stress;

#[cfg(not(loom))]
mod fixture {
    use crate::{Cache, Expiry, Keep, Kept, Limits, ScopeKey, Start, Ticket, Waiter};
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::task::{Context, Poll, Wake, Waker};

    pub(super) type Numbers = Cache<u32, u64, u64>;

    pub(super) fn cache(max_entries: usize, expiry: Expiry) -> Numbers {
        Cache::new(Limits { max_entries, expiry })
    }

    pub(super) fn names(scopes: &[&str]) -> Vec<ScopeKey> {
        scopes.iter().map(|&scope| scope.into()).collect()
    }

    pub(super) fn lead(cache: &Numbers, key: u32, scopes: &[&str]) -> Ticket<u32, u64, u64> {
        match cache.begin(key, 0, &names(scopes), 0) {
            Start::Lead(ticket) => ticket,
            Start::Follow(_) => panic!("somebody else leads {key}"),
        }
    }

    pub(super) fn follow(cache: &Numbers, key: u32, scopes: &[&str]) -> Waiter<u64> {
        match cache.begin(key, 0, &names(scopes), 0) {
            Start::Lead(_) => panic!("nobody leads {key}"),
            Start::Follow(waiter) => waiter,
        }
    }

    pub(super) fn keep(value: u64) -> Option<Keep<u64>> {
        Some(Keep { value, bytes: 10 })
    }

    pub(super) fn put(cache: &Numbers, key: u32, value: u64, scopes: &[&str], now_ms: u64) {
        assert_eq!(lead(cache, key, scopes).finish(value, keep(value), now_ms), Kept::Inserted);
    }

    /// Counts how often it is woken.
    #[derive(Default)]
    pub(super) struct Bell(AtomicUsize);

    impl Bell {
        pub(super) fn rung(&self) -> usize {
            self.0.load(SeqCst)
        }
    }

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    pub(super) fn poll<F: Future + Unpin>(future: &mut F, bell: &Arc<Bell>) -> Poll<F::Output> {
        let waker = Waker::from(Arc::clone(bell));
        Pin::new(future).poll(&mut Context::from_waker(&waker))
    }
}
