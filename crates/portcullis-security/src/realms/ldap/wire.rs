//! Bytes between a server and us. All that a server sends passes here before the LDAP library sees it: the library
//! takes any amount, any depth, and panics on shapes that it does not expect.

mod ber;
mod message;
pub(super) mod relay;
pub(super) mod start_tls;
