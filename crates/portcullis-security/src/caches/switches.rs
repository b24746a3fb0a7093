//! Switches with which tests break what guards the promise, to see that the breach is noticed: a row of the table of
//! what clears what, the clear of one cache, the fence. Without the feature `mutants` there is nothing to switch, and
//! all of this is compiled away.

use crate::error::Failure;

#[cfg(not(feature = "mutants"))]
mod inner {
    /// Nothing to switch.
    #[derive(Default)]
    pub(crate) struct Switches {}

    impl Switches {
        pub(crate) fn skips(&self, _row: usize) -> bool {
            false
        }

        pub(crate) fn has_no_lease(&self) -> bool {
            false
        }

        pub(super) fn is_broken(&self, _cache: &str) -> bool {
            false
        }
    }
}

#[cfg(feature = "mutants")]
mod inner {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    const NO_ROW: usize = usize::MAX;

    /// What tests have broken.
    pub(crate) struct Switches {
        row: AtomicUsize,
        no_lease: AtomicBool,
        broken: Mutex<Vec<String>>,
    }

    impl Default for Switches {
        fn default() -> Self {
            Self { row: AtomicUsize::new(NO_ROW), no_lease: AtomicBool::new(false), broken: Mutex::default() }
        }
    }

    impl Switches {
        pub(crate) fn skips(&self, row: usize) -> bool {
            self.row.load(Ordering::Acquire) == row
        }

        /// Whether what the node holds counts for ever, however long it has not heard of its log.
        pub(crate) fn has_no_lease(&self) -> bool {
            self.no_lease.load(Ordering::Acquire)
        }

        pub(crate) fn drop_lease(&self) {
            self.no_lease.store(true, Ordering::Release);
        }

        fn broken(&self) -> MutexGuard<'_, Vec<String>> {
            self.broken.lock().unwrap_or_else(PoisonError::into_inner)
        }

        pub(super) fn is_broken(&self, cache: &str) -> bool {
            self.broken().iter().any(|it| it == cache)
        }

        /// Takes one row of the table out of force, or puts all back with `None`.
        pub(crate) fn take_row_out(&self, row: Option<usize>) {
            self.row.store(row.unwrap_or(NO_ROW), Ordering::Release);
        }

        /// Makes a clear of the cache of this name fail, or lets all work again with `None`.
        pub(crate) fn break_cache(&self, cache: Option<&str>) {
            match cache {
                Some(cache) => self.broken().push(cache.to_owned()),
                None => self.broken().clear(),
            }
        }
    }
}

pub(crate) use inner::Switches;

impl Switches {
    /// Fails where a test asked for it.
    pub(crate) fn fault(&self, cache: &str) -> Result<(), Failure> {
        if self.is_broken(cache) {
            return Err(Failure::internal(format!("the cache [{cache}] is broken")));
        }
        Ok(())
    }
}

#[cfg(feature = "mutants")]
impl super::Caches {
    /// Breaks the fence of every cache.
    pub(crate) fn set_mutant(&self, mutant: portcullis_cache::Mutant) {
        for realm in &self.realms {
            realm.users.set_mutant(mutant);
            realm.lookups.set_mutant(mutant);
        }
        if let Some(cache) = &self.api_keys {
            cache.set_mutant(mutant);
        }
        self.index_tokens.set_mutant(mutant);
        self.file_tokens.set_mutant(mutant);
        self.roles.set_mutant(mutant);
        self.refused.set_mutant(mutant);
    }
}
