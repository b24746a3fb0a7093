//! What is in the directory at the start: people, groups, an account for searching. Names that need escaping are in it,
//! and a name that two entries have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use crate::dn::entry;

/// The root of everything.
pub const BASE: &str = "dc=example,dc=org";
/// Where people are.
pub const PEOPLE: &str = "ou=people,dc=example,dc=org";
/// Where more people are.
pub const CONTRACTORS: &str = "ou=contractors,dc=example,dc=org";
/// Where groups are.
pub const GROUPS: &str = "ou=groups,dc=example,dc=org";
/// Who may read everything but passwords.
pub const SERVICE_ACCOUNT: &str = "cn=reader,ou=services,dc=example,dc=org";
/// The user that is in [`PEOPLE`] and in [`CONTRACTORS`], with one password.
pub const TWIN: &str = "twin";

/// User names that mean something in a filter, in a DN, or in neither but are not ASCII. Each is a user in [`PEOPLE`].
pub const ODD_NAMES: [&str; 14] = [
    "s*r",
    "par(en)s",
    "back\\slash",
    "com,ma",
    "pl+us",
    "quo\"te",
    "semi;colon",
    "equals=sign",
    "#hash",
    "<angle>",
    "two words",
    "jürgen größe",
    "日本",
    "x)(uid=*",
];

/// A user's name, and the name for people.
const USERS: [(&str, &str); 5] =
    [("jo", "Jo March"), ("amy", "Amy March"), ("beth", "Beth March"), ("meg", "Meg March"), (TWIN, "Twin")];

/// A group whose name needs escaping wherever it stands. `meg` is in it.
pub const ODD_GROUP: &str = "R&D, (special) *";

/// A group and its members: users, and groups with an `@` before them. `beth` is in none.
const GROUP_MEMBERS: [(&str, &[&str]); 7] = [
    ("admins", &["jo"]),
    ("readers", &["jo", "amy", "s*r", "com,ma", "jürgen größe"]),
    ("staff", &["@admins", "amy"]),
    ("everyone", &["@staff", "meg"]),
    // Each of these two is in the other.
    ("chicken", &["@egg", "meg"]),
    ("egg", &["@chicken"]),
    (ODD_GROUP, &["meg"]),
];

/// The DN of a user in [`PEOPLE`].
pub fn user(uid: &str) -> String {
    entry("uid", uid, PEOPLE)
}

/// The DN of a group.
pub fn group(cn: &str) -> String {
    entry("cn", cn, GROUPS)
}

/// The standard content as LDIF. `password` gives each user's password by the name.
pub(super) fn ldif(password: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    text.push_str(&record(
        BASE,
        &[("objectClass", "organization"), ("objectClass", "dcObject"), ("o", "Example")],
    ));
    for unit in ["people", "contractors", "groups", "services"] {
        text.push_str(&record(&entry("ou", unit, BASE), &[("objectClass", "organizationalUnit")]));
    }
    let classes = [("objectClass", "organizationalRole"), ("objectClass", "simpleSecurityObject")];
    let reader = password("reader");
    text.push_str(&record(SERVICE_ACCOUNT, &[classes[0], classes[1], ("userPassword", &reader)]));
    for (uid, cn) in USERS.into_iter().chain(ODD_NAMES.map(|name| (name, name))) {
        text.push_str(&person(&user(uid), uid, cn, &password(uid)));
    }
    let twin = entry("uid", TWIN, CONTRACTORS);
    text.push_str(&person(&twin, TWIN, "The other twin", &password(TWIN)));
    for (cn, members) in GROUP_MEMBERS {
        let members: Vec<String> = members.iter().map(|name| dn(name)).collect();
        let above = groups_of(&format!("@{cn}"));
        let mut attributes = vec![("objectClass", "groupOfNames")];
        attributes.extend(members.iter().map(|dn| ("member", dn.as_str())));
        attributes.extend(above.iter().map(|dn| ("memberOf", dn.as_str())));
        text.push_str(&record(&group(cn), &attributes));
    }
    text
}

fn person(dn: &str, uid: &str, cn: &str, password: &str) -> String {
    let mail = format!("{}@example.org", uid.replace(|it: char| !it.is_ascii_alphanumeric(), "."));
    let above = if dn.ends_with(PEOPLE) { groups_of(uid) } else { Vec::new() };
    let mut attributes = vec![
        ("objectClass", "inetOrgPerson"),
        ("cn", cn),
        ("sn", cn.rsplit(' ').next().unwrap_or(cn)),
        ("displayName", cn),
        ("mail", &mail),
        ("userPassword", password),
    ];
    attributes.extend(above.iter().map(|dn| ("memberOf", dn.as_str())));
    record(dn, &attributes)
}

/// The groups that name this member. The server's overlay keeps `memberOf` only for what is changed while it runs.
fn groups_of(member: &str) -> Vec<String> {
    let above = GROUP_MEMBERS.iter().filter(|(_, members)| members.contains(&member));
    above.map(|(cn, _)| group(cn)).collect()
}

fn dn(member: &str) -> String {
    member.strip_prefix('@').map_or_else(|| user(member), group)
}

/// One entry. Its values are in base64, so none of them can mean anything to the reader of the file.
fn record(dn: &str, attributes: &[(&str, &str)]) -> String {
    let mut text = format!("dn:: {}\n", STANDARD.encode(dn));
    for (name, value) in attributes {
        text.push_str(&format!("{name}:: {}\n", STANDARD.encode(value)));
    }
    text.push('\n');
    text
}
