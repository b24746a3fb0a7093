//! What the names of privileges mean: which actions each grants.
//!
//! Never in here: who has which privilege (see [`crate::role`]), nor any decision about a request.

pub mod application;
pub mod cluster;
pub mod index;

/// What the actions of the security API have in common at their beginning.
pub const SECURITY_ACTIONS: &str = "cluster:admin/xpack/security/";
