//! What is in the file, and how a stored value becomes one of ours. A change of anything here is a new format: see
//! [`super::migrate`].

use ::redb::{Database, ReadTransaction, ReadableDatabase, TableDefinition, TableError, WriteTransaction};

use crate::document::Revision;
use crate::error::StoreError;

/// (kind, id) → (revision of the last write, body).
pub(crate) const DOCUMENTS: TableDefinition<'static, (&str, &str), (u64, &[u8])> =
    TableDefinition::new("documents");

/// Facts about the store itself; the names below. Every format, past and future, keeps [`FORMAT`] here: it is how another
/// version is recognised.
pub(crate) const HEADER: TableDefinition<'static, &str, &str> = TableDefinition::new("header");

/// Facts that the node keeps about itself.
pub(crate) const FACTS: TableDefinition<'static, &str, &str> = TableDefinition::new("facts");

/// The format's number, in decimal.
pub(crate) const FORMAT: &str = "format";

/// The epoch, a UUID.
pub(crate) const EPOCH: &str = "epoch";

/// The last revision, in decimal.
pub(crate) const REVISION: &str = "revision";

/// The header of the current format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) format: u32,
    pub(crate) epoch: String,
    pub(crate) revision: Revision,
}

/// The format's number, whichever format it is.
pub(crate) fn format(database: &Database) -> Result<u32, StoreError> {
    parse(&begin(database)?, FORMAT)
}

/// The header of a file whose format is the current one.
pub(crate) fn header(database: &Database) -> Result<Header, StoreError> {
    let transaction = begin(database)?;
    transaction.open_table(DOCUMENTS).map_err(::redb::Error::from)?;
    transaction.open_table(FACTS).map_err(::redb::Error::from)?;
    Ok(Header {
        format: parse(&transaction, FORMAT)?,
        epoch: field(&transaction, EPOCH)?,
        revision: revision(&transaction)?,
    })
}

/// The last revision that the transaction sees.
pub(crate) fn revision(transaction: &ReadTransaction) -> Result<Revision, StoreError> {
    Ok(Revision(parse(transaction, REVISION)?))
}

/// Fills an empty file.
pub(crate) fn create(transaction: &WriteTransaction, header: &Header) -> Result<(), ::redb::Error> {
    transaction.open_table(DOCUMENTS)?;
    transaction.open_table(FACTS)?;
    let mut table = transaction.open_table(HEADER)?;
    table.insert(FORMAT, header.format.to_string().as_str())?;
    table.insert(EPOCH, header.epoch.as_str())?;
    table.insert(REVISION, header.revision.to_string().as_str())?;
    Ok(())
}

pub(crate) fn begin(database: &Database) -> Result<ReadTransaction, StoreError> {
    database.begin_read().map_err(|error| ::redb::Error::from(error).into())
}

fn parse<T: std::str::FromStr>(transaction: &ReadTransaction, name: &str) -> Result<T, StoreError> {
    field(transaction, name)?.parse().map_err(|_| StoreError::Corrupt(format!("its {name} is not a number")))
}

pub(crate) fn field(transaction: &ReadTransaction, name: &str) -> Result<String, StoreError> {
    let missing = || StoreError::Corrupt(format!("it has no {name}"));
    let table = match transaction.open_table(HEADER) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => return Err(missing()),
        Err(error) => return Err(::redb::Error::from(error).into()),
    };
    let value = table.get(name).map_err(::redb::Error::from)?;
    value.map(|value| value.value().to_owned()).ok_or_else(missing)
}

impl From<::redb::Error> for StoreError {
    fn from(error: ::redb::Error) -> Self {
        use ::redb::Error;
        match error {
            Error::DatabaseClosed => Self::Closed,
            Error::Corrupted(reason) => Self::Corrupt(reason),
            Error::TableDoesNotExist(name) => Self::Corrupt(format!("it has no table [{name}]")),
            Error::TableTypeMismatch { table, .. } => {
                Self::Corrupt(format!("its table [{table}] is of another type"))
            }
            other => Self::Unavailable(other.to_string()),
        }
    }
}
