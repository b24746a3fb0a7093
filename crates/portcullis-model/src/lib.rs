//! The nouns of Portcullis and the pure decisions over them: who somebody is, what a role says, what a privilege
//! grants, and in which words a refusal is told.
//!
//! Nothing here waits, reads a clock, touches a disk, computes a hash or knows HTTP. Time comes in as an argument,
//! plaintext secrets come in only as a borrowed slice of a token that is being split, and nothing here keeps one.

pub mod anonymous;
pub mod api_key;
pub mod authentication;
pub mod credential;
pub mod decision;
pub mod dn;
pub mod lifetime;
pub mod pattern;
pub mod privilege;
pub mod reserved_user;
pub mod role;
pub mod role_mapping;
pub mod service_account;
pub mod subject;
pub mod token;
