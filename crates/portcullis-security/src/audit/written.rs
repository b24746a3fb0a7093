//! What a change wrote, as its line says it: enough to bring a revocation back that is later than a backup. The names of
//! fields are there, never what they hold.

use std::collections::BTreeSet;

use portcullis_store::{Batch, DocumentKey, Expected, Revision, Store, Write};
use serde_json::{Map, Value};

use crate::documents;

/// What stands for the names of fields where it is not known which ones were changed.
pub(crate) const ALL_FIELDS: &str = "*";

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// There was none.
    Created,
    /// It was replaced.
    Changed,
    /// It is gone.
    Deleted,
}

impl Change {
    /// As the line has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }
}

/// What was written of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The noun.
    pub(super) kind: &'static str,
    /// The id, not cut: whoever looks for the document finds it.
    pub(super) id: String,
    pub(super) change: Change,
    /// The names of the changed top-level fields, with commas between them, where the action does not say it.
    pub(super) fields: Option<String>,
    /// The store's.
    pub(super) epoch: String,
    /// Where in the store's order, once that is known.
    pub(super) revision: Option<u64>,
}

impl Written {
    /// What `write` of `batch` is going to do to what is in the store now.
    pub(super) fn of(store: &dyn Store, action: &str, batch: &Batch, write: &Write) -> Self {
        let (key, body) = match write {
            Write::Put { key, body } => (key, Some(body)),
            Write::Delete { key } => (key, None),
        };
        let expected = batch.conditions.iter().find(|it| it.key == *key).map(|it| it.expected);
        let change = match (body, expected) {
            (None, _) => Change::Deleted,
            (Some(_), Some(Expected::Absent)) => Change::Created,
            (Some(_), _) => Change::Changed,
        };
        let fields = body
            .filter(|_| change == Change::Changed && !says_it(action))
            .map(|body| changed_fields(store, key, expected, body).unwrap_or(ALL_FIELDS.to_owned()));
        Self { change, fields, ..Self::password(store, key) }
    }

    /// A new password, and nothing else.
    pub(super) fn password(store: &dyn Store, key: &DocumentKey) -> Self {
        Self {
            kind: documents::noun(&key.kind),
            id: key.id.clone(),
            change: Change::Changed,
            fields: None,
            epoch: store.identity().epoch,
            revision: None,
        }
    }

    /// It was written at this revision.
    pub(super) fn at(self, revision: Revision) -> Self {
        Self { revision: Some(revision.0), ..self }
    }
}

/// Whether the action alone says what was changed.
fn says_it(action: &str) -> bool {
    !matches!(action, "put_user" | "put_role" | "put_role_mapping" | "change_apikey")
}

/// `None`: what is replaced is not what is in the store now, or it cannot be compared.
fn changed_fields(
    store: &dyn Store,
    key: &DocumentKey,
    expected: Option<Expected>,
    body: &[u8],
) -> Option<String> {
    let Some(Expected::At(revision)) = expected else { return None };
    let old = store.get(key).ok()?.filter(|it| it.revision == revision)?;
    let old: Map<String, Value> = serde_json::from_slice(&old.body).ok()?;
    let new: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    let changed: Vec<&str> = names.into_iter().filter(|name| old.get(*name) != new.get(*name)).collect();
    Some(changed.join(","))
}
