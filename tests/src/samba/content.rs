//! What is in the domain at the start: people, groups in groups, an account for searching, and accounts that may not log
//! on, each for another reason.

use crate::dn;

/// The domain's DNS name.
pub const DOMAIN: &str = "ad.example.org";
/// Its name before the backslash.
pub const NETBIOS: &str = "AD";
/// The root of everything.
pub const BASE: &str = "DC=ad,DC=example,DC=org";
/// Where people are.
pub const PEOPLE: &str = "OU=people,DC=ad,DC=example,DC=org";
/// Where groups are.
pub const GROUPS: &str = "OU=groups,DC=ad,DC=example,DC=org";
/// The domain's own administrator. Only the harness is this.
pub(super) const ADMINISTRATOR: &str = "administrator";
/// An account without a right of its own: everybody who has bound may read.
pub const READER: &str = "reader";
/// A group whose name needs escaping wherever it stands. `amy` is in it.
pub const ODD_GROUP: &str = "R&D, (special)";

/// Whether an account may log on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Good,
    Disabled,
    /// Too many wrong passwords.
    Locked,
    /// Its time is over.
    Expired,
    /// The password was given by the administrator, for one logon at which it is changed.
    MustChange,
}

/// An account.
#[derive(Debug)]
pub(super) struct Account {
    /// `sAMAccountName`.
    pub(super) name: &'static str,
    pub(super) cn: &'static str,
    /// `userPrincipalName`.
    pub(super) principal: &'static str,
    pub(super) standing: Standing,
}

/// Accounts. Names and principals differ for some, and the principal of `meg` begins with somebody else's name.
pub(super) const ACCOUNTS: [Account; 11] = [
    account("jo", "Jo March", "jo@ad.example.org", Standing::Good),
    account("amy", "March, Amy", "amy.march@ad.example.org", Standing::Good),
    account("beth", "Beth March", "beth@march.example", Standing::Good),
    account("meg", "Meg March", "jo@march.example", Standing::Good),
    account("jürgen", "Jürgen (Größe)", "jürgen.größe@ad.example.org", Standing::Good),
    account("two words", "Two Words", "two.words@ad.example.org", Standing::Good),
    account("disabled", "Disabled", "disabled@ad.example.org", Standing::Disabled),
    account("locked", "Locked", "locked@ad.example.org", Standing::Locked),
    account("expired", "Expired", "expired@ad.example.org", Standing::Expired),
    account("must change", "Must Change", "must.change@ad.example.org", Standing::MustChange),
    account(READER, "Reader", "reader@ad.example.org", Standing::Good),
];

/// A group and its members: accounts, and groups with an `@` before them.
pub(super) const GROUP_MEMBERS: [(&str, &[&str]); 4] = [
    ("inner", &["jo", "two words"]),
    ("outer", &["@inner"]),
    ("everyone", &["@outer", "jürgen"]),
    (ODD_GROUP, &["amy"]),
];

const fn account(
    name: &'static str,
    cn: &'static str,
    principal: &'static str,
    standing: Standing,
) -> Account {
    Account { name, cn, principal, standing }
}

/// The DN of an account.
///
/// # Panics
/// If there is none of this name.
pub fn user(name: &str) -> String {
    let account = ACCOUNTS.iter().find(|it| it.name == name);
    dn::entry("CN", account.unwrap_or_else(|| panic!("no account [{name}]")).cn, PEOPLE)
}

/// The DN of a group.
pub fn group(cn: &str) -> String {
    dn::entry("CN", cn, GROUPS)
}

/// The DN of a member of a group.
pub(super) fn member(member: &str) -> String {
    member.strip_prefix('@').map_or_else(|| user(member), group)
}
