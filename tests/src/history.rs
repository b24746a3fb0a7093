//! Concurrent histories: what is tried and what is changed, in one order, and an oracle that says which answers cannot
//! have been right. Subjects (a user, a key, a token, a role) are killed and made good again while others try them;
//! requests can be stopped at each place where they have just read something, so that a change lands exactly there.
//!
//! What never lives here: knowledge of how the service keeps its promises. It is looked at from outside only.

pub mod dice;
pub mod directory;
pub mod door;
pub mod faults;
pub mod files;
pub mod ledger;
pub mod people;
pub mod processes;
pub mod run;
pub mod scene;
pub mod several;
pub mod stepped;
pub mod stop;
pub mod subject;
pub mod tally;
