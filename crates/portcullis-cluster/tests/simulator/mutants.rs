//! Which broken rule is caught by what. Here is the table; how rules are broken is where they are kept.
//!
//! Elsewhere, because nothing in a run could show them:
//!
//! | broken rule | where |
//! |---|---|
//! | a clone of the process is taken for oneself | the machine's own tests: here each process is one |
//! | another epoch does not fence | the machine's own tests: here the history goes on when the log is adopted |
//! | a record that cannot be read is passed over | the machine's own tests: here every record is one that it wrote |
//! | a flight is joined after it was detached; a read of one document is shared across an answer | `portcullis-cache`, by all interleavings: here each request loads for itself |
//! | what one decision rests on is torn between two documents | the trials of several nodes: here a decision rests on one credential |
//! | the lineage of a restored log is not looked at | the trials of restores: here the log is never restored |
//! | removal after one wait, not after three | no rule is broken: the condition on the revision makes it safe |
//! | generations stay where they are when trust is dropped | no answer differs while a lease ends with the trust that it was captured from |

use portcullis_cluster::Mutant;

use super::oracle::Kind;
use super::plan::Broken;

/// Every rule that can be broken.
pub(crate) const MUTANTS: [Broken; 34] = [
    Broken::Machine(Mutant::ExtendOnAnswer),
    Broken::Machine(Mutant::LeaseFromAnswer),
    Broken::Machine(Mutant::MatchLatest),
    Broken::Machine(Mutant::SeqReuse),
    Broken::Machine(Mutant::AckAnyHeartbeat),
    Broken::Machine(Mutant::AbsentEarly),
    Broken::Machine(Mutant::ReapHalf),
    Broken::Machine(Mutant::OwnWait),
    Broken::Machine(Mutant::TrustAtBegin),
    Broken::Machine(Mutant::LeaveTrusting),
    Broken::Machine(Mutant::RefusedIsEvicted),
    Broken::Machine(Mutant::ReapFenced),
    Broken::Machine(Mutant::NoWatchdog),
    Broken::Machine(Mutant::BeatDeaf),
    Broken::SkipRecheck,
    Broken::LateLease,
    Broken::ClockBeforeGenerations,
    Broken::NoFence,
    Broken::LeaseOutlivesTrust,
    Broken::NoDrift,
    Broken::WorseClocks,
    Broken::ClockStops,
    Broken::WaitFromSend,
    Broken::MembersBefore,
    Broken::RemoveBlindly,
    Broken::RemoveFenced,
    Broken::AckStored,
    Broken::CachesFirst,
    Broken::NoTicket,
    Broken::ResyncKeepsCaches,
    Broken::BarrierEarly,
    Broken::JoinInFlight,
    Broken::NothingToDoAnswers,
    Broken::TimeoutAnswers,
];

/// What catches it. Where requests can show it, they have to.
pub(crate) fn caught_by(broken: Broken) -> Option<Kind> {
    Some(match broken {
        Broken::Nothing => return None,
        Broken::Machine(mutant) => return machine(mutant),
        Broken::SkipRecheck | Broken::ClockBeforeGenerations | Broken::LeaseOutlivesTrust => {
            Kind::RevokedUnderWay
        }
        Broken::RemoveFenced => Kind::Distrusted,
        Broken::TimeoutAnswers => Kind::Cleared,
        Broken::LateLease
        | Broken::NoFence
        | Broken::NoDrift
        | Broken::WorseClocks
        | Broken::ClockStops
        | Broken::WaitFromSend
        | Broken::MembersBefore
        | Broken::RemoveBlindly
        | Broken::AckStored
        | Broken::CachesFirst
        | Broken::NoTicket
        | Broken::ResyncKeepsCaches
        | Broken::BarrierEarly
        | Broken::JoinInFlight
        | Broken::NothingToDoAnswers => Kind::Revoked,
    })
}

fn machine(mutant: Mutant) -> Option<Kind> {
    Some(match mutant {
        Mutant::None => return None,
        Mutant::ExtendOnAnswer
        | Mutant::LeaseFromAnswer
        | Mutant::MatchLatest
        | Mutant::AckAnyHeartbeat
        | Mutant::ReapHalf
        | Mutant::OwnWait
        | Mutant::TrustAtBegin
        | Mutant::LeaveTrusting => Kind::Revoked,
        // Whoever answers by a view that old waits for itself, too: requests show it only where windows differ.
        Mutant::AbsentEarly => Kind::Said,
        // The gap that it opens is milliseconds wide: a request rarely falls into it.
        Mutant::SeqReuse => Kind::Trusting,
        Mutant::RefusedIsEvicted | Mutant::ReapFenced => Kind::Distrusted,
        Mutant::NoWatchdog => Kind::NotTrusted,
        Mutant::BeatDeaf => Kind::KeptAlive,
    })
}
