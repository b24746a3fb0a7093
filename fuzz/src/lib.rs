//! What is fuzzed: one function for each parser of bytes that come from outside. Each feeds the parser and checks what
//! must hold of every answer; a panic is a finding. The fuzz targets and the property tests call the same functions.
//!
//! `cargo +nightly fuzz run <target>` in this folder hunts for as long as it is let; the tests try some hundred inputs.

use portcullis::archive::Reader;
use portcullis_model::dn::DistinguishedName;
use portcullis_model::lifetime::{TimeValue, WallTime};
use portcullis_model::pattern::Pattern;
use portcullis_model::role_mapping::{MappingSubject, PreparedSubject, RoleMapping};
use portcullis_secrets::{Secret, StoredHash};
use portcullis_security::files::FileContent;
use portcullis_security::files::role_mapping::RoleMappingFile;
use portcullis_security::files::roles::RolesFile;
use portcullis_security::files::service_tokens::ServiceTokensFile;
use portcullis_security::files::users::UsersFile;
use portcullis_security::files::users_roles::UsersRolesFile;
use portcullis_security::replay::{Moment, Replay};
use portcullis_security::{Credentials, parse_service_bearer, service_bearer};
use serde_json::{Map, Value, json};

/// The value of an `Authorization` header.
pub fn credential_header(data: &[u8]) {
    let credentials = Credentials::from_header(Some(data));
    assert!(!matches!(credentials, Credentials::None), "a header was taken for none");
    match credentials {
        Credentials::ApiKey { id, .. } => assert!(!id.is_empty(), "an API key without an id was taken"),
        Credentials::Bearer { token } => bearer_token(token.expose()),
        Credentials::None | Credentials::Unknown | Credentials::Basic { .. } | Credentials::Malformed(_) => {}
    }
}

/// A service account's bearer token: what is taken apart can be put together, and is taken apart the same again.
pub fn bearer_token(data: &[u8]) {
    if let Some((id, secret)) = parse_service_bearer(&Secret::from_bytes(data.to_vec())) {
        let again = parse_service_bearer(&service_bearer(&id, &secret));
        let same = again.is_some_and(|(other, its)| other == id && its.equals(&secret));
        assert!(same, "a bearer token does not survive the round trip");
    }
}

fn file<T: FileContent>(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if let Ok(content) = T::parse(text, &mut problems) {
        assert!(T::differences(&content, &content).is_empty(), "a content differs from itself");
    }
    assert!(
        problems.iter().filter_map(|it| it.line).all(|line| line <= lines),
        "a problem is told beyond the end of the file"
    );
}

/// The file `users`.
pub fn users(data: &[u8]) {
    file::<UsersFile>(data);
}

/// The file `users_roles`.
pub fn users_roles(data: &[u8]) {
    file::<UsersRolesFile>(data);
}

/// The file `service_tokens`.
pub fn service_tokens(data: &[u8]) {
    file::<ServiceTokensFile>(data);
}

/// The file `roles.yml`.
pub fn roles_yml(data: &[u8]) {
    file::<RolesFile>(data);
}

/// The file `role_mapping.yml`.
pub fn role_mapping_yml(data: &[u8]) {
    file::<RoleMappingFile>(data);
}

/// A time value such as `20m`: what parses has milliseconds of its sign.
pub fn time_value(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = TimeValue::parse("setting", text) {
        assert!(value.as_millis() >= 0 || text.trim_start().starts_with('-'), "[{text}] became negative");
    }
}

/// A name pattern: the first half of the data matched against the second.
pub fn index_pattern(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (pattern, name) = text.split_once('\n').unwrap_or((text, text));
    if let Ok(parsed) = Pattern::parse(pattern) {
        let literal = !pattern.starts_with('/') && !pattern.contains(['*', '?', '\\']);
        assert!(!literal || parsed.matches(name) == (pattern == name), "[{pattern}] is literal");
    }
}

/// A stored hash: what parses prints as it was.
pub fn stored_hash(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(hash) = StoredHash::parse(text) {
        assert_eq!(hash.as_str(), text);
    }
}

/// A distinguished name: its normalized form is a name, the same one, and beneath what it is beneath.
pub fn distinguished_name(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (name, base) = text.split_once('\n').unwrap_or((text, ""));
    let (Ok(name), Ok(base)) = (DistinguishedName::parse(name), DistinguishedName::parse(base)) else {
        return;
    };
    let again = DistinguishedName::parse(name.normalized());
    assert!(again.as_ref() == Ok(&name), "the normalized form of [{name}] is another name");
    assert!(!name.is_within(&name), "[{name}] lies beneath itself");
    if name.is_within(&base) {
        assert!(name.normalized().ends_with(base.normalized()), "[{name}] does not end in [{base}]");
    }
}

/// The rules of a role mapping: what is read is written so that it is read again, and matches the same.
pub fn role_mapping_rules(data: &[u8]) {
    let Ok(rules) = serde_json::from_slice::<Value>(data) else { return };
    role_mapping(&json!({"enabled": true, "roles": ["r"], "rules": rules}));
}

/// A role template, as the text of its source.
pub fn role_template(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    for format in ["string", "json"] {
        let template = json!({"template": source, "format": format});
        role_mapping(&json!({"enabled": true, "role_templates": [template], "rules": {"all": []}}));
    }
}

fn role_mapping(body: &Value) {
    let Ok(mapping) = RoleMapping::parse("m", body) else { return };
    let again = RoleMapping::parse("m", &mapping.to_json());
    assert!(again.as_ref() == Ok(&mapping), "a mapping does not survive the round trip");
    assert!(
        RoleMapping::from_stored("m", &mapping.to_stored()).as_ref() == Ok(&mapping),
        "nor does it in the store"
    );
    let subject = MappingSubject {
        username: "jo".to_owned(),
        dn: Some("CN=Jo,DC=example".to_owned()),
        groups: vec!["CN=Admins,DC=example".to_owned(), "{{username}}".to_owned()],
        metadata: Map::from_iter([("mail".to_owned(), json!(["jo@example.org"]))]),
        realm_name: "ldap1".to_owned(),
    };
    let subject = PreparedSubject::new(&subject);
    let same = again.is_ok_and(|again| again.roles_for(&subject) == mapping.roles_for(&subject));
    assert!(same, "a mapping means something else after the round trip");
}

/// A backup: documents come in order, and what was read to its end has no more.
pub fn backup(data: &[u8]) {
    let Ok(mut reader) = Reader::open(data) else { return };
    let mut last = None;
    while let Ok(Some(document)) = reader.next_document() {
        assert!(last.as_ref().is_none_or(|last| *last < document.key), "documents are out of order");
        last = Some(document.key);
    }
}

/// A line of a log that a restore reads: no more is taken from it than that one document was changed.
pub fn audit_line(data: &[u8]) {
    let made_at = WallTime(1_767_225_600_000);
    let mut replay = Replay::since(Moment { epoch: "e".to_owned(), revision: 9, made_at });
    let taken = replay.line(data).is_ok();
    assert!(replay.tally().changes <= u64::from(taken), "a line that was refused is a change");
}

#[cfg(test)]
mod tests;
