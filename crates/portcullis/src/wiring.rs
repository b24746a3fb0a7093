//! Putting the parts together, one file a subsystem. No part of the domain is decided here.

pub(crate) mod bootstrap;
pub(crate) mod cluster;
pub(crate) mod etcd;
pub(crate) mod http;
pub(crate) mod security;
pub(crate) mod store;
