//! What every engine must do, as one list of named checks that an engine's tests run on it.
//!
//! Each check gets a place of its own, so checks cannot lean on each other. Nothing here knows which engine it is looking
//! at, sleeps, or measures time; waits have a bound only so that a lost wake-up fails instead of hanging.

mod feed;
mod lifecycle;
mod reads;
mod writes;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::batch::Batch;
use crate::document::{DocumentKey, Kind, Revision};
use crate::error::CommitError;
use crate::member::Committed;
use crate::{BoxFuture, Store};

/// What opening a store in a place gives.
pub type Opened = Result<Arc<dyn Store>, Box<dyn Error>>;

/// How a check ends; it asserts what it is about, and passes on what it does not expect.
pub type Checked = Result<(), Box<dyn Error>>;

/// Where a store lives, empty at first.
pub trait Place {
    /// Opens the store there.
    ///
    /// # Errors
    /// Whatever the engine says.
    fn open(&self) -> Opened;
}

/// A named check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// What the engine does when it passes.
    pub name: &'static str,
    run: fn(&dyn Place) -> Checked,
}

/// The checks for all engines.
pub const CHECKS: &[Check] = &[
    Check { name: "a condition is looked at in the transaction of the writes", run: writes::conditions },
    Check { name: "a batch is done whole or not at all", run: writes::atomic },
    Check { name: "a refused batch is refused alone", run: writes::refused_alone },
    Check { name: "revisions rise and belong to the last write", run: writes::revisions },
    Check { name: "what changes nothing makes no revision", run: writes::nothing_to_do },
    Check { name: "counting under conditions loses no increment", run: writes::increments },
    Check {
        name: "what is too much or malformed is refused, what is just in bounds is taken",
        run: writes::limits,
    },
    Check { name: "a write goes on when its future is dropped", run: writes::dropped_future },
    Check { name: "a scan is ordered and keeps to its kind", run: reads::ordered },
    Check { name: "pages join without gap or repetition", run: reads::pages },
    Check { name: "a page of large documents is cut", run: reads::large_pages },
    Check {
        name: "a scan of everything has all kinds, in one order and of one revision",
        run: reads::everything,
    },
    Check { name: "pages of everything join without gap or repetition", run: reads::pages_of_everything },
    Check { name: "a snapshot does not move", run: reads::snapshot },
    Check { name: "snapshots see batches whole while others write", run: reads::snapshots_are_whole },
    Check { name: "the feed has each change once and in order", run: feed::exactly_once },
    Check { name: "readers see a change before the feed has it", run: feed::visible_first },
    Check { name: "a feed starts behind the revision asked for", run: feed::starts_behind },
    Check { name: "who is too far behind gets a reset", run: feed::reset },
    Check { name: "a feed can be woken", run: feed::wake },
    Check { name: "facts of the node are kept apart", run: lifecycle::facts },
    Check { name: "closing finishes what was handed over and ends all else", run: lifecycle::close },
    Check { name: "a store says which one it is", run: lifecycle::identity },
];

/// The checks for engines whose place keeps the store while it is closed.
pub const DURABLE_CHECKS: &[Check] = &[
    Check { name: "a store comes back as it was", run: lifecycle::reopen },
    Check { name: "a feed from before the restart is reset", run: lifecycle::reset_after_reopen },
    Check { name: "a store that was dropped comes back as it was", run: lifecycle::dropped },
];

/// Runs checks, each on a place of its own, and answers what failed by name. The message of a failed assertion is on the
/// standard error of the test.
pub fn run<P: Place>(checks: &[Check], place: impl Fn() -> P) -> Vec<(&'static str, Box<dyn Error>)> {
    let failure = |check: &Check| {
        let checked = catch_unwind(AssertUnwindSafe(|| (check.run)(&place())));
        let error = checked.unwrap_or_else(|_| Err("an assertion failed".into())).err()?;
        Some((check.name, error))
    };
    checks.iter().filter_map(failure).collect()
}

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

const USER: Kind = Kind::from_static("user-");

fn user(id: impl Into<String>) -> DocumentKey {
    DocumentKey::new(USER, id)
}

fn put(id: impl Into<String>, body: impl Into<String>) -> Batch {
    Batch::new().put(user(id), body.into())
}

/// Waits for a commit on this thread.
fn wait(commit: BoxFuture<Result<Committed, CommitError>>) -> Result<Revision, CommitError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let committed = runtime.map_err(|error| CommitError::Invalid(error.to_string()))?.block_on(commit);
    committed.map(|it| it.revision)
}

fn body(store: &dyn Store, id: &str) -> Result<Option<String>, Box<dyn Error>> {
    let found = store.get(&user(id))?;
    Ok(found.map(|document| String::from_utf8(document.body.to_vec())).transpose()?)
}
