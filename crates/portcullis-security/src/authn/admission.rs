//! Whether what was found out about a caller may be said: on what it stands, and if that is not enough, once more behind
//! a barrier. How it is found out stands elsewhere.

use std::sync::Arc;

use super::basic::Asked;
use super::{Authenticated, AuthenticationRequest, decide, run_as};
use crate::core::Core;
use crate::documents;
use crate::error::{Failure, Kind};
use crate::fence::{Reading, Standing, Step};

/// Who is calling. What it stands on is tested here only as far as it goes without the roles: the action is decided
/// later, and the last test is at the end of that.
pub(super) async fn admit(
    core: &Core,
    request: &Arc<AuthenticationRequest>,
    standing: Standing,
) -> Result<Authenticated, Failure> {
    let mut asked = Asked::default();
    let outcome = attempt(core, request, standing, &mut asked).await;
    core.fence().step(Step::Authenticated);
    if is_enough(core, &outcome) {
        return outcome.map_err(|refused| refused.failure);
    }
    Box::pin(behind_barrier(core, request, &mut asked)).await
}

/// The decision that stands on more. It is seldom made, and its future is kept out of those that are made always.
async fn behind_barrier(
    core: &Core,
    request: &Arc<AuthenticationRequest>,
    asked: &mut Asked,
) -> Result<Authenticated, Failure> {
    let standing = core.fence().pass(core.applied()).await?;
    // What was created, changed or revoked since is out of the caches now, and of what is remembered as refused. What is
    // still in there costs no second slow hash.
    attempt(core, request, standing, asked).await.map_err(|refused| refused.failure)
}

/// Nobody was let in, and what was read to find that out.
struct Refused {
    failure: Failure,
    reading: Reading,
}

/// The same, if all that it rests on is still so although something has moved: the verdict of a slow hash stands, and so
/// does what a directory said. `None`: it has to be found out again.
///
/// # Errors
/// When the store does not answer.
pub(crate) fn made_sure(core: &Core, who: &Authenticated) -> Result<Option<Authenticated>, Failure> {
    // First, so that what changes while it is compared is seen at the end.
    let reading = who.reading.renoted(core);
    if !core.files().unchanged(who.files) {
        return Ok(None);
    }
    for condition in &who.proven.proof {
        let revision = documents::load(core.store(), &condition.key)?.map(|it| it.revision);
        if !condition.expected.holds(revision) {
            return Ok(None);
        }
    }
    Ok(Some(Authenticated { reading, ..who.clone() }))
}

async fn attempt(
    core: &Core,
    request: &Arc<AuthenticationRequest>,
    standing: Standing,
    asked: &mut Asked,
) -> Result<Authenticated, Refused> {
    let mut reading = Reading::on(standing);
    let files = core.files().seen();
    let proven = match decide(core, request, &mut reading, asked).await {
        Ok(proven) => proven,
        Err(failure) => return Err(Refused { failure, reading }),
    };
    let Some(target) = run_as::target(core, request, &proven) else {
        let request = Arc::clone(request);
        return Ok(Authenticated { proven, files, unknown_target: None, reading, request });
    };
    match Box::pin(run_as::apply(core, request, proven, target, &mut reading)).await {
        Ok((proven, unknown_target)) => {
            Ok(Authenticated { proven, files, unknown_target, reading, request: Arc::clone(request) })
        }
        Err(failure) => Err(Refused { failure, reading }),
    }
}

/// Every refusal that rests on the index is made sure of, that of a wrong password too: else the time that it takes would
/// tell which names are known.
fn is_enough(core: &Core, outcome: &Result<Authenticated, Refused>) -> bool {
    match outcome {
        Ok(who) if who.unknown_target.is_some() => who.reading.knows_absence(),
        Ok(who) => who.reading.is_in_force(core),
        Err(refused) if refused.failure.kind() == Kind::Unauthenticated => refused.reading.knows_absence(),
        // Nothing was decided.
        Err(_) => true,
    }
}
