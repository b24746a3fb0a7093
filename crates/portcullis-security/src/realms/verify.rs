//! Reading a stored hash, spending one slow hash on it, and reading again if what was read has changed meanwhile.

use std::sync::Arc;

use portcullis_secrets::{Secret, StoredHash};

use crate::caches::generation::Footprint;
use crate::core::Core;
use crate::error::Failure;

/// How often a decision reads again before it gives up.
pub(crate) const MAX_READS: usize = 8;

/// What was read: something, and the hash to verify against, if it has one.
pub(crate) struct Stored<T> {
    pub(crate) value: T,
    /// `None`: nothing can be right, and the same hash work is spent to say so.
    pub(crate) hash: Option<Arc<StoredHash>>,
}

/// The outcome, with what was read last.
pub(crate) struct Verified<T> {
    pub(crate) value: T,
    pub(crate) right: bool,
}

/// Reads `subject` and verifies `secret` against its hash. When `subject` has changed by the end, it reads again; as
/// long as the stored hash is the same, the verdict of the hash stands and no second one is spent.
///
/// `None` means that the subject does not exist; no hash was spent then.
///
/// # Errors
/// When the store or the hashing pool could not answer, or the subject changed on each of [`MAX_READS`] reads.
pub(crate) async fn verify<T>(
    core: &Core,
    subject: &str,
    principal: &str,
    secret: &Secret,
    read: impl Fn() -> Result<Option<Stored<T>>, Failure>,
) -> Result<Option<Verified<T>>, Failure> {
    let mut verdict: Option<(Option<Arc<StoredHash>>, bool)> = None;
    for _ in 0..MAX_READS {
        let mut footprint = Footprint::default();
        core.generations().note(&mut footprint, subject);
        let Some(Stored { value, hash }) = read()? else {
            return Ok(None);
        };
        let right = match &verdict {
            Some((verified, right)) if same(verified.as_deref(), hash.as_deref()) => *right,
            _ => core.verify(principal, hash.clone(), secret).await?,
        };
        if core.generations().unmoved(&footprint) {
            return Ok(Some(Verified { value, right }));
        }
        verdict = Some((hash, right));
    }
    Err(Failure::unavailable(format!(
        "[{subject}] changed {MAX_READS} times while it was being verified; try again"
    )))
}

fn same(a: Option<&StoredHash>, b: Option<&StoredHash>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.as_str() == b.as_str(),
        (None, None) => true,
        _ => false,
    }
}
