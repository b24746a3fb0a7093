//! Reads: of one transaction of redb, which sees one revision however long it lives.

use std::ops::Bound;

use ::redb::ReadTransaction;
use bytes::Bytes;

use super::tables::{self, DOCUMENTS, FACTS};
use crate::Snapshot;
use crate::document::{Document, DocumentKey, Kind, Revision};
use crate::error::StoreError;
use crate::limits::{MAX_PAGE_BYTES, MAX_PAGE_DOCUMENTS};

/// A read transaction and its revision.
pub(crate) struct RedbSnapshot {
    transaction: ReadTransaction,
    revision: Revision,
}

impl RedbSnapshot {
    pub(crate) fn of(transaction: ReadTransaction) -> Result<Self, StoreError> {
        let revision = tables::revision(&transaction)?;
        Ok(Self { transaction, revision })
    }

    /// The documents from `start` on, as long as their kind is `wanted` and the page has room.
    fn page(
        &self,
        start: Bound<(&str, &str)>,
        wanted: impl Fn(&str) -> bool,
        limit: usize,
    ) -> Result<Vec<Document>, StoreError> {
        read(|| {
            let (mut page, mut bytes) = (Vec::new(), 0);
            let table = self.transaction.open_table(DOCUMENTS)?;
            for entry in table.range::<(&str, &str)>((start, Bound::Unbounded))? {
                let (key, value) = entry?;
                let (kind, id) = key.value();
                if !wanted(kind) || page.len() >= limit.min(MAX_PAGE_DOCUMENTS) || bytes >= MAX_PAGE_BYTES {
                    break;
                }
                let (revision, body) = value.value();
                bytes += body.len();
                page.push(Document {
                    key: DocumentKey::new(Kind::from_string(kind.to_owned()), id),
                    revision: Revision(revision),
                    body: Bytes::copy_from_slice(body),
                });
            }
            Ok(page)
        })
    }

    /// The same, seen as a later revision that changed no document.
    pub(crate) fn at_least(self, revision: Revision) -> Self {
        Self { revision: self.revision.max(revision), ..self }
    }
}

/// One document.
pub(crate) fn get(transaction: &ReadTransaction, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
    let found = read(|| {
        transaction.open_table(DOCUMENTS)?.get((key.kind.as_str(), key.id.as_str())).map_err(Into::into)
    })?;
    Ok(found.map(|value| {
        let (revision, body) = value.value();
        Document { key: key.clone(), revision: Revision(revision), body: Bytes::copy_from_slice(body) }
    }))
}

/// One fact of the node.
pub(crate) fn fact(transaction: &ReadTransaction, name: &str) -> Result<Option<String>, StoreError> {
    read(|| Ok(transaction.open_table(FACTS)?.get(name)?.map(|value| value.value().to_owned())))
}

impl Snapshot for RedbSnapshot {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        get(&self.transaction, key)
    }

    fn scan(&self, kind: &Kind, after: Option<&str>, limit: usize) -> Result<Vec<Document>, StoreError> {
        // No id is empty, so "behind the empty id" is everything.
        let start = Bound::Excluded((kind.as_str(), after.unwrap_or_default()));
        self.page(start, |found| found == kind.as_str(), limit)
    }

    fn scan_all(&self, after: Option<&DocumentKey>, limit: usize) -> Result<Vec<Document>, StoreError> {
        let start =
            after.map_or(Bound::Unbounded, |after| Bound::Excluded((after.kind.as_str(), after.id.as_str())));
        self.page(start, |_| true, limit)
    }

    fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        read(|| {
            let table = self.transaction.open_table(DOCUMENTS)?;
            let mut count = 0;
            for entry in table.range((kind.as_str(), "")..)? {
                if entry?.0.value().0 != kind.as_str() {
                    break;
                }
                count += 1;
            }
            Ok(count)
        })
    }
}

fn read<T>(reading: impl FnOnce() -> Result<T, ::redb::Error>) -> Result<T, StoreError> {
    reading().map_err(StoreError::from)
}
