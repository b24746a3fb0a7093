//! Constant-time comparison, the only way in which secrets, digests and hashes are compared.
//!
//! What never lives here: comparison of anything that an attacker may know.

use aws_lc_rs::constant_time::verify_slices_are_equal;

/// Whether both slices are the same, in time that depends on their lengths only.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    verify_slices_are_equal(a, b).is_ok()
}
