//! Who is calling, whether they may, and what becomes of it: authentication through realms, API keys and service
//! account tokens; authorization by roles; management of all of them; the caches in between and what clears them.
//!
//! What never lives here: HTTP, JSON envelopes, database engines, reading clocks, configuration syntax.

pub mod acknowledgement;
mod applied;
pub mod audit;
mod authn;
mod authz;
pub mod caches;
mod caller;
mod clearing;
mod cluster;
mod core;
mod documents;
mod error;
mod feed;
mod fence;
pub mod files;
mod identity;
pub mod manage;
pub mod messages;
mod order;
mod password;
mod realms;
pub mod replay;
mod request_id;
pub mod restoring;
mod security;
pub mod settings;
pub mod stats;
mod turns;

pub use authn::credentials::{Credentials, parse_service_bearer, service_bearer};
pub use authn::proven::Rendering;
pub use authn::{Authenticated, AuthenticationRequest};
pub use caller::Caller;
pub use clearing::{Cleared, Clearing, DEFAULT_TIMEOUT, NodesOutcome};
pub use error::{Failure, Kind};
pub use fence::{Basis, FenceCounts, FenceState};
pub use password::FirstSet;
pub use realms::chain::HostRealm;
pub use realms::directory::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser, ServerStats};
pub use realms::{Answer, Reach, Realm, RealmFuture, ResolvedUser};
pub use request_id::RequestId;
pub use security::Security;
pub use settings::Settings;
