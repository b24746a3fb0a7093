//! The fence and acknowledgement protocol of several nodes over one ordered log, as a pure state machine.
//!
//! Here live: a member's record, its heartbeats, how long it trusts itself, who has confirmed a write, who is removed. Records
//! and clock readings come in; records to write, trust, removals and confirmations go out.
//!
//! Here never live: input or output, a clock, randomness, a thread, nor what it is that the log tells.
//!
//! **The claim: once a write is confirmed, no node counts a decision that was made without it**, if every node admits in the
//! order that [`Lease`] describes, the log is linearizable, and clocks' rates differ from true time by no more than the
//! drift that was set.

mod acks;
mod action;
mod boot;
mod error;
mod event;
mod incarnation;
mod lease;
mod machine;
mod members;
mod order;
mod record;
mod revision;
mod story;
mod timing;

pub use crate::acks::{Confirmation, Reply, Verdict, Waiting};
pub use crate::action::Action;
pub use crate::boot::Boot;
pub use crate::error::{RecordError, TimingError};
pub use crate::event::{Answer, Epoch, Listed, MemberChange, MemberEvent};
pub use crate::incarnation::Incarnation;
pub use crate::lease::{Lease, Trust};
pub use crate::machine::Machine;
pub use crate::members::{Counters, MemberState, MemberStatus, Phase, Status};
pub use crate::order::Outcome;
pub use crate::record::{Identity, Presence, Record};
pub use crate::revision::Revision;
pub use crate::story::{Lapse, Reason, Story};
pub use crate::timing::{Timing, Window};
