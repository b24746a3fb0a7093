//! The allocator of the executables. Why this one: `docs/adr/0017-an-allocator-that-gives-back.md`, and why it is told to give
//! back soon: `docs/adr/0019-in-small-pieces.md`.

use std::ffi::{c_int, c_long};

pub use mimalloc::MiMalloc as Allocator;

/// Memory that is freed goes back to the system after so many milliseconds.
const PURGE_DELAY: c_long = 10;
/// `mi_option_purge_delay` of `mimalloc.h`. The bindings have names for the options of debugging alone.
const OPTION: c_int = 15;
/// What sets the same from outside, and goes first.
const VARIABLE: &str = "MIMALLOC_PURGE_DELAY";

/// Has freed memory go back after 10 ms, and so in small pieces: what mimalloc gathers in the second that it waits for by
/// default it gives back at once, and whoever frees something at that moment waits for it. The environment variable
/// `MIMALLOC_PURGE_DELAY` goes first. To be called before there are other threads.
pub fn give_back_soon() {
    if std::env::var_os(VARIABLE).is_none() {
        set(PURGE_DELAY);
    }
}

#[expect(
    unsafe_code,
    reason = "the allocator is C, and an option of it can be set in no other way from inside"
)]
fn set(delay: c_long) {
    // SAFETY: stores one number in a table that mimalloc always has; an option that there is not is left alone. No other
    // thread is there to read it meanwhile.
    unsafe { libmimalloc_sys::mi_option_set(OPTION, delay) }
}

#[cfg(test)]
mod tests;
