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
    let (outcome, reading) = attempt(core, request, standing, &mut asked).await;
    core.fence().step(Step::Authenticated);
    if is_enough(core, &outcome, &reading) {
        return outcome;
    }
    let standing = core.fence().pass(core.applied()).await?;
    // What was created, changed or revoked since is out of the caches now, and of what is remembered as refused. What is
    // still in there costs no second slow hash.
    attempt(core, request, standing, &mut asked).await.0
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
    for condition in &who.proof {
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
) -> (Result<Authenticated, Failure>, Reading) {
    let mut reading = Reading::on(standing);
    let outcome = match decide(core, request, &mut reading, asked).await {
        Ok(authenticated) => run_as::apply(core, request, authenticated, &mut reading).await,
        Err(failure) => Err(failure),
    };
    (outcome.map(|it| Authenticated { reading: reading.clone(), ..it }), reading)
}

/// Every refusal that rests on the index is made sure of, that of a wrong password too: else the time that it takes would
/// tell which names are known.
fn is_enough(core: &Core, outcome: &Result<Authenticated, Failure>, reading: &Reading) -> bool {
    match outcome {
        Ok(who) if who.unknown_target.is_some() => reading.knows_absence(),
        Ok(_) => reading.is_in_force(core),
        Err(failure) if failure.kind() == Kind::Unauthenticated => reading.knows_absence(),
        // Nothing was decided.
        Err(_) => true,
    }
}
