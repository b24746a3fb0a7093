//! The locks and atomics that carry the fence, from `std` or, under `cfg(loom)`, from the model checker.
//!
//! Only what orders an invalidation against a load is taken from here. Counters for statistics use `std`
//! directly: the checker would explore their interleavings for nothing.

#[cfg(loom)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU64},
};
#[cfg(not(loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, AtomicU64},
};

use std::sync::PoisonError;

// A panic under one of these locks can only come from a key's or a value's own code (`Hash`, `Eq`, `Clone`), and each
// critical section calls that code before it changes anything that must agree: the state behind a poisoned lock is whole.

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
