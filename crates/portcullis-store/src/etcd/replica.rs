//! A node's own copy of the documents: a redb file that says how far in the log it is, and in which log.
//!
//! Each change of documents is synced before anybody is told of it. It could be read from the log again; but a copy that
//! a crash takes back forgets that it was further, and if the log was restored meanwhile to before a revocation, nobody
//! would know of that revocation any more. What never lives here: where changes come from, and whether the log is the right one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::redb::{Durability, TableDefinition, WriteTransaction};

use crate::document::{DocumentKey, Revision};
use crate::error::{OpenError, StoreError};
use crate::feed::Hub;
use crate::redb::Shared;
use crate::redb::migrate::Formats;
use crate::redb::open::{self, Layout};
use crate::redb::snapshot::{self, RedbSnapshot};
use crate::redb::tables::{self, DOCUMENTS, EPOCH, FACTS, HEADER, REVISION};
use crate::{Bytes, Document};

/// The file, in the data folder.
const LAYOUT: Layout = Layout {
    file: "replica.redb",
    stranger: ("portcullis.redb", "the store of a single node"),
    // Not known before the log was found.
    epoch: String::new,
    // All of a log is written at once when a node is new.
    cache: 64 * 1024 * 1024,
};

/// The layout of the file, numbered apart from the single node's.
const FORMATS: Formats = Formats { current: 1, steps: &[] };

/// What is being read anew, until it takes the documents' place.
const LOADING: TableDefinition<'static, (&str, &str), (u64, &[u8])> = TableDefinition::new("loading");

const CLUSTER: &str = "cluster";
const ETCD: &str = "etcd";
const LINEAGE: &str = "lineage";

/// How far the copy is, and in which log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) revision: Revision,
    /// The log's UUID; empty before one was found.
    pub(super) epoch: String,
    /// The nodes' common name.
    pub(super) cluster: String,
    /// The cluster of etcd.
    pub(super) etcd: u64,
    /// By what the log can be recognised.
    pub(super) lineage: Option<Lineage>,
}

/// The last write that was taken in: another log has something else there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lineage {
    pub(super) key: String,
    pub(super) revision: Revision,
    /// SHA-256 of the value, in hexadecimal digits.
    pub(super) digest: String,
}

/// One document's change; no body is a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) key: DocumentKey,
    pub(super) revision: Revision,
    pub(super) body: Option<Bytes>,
}

pub(super) struct Replica {
    file: PathBuf,
    shared: Arc<Shared>,
}

impl Replica {
    /// Opens the copy in a data folder, or makes an empty one.
    pub(super) fn open(data: &Path) -> Result<(Self, Mark), OpenError> {
        let ready = open::folder(data, &LAYOUT, &FORMATS)?;
        let mark = mark(&ready.database).map_err(|error| open::unreadable(&ready.file, error))?;
        let shared = Shared::new(Hub::new(mark.revision), ready.database, ready.lock);
        Ok((Self { file: ready.file, shared: Arc::new(shared) }, mark))
    }

    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.shared.hub
    }

    pub(super) fn format(&self) -> u32 {
        FORMATS.current
    }

    pub(super) fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        snapshot::get(&self.shared.begin_read()?, key)
    }

    pub(super) fn snapshot(&self) -> Result<RedbSnapshot, StoreError> {
        // Whatever is in the feed by now is in what is read next; revisions without documents are in the feed alone.
        let told = self.shared.hub.last();
        RedbSnapshot::of(self.shared.begin_read()?).map(|it| it.at_least(told))
    }

    pub(super) fn fact(&self, name: &str) -> Result<Option<String>, StoreError> {
        snapshot::fact(&self.shared.begin_read()?, name)
    }

    /// Blocks until it is on disk.
    pub(super) fn put_fact(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.transact(Durability::Immediate, |transaction| {
            transaction.open_table(FACTS)?.insert(name, value)?;
            Ok(())
        })
    }

    /// Takes changes in and says how far the copy is with them, all or nothing; on disk when this returns.
    pub(super) fn apply(&self, changes: &[Applied], mark: &Mark) -> Result<(), StoreError> {
        self.transact(Durability::Immediate, |transaction| {
            let mut documents = transaction.open_table(DOCUMENTS)?;
            for Applied { key, revision, body } in changes {
                let name = (key.kind.as_str(), key.id.as_str());
                match body {
                    Some(body) => drop(documents.insert(name, (revision.0, body.as_ref()))?),
                    None => drop(documents.remove(name)?),
                }
            }
            drop(documents);
            put_mark(transaction, mark)
        })
    }

    /// Begins to read everything anew; readers go on seeing what was there.
    pub(super) fn begin_load(&self) -> Result<(), StoreError> {
        self.transact(Durability::None, |transaction| {
            transaction.delete_table(LOADING)?;
            transaction.open_table(LOADING)?;
            Ok(())
        })
    }

    pub(super) fn load(&self, page: &[Applied]) -> Result<(), StoreError> {
        self.transact(Durability::None, |transaction| {
            let mut loading = transaction.open_table(LOADING)?;
            for Applied { key, revision, body } in page {
                let body = body.as_deref().unwrap_or_default();
                loading.insert((key.kind.as_str(), key.id.as_str()), (revision.0, body))?;
            }
            Ok(())
        })
    }

    /// Puts what was loaded in the documents' place, in one transaction with how far it is.
    pub(super) fn end_load(&self, mark: &Mark) -> Result<(), StoreError> {
        self.transact(Durability::Immediate, |transaction| {
            transaction.delete_table(DOCUMENTS)?;
            transaction.rename_table(LOADING, DOCUMENTS)?;
            put_mark(transaction, mark)
        })
    }

    pub(super) fn size(&self) -> Result<u64, StoreError> {
        let metadata = std::fs::metadata(&self.file);
        metadata.map(|metadata| metadata.len()).map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    pub(super) fn close(&self) {
        self.shared.close();
    }

    fn transact(
        &self,
        durability: Durability,
        fill: impl FnOnce(&WriteTransaction) -> Result<(), ::redb::Error>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.shared.begin_write()?;
        let commit = || {
            transaction.set_durability(durability)?;
            fill(&transaction)?;
            Ok::<_, ::redb::Error>(transaction.commit()?)
        };
        commit().map_err(StoreError::from)
    }
}

fn put_mark(transaction: &WriteTransaction, mark: &Mark) -> Result<(), ::redb::Error> {
    let mut header = transaction.open_table(HEADER)?;
    header.insert(REVISION, mark.revision.to_string().as_str())?;
    header.insert(EPOCH, mark.epoch.as_str())?;
    header.insert(CLUSTER, mark.cluster.as_str())?;
    header.insert(ETCD, mark.etcd.to_string().as_str())?;
    if let Some(Lineage { key, revision, digest }) = &mark.lineage {
        header.insert(LINEAGE, format!("{revision} {digest} {key}").as_str())?;
    }
    Ok(())
}

fn mark(database: &::redb::Database) -> Result<Mark, StoreError> {
    let header = tables::header(database)?;
    let transaction = tables::begin(database)?;
    let table = transaction.open_table(HEADER).map_err(::redb::Error::from)?;
    let field = |name: &str| -> Result<Option<String>, StoreError> {
        let found = table.get(name).map_err(::redb::Error::from)?;
        Ok(found.map(|it| it.value().to_owned()))
    };
    let corrupt = |name: &str| StoreError::Corrupt(format!("its {name} cannot be read"));
    let etcd = field(ETCD)?.map_or(Ok(0), |it| it.parse()).map_err(|_| corrupt(ETCD))?;
    let lineage = match field(LINEAGE)? {
        Some(text) => Some(lineage(&text).ok_or_else(|| corrupt(LINEAGE))?),
        None => None,
    };
    let cluster = field(CLUSTER)?.unwrap_or_default();
    Ok(Mark { revision: header.revision, epoch: header.epoch, cluster, etcd, lineage })
}

fn lineage(text: &str) -> Option<Lineage> {
    let (revision, rest) = text.split_once(' ')?;
    let (digest, key) = rest.split_once(' ')?;
    let revision = Revision(revision.parse().ok()?);
    Some(Lineage { key: key.to_owned(), revision, digest: digest.to_owned() })
}

#[cfg(test)]
mod tests;
