//! Settings of anonymous access.

use crate::config::kind::{Commas, Kind};

use super::Default::{Is, Unset};
use super::Row;

pub(super) const ROWS: &[Row] = &[
    Row::works(
        "xpack.security.authc.anonymous.roles",
        Kind::Lines(Commas::Separate),
        Unset,
        "Lets requests without credentials in, with these roles. Every user of a realm has them too.",
    ),
    Row::works(
        "xpack.security.authc.anonymous.username",
        Kind::Text,
        Is("_anonymous"),
        "What requests without credentials are called. It is nobody else's name, with or without `roles`.",
    ),
    Row::works(
        "xpack.security.authc.anonymous.authz_exception",
        Kind::Boolean,
        Is("true"),
        "What a request without credentials is answered that may not do something: `true`: 403; `false`: 401, so that \
         a browser asks for a password.",
    ),
];
