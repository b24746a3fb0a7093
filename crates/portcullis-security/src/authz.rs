//! Authorization: may this one do this? The rules are the model's; here the roles are found.

pub(crate) mod granted;
pub(crate) mod key_permissions;
pub(crate) mod resolve;
pub(crate) mod role_mapping;

use std::sync::Arc;

use portcullis_model::anonymous::Denied;
use portcullis_model::authentication::{Authentication, AuthenticationKind, TokenSource};
use portcullis_model::decision::{RequestFacts, denial, run_as_denial};
use portcullis_model::subject::FILE_REALM;

use crate::audit;
use crate::authn::{self, Authenticated};
use crate::caller::Caller;
use crate::core::Core;
use crate::error::{Failure, Kind};
use crate::fence::{Finish, Reading, Standing, Step};
use crate::files::Seen;
use crate::realms::verify::MAX_READS;
use granted::Granted;

/// Makes a caller of somebody authenticated, if their roles grant `action`.
///
/// # Errors
/// [`Kind::Forbidden`] with Elasticsearch's sentence, or [`Kind::Unauthenticated`] for the anonymous user where it is
/// set so; [`Kind::Unavailable`] when roles cannot be read or never stand still; [`Kind::Fenced`] when the node cannot
/// tell whether they are of today. Where who is calling has changed meanwhile, as [`authn::authenticate`].
pub(crate) async fn authorize(
    core: &Core,
    who: &Authenticated,
    action: &'static str,
    facts: &RequestFacts,
) -> Result<Caller, Failure> {
    let first = attempt(core, who, action, facts).await;
    if first.finish == Finish::Stands {
        return told(core, who, action, first.outcome);
    }
    Box::pin(again(core, who, action, facts, first)).await
}

/// A decision that was made, and whether it stands.
struct Attempt {
    outcome: Result<Caller, Failure>,
    finish: Finish,
    standing: Standing,
}

async fn attempt(core: &Core, who: &Authenticated, action: &'static str, facts: &RequestFacts) -> Attempt {
    let mut reading = who.reading.onward();
    let outcome = decide(core, who, action, facts, &mut reading).await;
    core.fence().step(Step::Decided);
    let finish = match reading.finish(core, &who.reading) {
        Finish::Stands if is_denied(&outcome) && !reading.may_deny() => Finish::Unsure,
        finish => finish,
    };
    Attempt { outcome, finish, standing: reading.standing() }
}

fn is_denied(outcome: &Result<Caller, Failure>) -> bool {
    outcome.as_ref().is_err_and(|failure| failure.kind() == Kind::Forbidden)
}

/// Decides until it stands. Kept out of [`authorize`], so that one that stands at once does not carry this around.
async fn again(
    core: &Core,
    who: &Authenticated,
    action: &'static str,
    facts: &RequestFacts,
    first: Attempt,
) -> Result<Caller, Failure> {
    let mut anew: Option<Authenticated> = None;
    let mut last = first;
    for _ in 1..MAX_READS {
        let who_now = anew.as_ref().unwrap_or(who);
        let standing = match last.finish {
            Finish::Stands => return told(core, who_now, action, last.outcome),
            // Only the roles: they are read again.
            Finish::Moved => None,
            Finish::MovedBefore => match authn::made_sure(core, who_now)? {
                Some(sure) => {
                    anew = Some(sure);
                    None
                }
                None => Some(last.standing.again(core)),
            },
            Finish::Lapsed => match last.outcome {
                // Nothing was decided, so there is nothing to be sure of.
                Err(failure) if failure.kind() != Kind::Forbidden => return Err(failure),
                _ => Some(core.fence().renew(core.applied(), core.boot()).await?),
            },
            Finish::Unsure => Some(core.fence().pass(core.applied()).await?),
        };
        if let Some(standing) = standing {
            let request = &anew.as_ref().unwrap_or(who).request;
            anew = Some(authn::authenticate_on(core, request, standing).await?);
        }
        last = attempt(core, anew.as_ref().unwrap_or(who), action, facts).await;
    }
    if last.finish == Finish::Stands {
        return told(core, anew.as_ref().unwrap_or(who), action, last.outcome);
    }
    Err(Failure::unavailable("the roles changed again and again while they were read; try again"))
}

/// What is told of an outcome that stands.
fn told(
    core: &Core,
    who: &Authenticated,
    action: &'static str,
    outcome: Result<Caller, Failure>,
) -> Result<Caller, Failure> {
    match outcome {
        Err(failure) if failure.kind() == Kind::Forbidden => {
            audit::access_denied(core, who, action);
            Err(denied(core, who, action, failure))
        }
        outcome => outcome,
    }
}

/// What is told of a denial: the anonymous user may be asked for credentials instead.
fn denied(core: &Core, who: &Authenticated, action: &'static str, denial: Failure) -> Failure {
    if who.authentication().kind != AuthenticationKind::Anonymous {
        return denial;
    }
    match core.settings().anonymous.denied() {
        Denied::Forbidden => denial,
        Denied::Unauthenticated => {
            Failure::new(Kind::Unauthenticated, format!("action [{action}] requires authentication"))
        }
    }
}

async fn decide(
    core: &Core,
    who: &Authenticated,
    action: &'static str,
    facts: &RequestFacts,
    reading: &mut Reading,
) -> Result<Caller, Failure> {
    let authentication = who.authentication();

    // Run-as first: whether the one who authenticated may act as the other.
    let mut by = None;
    if let Some(target) = run_as_target(who) {
        let granted = Granted::of_credentials(core, who, reading).await?;
        if who.unknown_target.is_some() || !granted.allows_run_as(&target) {
            let sentence = run_as_denial(authentication, granted.role_names(), action, &target);
            return Err(Failure::new(Kind::Forbidden, sentence));
        }
        by = Some(granted);
    }
    let granted = Granted::of_effective(core, who, reading).await?;
    if !granted.allows(action, facts, authentication) {
        let sentence = denial(authentication, granted.role_names(), action, facts);
        return Err(Failure::new(Kind::Forbidden, sentence));
    }
    let on_role_files =
        granted.rests_on_role_files() || by.as_ref().is_some_and(Granted::rests_on_role_files);
    let files = Seen {
        people: who.files.people.filter(|_| is_of_files(authentication)),
        roles: who.files.roles.filter(|_| on_role_files),
        mappings: who.files.mappings.filter(|_| is_mapped(core, authentication)),
    };
    Ok(Caller {
        proven: Arc::clone(&who.proven),
        action,
        files,
        granted,
        by,
        request: Arc::clone(&who.request),
    })
}

/// Whether somebody who takes part is known from a file.
fn is_of_files(authentication: &Authentication) -> bool {
    let realms = [&authentication.realm, &authentication.lookup_realm];
    realms.iter().any(|it| &*it.kind == FILE_REALM)
        || matches!(authentication.kind, AuthenticationKind::ServiceToken { source: TokenSource::File, .. })
}

/// Whether somebody who takes part has roles by mappings.
fn is_mapped(core: &Core, authentication: &Authentication) -> bool {
    let realms = [&authentication.realm, &authentication.lookup_realm];
    realms.into_iter().any(|it| core.caches().maps_roles(it))
}

fn run_as_target(who: &Authenticated) -> Option<String> {
    let found = who.authentication().is_run_as();
    who.unknown_target.clone().or_else(|| found.then(|| who.authentication().effective.username.clone()))
}
