//! Settings of the realms whose users live in a remote directory: who is found there, and in which groups.
//!
//! Never here: which of them go together (`config/directory`).

use crate::config::kind::{Commas, Kind};

use super::Default::{Computed, Is, Unset};
use super::Row;

mod accepted;
mod connection;
mod refused;

pub(super) use accepted::ROWS as ACCEPTED;
pub(super) use connection::ROWS as CONNECTION;
pub(super) use refused::ROWS as REFUSED;

/// The full name of a setting that both types have.
macro_rules! both {
    ($key:literal) => {
        concat!("xpack.security.authc.realms.<directory>.<name>.", $key)
    };
}

macro_rules! ldap {
    ($key:literal) => {
        concat!("xpack.security.authc.realms.ldap.<name>.", $key)
    };
}

macro_rules! active_directory {
    ($key:literal) => {
        concat!("xpack.security.authc.realms.active_directory.<name>.", $key)
    };
}

use {active_directory, both};

const SCOPE: Kind = Kind::Word(&["sub_tree", "one_level", "base"]);
const DOMAIN_ROOT: super::Default = Computed("from domain_name");

pub(super) const ROWS: &[Row] = &[
    // Users.
    Row::works(
        ldap!("user_dn_templates"),
        Kind::Lines(Commas::Belong),
        Unset,
        "The DNs that a user may have, `{0}` is the username. Either this or user_search.base_dn is required.",
    ),
    Row::works(active_directory!("domain_name"), Kind::Line, Unset, "The domain's DNS name. Required."),
    Row::works(
        ldap!("user_search.base_dn"),
        Kind::Line,
        Unset,
        "Below which entry users are searched. Either this or user_dn_templates is required.",
    ),
    Row::works(
        active_directory!("user_search.base_dn"),
        Kind::Line,
        DOMAIN_ROOT,
        "Below which entry users are searched.",
    ),
    Row::works(both!("user_search.scope"), SCOPE, Is("sub_tree"), "How far below it: all, children, itself."),
    Row::works(
        ldap!("user_search.filter"),
        Kind::Line,
        Is("(uid={0})"),
        "The filter that finds a user, `{0}` is the username.",
    ),
    Row::works(
        ldap!("user_search.attribute"),
        Kind::Line,
        Unset,
        "Deprecated: the attribute that the username is compared with. Use user_search.filter.",
    ),
    Row::works(
        active_directory!("user_search.filter"),
        Kind::Line,
        Is("(&(objectClass=user)(|(sAMAccountName={0})(userPrincipalName={1})))"),
        "The filter that finds a user without a domain, `{0}` is the username, `{1}` is `username@domain_name`.",
    ),
    Row::works(
        active_directory!("user_search.upn_filter"),
        Kind::Line,
        Is("(&(objectClass=user)(userPrincipalName={1}))"),
        "The filter that finds `user@domain`, `{1}` is all of it.",
    ),
    Row::works(
        active_directory!("user_search.down_level_filter"),
        Kind::Line,
        Is("(&(objectClass=user)(sAMAccountName={0}))"),
        "The filter that finds `DOMAIN\\user`, `{0}` is the user.",
    ),
    Row::works(
        both!("user_full_name_attribute"),
        Kind::Line,
        Is("cn"),
        "The attribute that holds a user's full name.",
    ),
    Row::works(
        both!("user_email_attribute"),
        Kind::Line,
        Is("mail"),
        "The attribute that holds a user's address.",
    ),
    Row::works(
        both!("metadata"),
        Kind::Lines(Commas::Separate),
        Unset,
        "Attributes that are put into a user's metadata.",
    ),
    // Groups.
    Row::works(
        ldap!("user_group_attribute"),
        Kind::Line,
        Is("memberOf"),
        "The attribute that holds a user's groups, unless group_search.base_dn is set.",
    ),
    Row::works(
        ldap!("group_search.base_dn"),
        Kind::Line,
        Unset,
        "Below which entry a user's groups are searched.",
    ),
    Row::works(
        active_directory!("group_search.base_dn"),
        Kind::Line,
        DOMAIN_ROOT,
        "Below which entry a user's groups are searched.",
    ),
    Row::works(
        both!("group_search.scope"),
        SCOPE,
        Is("sub_tree"),
        "How far below it: all, children, itself.",
    ),
    Row::works(
        ldap!("group_search.filter"),
        Kind::Line,
        Is("(&(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)\
            (objectClass=posixGroup))(|(member={0})(uniqueMember={0})(memberUid={0})))"),
        "The filter that finds a user's groups, `{0}` is the user's DN or group_search.user_attribute.",
    ),
    Row::works(
        ldap!("group_search.user_attribute"),
        Kind::Line,
        Unset,
        "The user's attribute that group_search.filter is filled with, instead of the DN.",
    ),
    // Roles.
    Row::works(
        both!("unmapped_groups_as_roles"),
        Kind::Boolean,
        Is("false"),
        "Whether a group that the role mapping file does not name is a role of the same name.",
    ),
    Row::works(
        both!("files.role_mapping"),
        Kind::Path,
        Is("role_mapping.yml"),
        "The role mapping file. A relative path starts at the configuration folder.",
    ),
];
