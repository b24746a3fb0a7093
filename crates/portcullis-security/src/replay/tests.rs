use portcullis_model::lifetime::WallTime;
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_store::Kind;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::fate::Fate;
use super::*;
use crate::acknowledgement;
use crate::documents::{api_key, reserved_user, role, role_mapping, service_token, user};

/// When the backup of these tests was made.
const MADE: i64 = 1_800_000_000_000;

fn moment() -> Moment {
    Moment { epoch: "e".to_owned(), revision: 100, made_at: WallTime(MADE) }
}

fn unusable() -> StoredHash {
    HashAlgorithm::parse("bcrypt4").unwrap().hash(&Secret::from_string("x".to_owned())).unwrap()
}

/// A line of a change, `millis` after the backup.
fn line(action: &str, noun: &str, id: &str, at: Option<(&str, u64)>, millis: i64) -> Value {
    let timestamp = WallTime(MADE + millis).to_rfc3339().unwrap();
    let mut line = json!({
        "timestamp": timestamp, "level": "INFO", "event.action": action, "document.kind": noun, "document.id": id,
        "document.change": "changed",
    });
    if let Some((epoch, revision)) = at {
        line["store.epoch"] = json!(epoch);
        line["store.revision"] = json!(revision);
    }
    line
}

fn put(fields: &str, noun: &str, at: u64) -> Value {
    let action = match noun {
        "user" => "put_user",
        "role" => "put_role",
        "role_mapping" => "put_role_mapping",
        _ => "change_apikey",
    };
    let mut line = line(action, noun, "x", Some(("e", at)), 1);
    line["document.fields"] = json!(fields);
    line
}

fn replay(lines: &[Value]) -> Replay {
    let mut replay = Replay::since(moment());
    for line in lines {
        replay.line(line.to_string().as_bytes()).unwrap();
    }
    replay
}

/// What is restored of `body` after these lines; null where nothing is.
fn restored(kind: Kind, body: &Value, lines: &[Value]) -> Value {
    let body = Bytes::from(body.to_string());
    match replay(lines).restored(&DocumentKey::new(kind, "x"), &body, &unusable()) {
        Verdict::AsItWas => serde_json::from_slice(&body).unwrap(),
        Verdict::Changed(body) => serde_json::from_slice(&body).unwrap(),
        Verdict::Dropped => Value::Null,
    }
}

fn a_user() -> Value {
    json!({"username": "x", "password": "old", "roles": ["a"], "enabled": true, "type": "user", "email": "e"})
}

fn a_key() -> Value {
    json!({"name": "k", "api_key_invalidated": false, "role_descriptors": {}, "limited_by_role_descriptors": {}})
}

#[test]
fn within_an_epoch_revisions_say_what_came_after() {
    let delete = |at, millis| line("delete_user", "user", "x", at, millis);
    let minute = 60_000;
    for (line, gone) in [
        (delete(Some(("e", 101)), -60 * minute), true),
        (delete(Some(("e", 100)), 4 * minute), false),
        (delete(Some(("e", 100)), 5 * minute), true),
        (delete(Some(("other", 1)), -4 * minute), true),
        (delete(Some(("other", 1_000)), -6 * minute), false),
        (delete(None, -5 * minute), true),
        (delete(None, -5 * minute - 1), false),
        (delete(Some(("", 1)), 0), true),
    ] {
        assert_eq!(restored(user::KIND, &a_user(), std::slice::from_ref(&line)).is_null(), gone, "{line}");
    }
}

#[test]
fn a_log_reaches_back_by_its_place_or_by_its_age() {
    let margin = CLOCK_MARGIN_MILLIS;
    let age = |level: &str, millis| {
        let timestamp = WallTime(MADE + millis).to_rfc3339().unwrap();
        json!({"timestamp": timestamp, "level": level, "message": "m"})
    };
    let place = |epoch: &str, revision: u64| {
        let mut line = age("INFO", 0);
        line["store.epoch"] = json!(epoch);
        line["store.revision"] = json!(revision);
        line
    };
    for (line, back) in [
        (place("e", 100), true),
        (place("e", 101), false),
        (place("other", 1), false),
        (age("INFO", -margin), true),
        (age("INFO", 1 - margin), false),
        (age("WARN", -2 * margin), false),
    ] {
        assert_eq!(replay(std::slice::from_ref(&line)).reaches_back(), back, "{line}");
    }
    assert!(!replay(&[]).reaches_back());
}

#[test]
fn every_action_has_a_meaning() {
    let bodies = [
        (user::KIND, "user", a_user()),
        (reserved_user::KIND, "reserved_user", json!({"password": "old", "enabled": true})),
        (role::KIND, "role", json!({"cluster": ["all"]})),
        (role_mapping::KIND, "role_mapping", json!({"enabled": true})),
        (api_key::KIND, "api_key", a_key()),
        (service_token::KIND, "service_token", json!({"password": "p"})),
    ];
    for row in acknowledgement::TABLE {
        let brings_back = bodies.iter().any(|(kind, noun, body)| {
            let line = line(row.action, noun, "x", Some(("e", 101)), 1);
            restored(kind.clone(), body, &[line]) != *body
        });
        let grants = row.action == "change_enable_user";
        assert_eq!(brings_back, !grants, "{}", row.action);
    }
    // And of a later version nothing is believed.
    for (kind, noun, body) in &bodies {
        let line = line("dismiss", noun, "x", Some(("e", 101)), 1);
        assert_ne!(restored(kind.clone(), body, &[line]), *body, "{noun}");
    }
}

#[test]
fn a_field_decides_what_is_taken() {
    let table = [
        ("user", user::KIND, a_user(), "password", "password", json!(unusable().as_str())),
        ("user", user::KIND, a_user(), "enabled", "enabled", json!(false)),
        ("user", user::KIND, a_user(), "roles", "roles", json!([])),
        ("user", user::KIND, a_user(), "email,metadata", "roles", json!([])),
        ("user", user::KIND, a_user(), "*", "roles", json!([])),
        ("user", user::KIND, a_user(), "*", "enabled", json!(false)),
        ("role_mapping", role_mapping::KIND, json!({"enabled": true}), "rules", "enabled", json!(false)),
        ("api_key", api_key::KIND, a_key(), "expiration_time,version", "api_key_invalidated", json!(true)),
        (
            "api_key",
            api_key::KIND,
            a_key(),
            "limited_by_role_descriptors",
            "role_descriptors",
            json!({"changed-after-the-backup": {}}),
        ),
    ];
    for (noun, kind, body, fields, field, expected) in table {
        let restored = restored(kind, &body, &[put(fields, noun, 101)]);
        // A hash has a new salt each time.
        let same =
            |value: &Value| if field == "password" { *value != body[field] } else { *value == expected };
        assert!(same(&restored[field]), "{noun} {fields}: {restored}");
    }
    for (noun, kind, body, fields) in [
        ("user", user::KIND, a_user(), "email,full_name"),
        ("role", role::KIND, json!({"cluster": []}), "metadata,description"),
        ("role_mapping", role_mapping::KIND, json!({"enabled": true}), "metadata"),
        ("api_key", api_key::KIND, a_key(), "metadata_flattened,version"),
        ("user", user::KIND, a_user(), ""),
    ] {
        assert_eq!(restored(kind, &body, &[put(fields, noun, 101)]), body, "{noun} {fields}");
    }
    assert!(restored(role::KIND, &json!({"cluster": []}), &[put("cluster", "role", 101)]).is_null());
}

#[test]
fn who_was_enabled_again_is_enabled() {
    let disable = |at| line("change_disable_user", "user", "x", at, 1);
    let enable = |at| line("change_enable_user", "user", "x", at, 1);
    let e = |revision| Some(("e", revision));
    let enabled = |lines: &[Value]| restored(user::KIND, &a_user(), lines)["enabled"] == json!(true);
    assert!(enabled(&[disable(e(101)), enable(e(102))]) && enabled(&[enable(e(102)), disable(e(101))]));
    assert!(!enabled(&[enable(e(101)), disable(e(102))]));
    assert!(!enabled(&[disable(None), enable(None)]) && !enabled(&[disable(None), enable(e(102))]));
    // What was disabled in the backup stays so.
    let mut off = a_user();
    off["enabled"] = json!(false);
    assert_eq!(restored(user::KIND, &off, &[enable(e(101))]), off);
}

#[test]
fn what_was_created_after_the_backup_replaces_nothing_that_is_in_it() {
    let mut created = line("put_user", "user", "x", Some(("e", 101)), 1);
    created["document.change"] = json!("created");
    assert!(restored(user::KIND, &a_user(), &[created.clone()]).is_null(), "it was deleted in between");
    created["store.epoch"] = json!("other");
    assert_eq!(restored(user::KIND, &a_user(), &[created]), a_user());
}

#[test]
fn a_reserved_user_without_a_document_gets_one() {
    let password = line("change_password", "reserved_user", "elastic", Some(("e", 101)), 1);
    let disable = line("change_disable_user", "reserved_user", "kibana", Some(("e", 102)), 1);
    let mut replay = replay(&[password, disable, line("delete_user", "user", "x", Some(("e", 103)), 1)]);
    let mut rest = replay.rest(&unusable());
    rest.sort();
    let bodies: Vec<Value> = rest.iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect();
    assert_eq!(rest.iter().map(|(key, _)| key.id.as_str()).collect::<Vec<_>>(), ["elastic", "kibana"]);
    let hash = StoredHash::parse(bodies[0]["password"].as_str().unwrap()).unwrap();
    assert!(!hash.verify(&Secret::from_string(String::new())));
    assert_eq!((&bodies[0]["enabled"], &bodies[1]["enabled"]), (&json!(true), &json!(false)));
    assert_eq!(bodies[1]["password"], "", "no password was changed");
    assert_eq!(replay.tally().count(Brought::PasswordEnded), 1);
}

#[test]
fn what_cannot_be_read_is_not_restored() {
    let mut replay = replay(&[line("change_password", "user", "x", Some(("e", 101)), 1)]);
    let verdict = replay.restored(&DocumentKey::new(user::KIND, "x"), &Bytes::from("{\"pass"), &unusable());
    assert_eq!((verdict, replay.tally().count(Brought::Unreadable)), (Verdict::Dropped, 1));
}

#[test]
fn lines_that_say_too_little_are_refused() {
    let mut replay = Replay::since(moment());
    let mut refused = |line: Value| replay.line(line.to_string().as_bytes()).err();
    let mut old = line("delete_user", "user", "x", None, 1);
    old.as_object_mut().unwrap().remove("document.kind");
    assert_eq!(refused(old.clone()), Some(LineError::Unspecific));
    old["timestamp"] = json!("2020-01-01T00:00:00Z");
    assert_eq!(refused(old), None);
    assert_eq!(refused(line("delete_user", "later", "x", None, 1)), Some(LineError::Unknown));
    for foreign in [json!([]), json!({"message": "m"}), json!({"timestamp": "now", "level": "INFO"})] {
        assert_eq!(refused(foreign), Some(LineError::Foreign));
    }
    replay.most = 1;
    assert!(replay.line(line("delete_user", "user", "a", None, 1).to_string().as_bytes()).is_ok());
    assert!(replay.line(line("delete_user", "user", "a", None, 1).to_string().as_bytes()).is_ok());
    let more = replay.line(line("delete_user", "user", "b", None, 1).to_string().as_bytes());
    assert_eq!(more, Err(LineError::TooMany));
}

/// A change of the user `x`.
fn any_line() -> impl Strategy<Value = Value> {
    let action = prop::sample::select(vec![
        "delete_user",
        "change_password",
        "change_disable_user",
        "change_enable_user",
        "put_user",
        "invalidate_apikeys",
    ]);
    let fields = prop::sample::select(vec!["", "*", "roles", "enabled", "email,password"]);
    let place = prop::option::of((prop::sample::select(vec!["e", "other"]), 95_u64..105));
    (action, fields, place, -400_000_i64..400_000).prop_map(|(action, fields, place, millis)| {
        let mut line = line(action, "user", "x", place, millis);
        line["document.fields"] = json!(fields);
        line
    })
}

proptest! {
    #[test]
    fn the_order_of_the_lines_does_not_matter(lines in prop::collection::vec(any_line(), 0..12), turn in 0_usize..12) {
        let mut turned = lines.clone();
        turned.reverse();
        let by = turn.min(turned.len());
        turned.rotate_left(by);
        prop_assert_eq!(replay(&lines).fates, replay(&turned).fates);
    }

    #[test]
    fn no_line_makes_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut replay = Replay::since(moment());
        prop_assert!(replay.line(&bytes).is_err() || replay.fates.len() <= 1);
    }

    /// Whatever is told besides: what was deleted is not restored, and the old password does not come back.
    #[test]
    fn no_line_gives_back_what_another_took(lines in prop::collection::vec(any_line(), 0..12)) {
        let mut more = lines.clone();
        more.push(line("change_password", "user", "x", Some(("e", 104)), 1));
        let restored_one = restored(user::KIND, &a_user(), &more);
        prop_assert!(restored_one.is_null() || restored_one["password"] != "old");
        more.push(line("delete_user", "user", "x", Some(("e", 104)), 1));
        prop_assert!(restored(user::KIND, &a_user(), &more).is_null());
    }
}

#[test]
fn nothing_happened_to_what_no_line_names() {
    let mut replay = replay(&[line("delete_user", "user", "y", Some(("e", 101)), 1)]);
    let body = Bytes::from(a_user().to_string());
    let verdict = replay.restored(&DocumentKey::new(user::KIND, "x"), &body, &unusable());
    assert_eq!(verdict, Verdict::AsItWas);
    let idle = super::verdict::of(&DocumentKey::new(user::KIND, "x"), &body, &Fate::default(), &unusable());
    assert_eq!(idle, (Verdict::AsItWas, Vec::new()));
}
