//! What is restored of a document to which something happened after the backup. Pure: a document and its fate come in.

use bytes::Bytes;
use portcullis_secrets::StoredHash;
use portcullis_store::{DocumentKey, Kind};
use serde_json::{Map, Value, json};

use super::fate::Fate;
use super::tally::Brought;
use crate::audit::clip;
use crate::documents::reserved_user::StoredReservedUser;
use crate::documents::{api_key, reserved_user, role, role_mapping, service_token, user};

/// The name of the role descriptor that grants nothing, which a key has whose privileges were changed.
const NO_PRIVILEGES: &str = "changed-after-the-backup";

/// What to restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The document as it is in the backup.
    AsItWas,
    /// This.
    Changed(Bytes),
    /// Nothing.
    Dropped,
}

/// What to restore of a document, and what that brings back.
pub(super) fn of(
    key: &DocumentKey,
    body: &Bytes,
    fate: &Fate,
    unusable: &StoredHash,
) -> (Verdict, Vec<Brought>) {
    if fate.is_dropped(&key.kind) {
        return (Verdict::Dropped, dropped(&key.kind, fate).into_iter().collect());
    }
    let Ok(mut body) = serde_json::from_slice::<Map<String, Value>>(body) else {
        return match of_absent(key, fate, unusable) {
            Some((body, _)) => (Verdict::Changed(body), vec![Brought::Unreadable]),
            None => (Verdict::Dropped, vec![Brought::Unreadable]),
        };
    };
    let brought = change(&key.kind, &mut body, fate, unusable);
    if brought.is_empty() {
        return (Verdict::AsItWas, brought);
    }
    match serde_json::to_vec(&body) {
        Ok(bytes) => (Verdict::Changed(bytes.into()), brought),
        Err(_) => (Verdict::Dropped, vec![Brought::Unreadable]),
    }
}

/// What to restore where the backup has no document: of a reserved user, for whom something holds without one.
pub(super) fn of_absent(
    key: &DocumentKey,
    fate: &Fate,
    unusable: &StoredHash,
) -> Option<(Bytes, Vec<Brought>)> {
    if key.kind != reserved_user::KIND {
        return None;
    }
    // A log is a file: what is in it need not be a name of ours.
    portcullis_model::reserved_user::find(&key.id)?;
    let mut user = Map::new();
    user.insert("enabled".to_owned(), Value::Bool(true));
    let brought = change(&key.kind, &mut user, fate, unusable);
    if brought.is_empty() {
        return None;
    }
    let password = user.get("password").and_then(Value::as_str).unwrap_or_default().to_owned();
    let enabled = user.get("enabled") == Some(&Value::Bool(true));
    let body = StoredReservedUser { password, enabled }.encode(&key.id).ok()?;
    Some((body, brought))
}

/// Takes out of a document what was revoked.
fn change(kind: &Kind, body: &mut Map<String, Value>, fate: &Fate, unusable: &StoredHash) -> Vec<Brought> {
    let mut brought = Vec::new();
    let mut set = |field: &str, value: Value, what: Brought| {
        if body.get(field) != Some(&value) {
            body.insert(field.to_owned(), value);
            brought.push(what);
        }
    };
    if *kind == api_key::KIND {
        if let Some(at) = fate.invalidated {
            set("api_key_invalidated", json!(true), Brought::KeyInvalidated);
            if !brought.is_empty() {
                body.insert("invalidation_time".to_owned(), json!(at.0));
            }
        } else if fate.rights {
            set("role_descriptors", json!({ NO_PRIVILEGES: {} }), Brought::KeyChanged);
        }
        return brought;
    }
    let reserved = *kind == reserved_user::KIND;
    if reserved || *kind == user::KIND {
        // Nothing takes a reserved user's document away: without one its first password would hold again.
        let odd = reserved && (fate.gone || fate.rights);
        if fate.password || odd {
            // Not an empty one: of a reserved user that means that none was ever set.
            set("password", json!(unusable.as_str()), Brought::PasswordEnded);
        }
        if fate.is_off() || odd {
            let what =
                if fate.is_perhaps_on() { Brought::UserPerhapsDisabled } else { Brought::UserDisabled };
            set("enabled", json!(false), what);
        }
        if fate.rights && !reserved {
            set("roles", json!([]), Brought::RolesTaken);
        }
    } else if *kind == role_mapping::KIND && fate.rights {
        set("enabled", json!(false), Brought::MappingChanged);
    }
    brought
}

fn dropped(kind: &Kind, fate: &Fate) -> Option<Brought> {
    let table = [
        (user::KIND, Brought::UserDeleted),
        (role::KIND, if fate.gone { Brought::RoleDeleted } else { Brought::RoleChanged }),
        (role_mapping::KIND, Brought::MappingDeleted),
        (service_token::KIND, Brought::TokenDeleted),
        // Nothing deletes a key that was not invalidated or has expired.
        (api_key::KIND, Brought::KeyInvalidated),
    ];
    table.into_iter().find(|(it, _)| it == kind).map(|(_, brought)| brought)
}

/// Whose document it is, for the operator.
pub(super) fn label(key: &DocumentKey, body: &Bytes) -> String {
    if key.kind != api_key::KIND {
        return clip(&key.id);
    }
    let body: Option<Value> = serde_json::from_slice(body).ok();
    let name = body.as_ref().and_then(|it| it.get("name")).and_then(Value::as_str).unwrap_or_default();
    format!("{} ({})", clip(&key.id), clip(name))
}
