//! The file `users`: one `name:hash` a line, Elasticsearch's format.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use portcullis_model::credential::{self, FILE_NAME_MAX};
use portcullis_secrets::StoredHash;

use super::watched::{FileContent, Problem, differing, entries};

/// The users of the file realm and their hashes.
#[derive(Default)]
pub struct UsersFile {
    hashes: HashMap<String, Arc<StoredHash>>,
}

impl UsersFile {
    /// The stored hash of this user.
    pub fn hash(&self, username: &str) -> Option<Arc<StoredHash>> {
        self.hashes.get(username).cloned()
    }

    /// How many users the file holds.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether the file holds no user.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }
}

impl FileContent for UsersFile {
    fn parse(text: &str, problems: &mut Vec<Problem>) -> Result<Self, String> {
        Ok(Self { hashes: entries(text, problems, entry).into_iter().collect() })
    }

    fn differences(old: &Self, new: &Self) -> BTreeSet<String> {
        let names = old.hashes.keys().chain(new.hashes.keys());
        differing(names, |name| old.hashes.get(name), |name| new.hashes.get(name))
    }
}

fn entry(line: &str) -> Result<(String, Arc<StoredHash>), String> {
    let (name, hash) = line.split_once(':').ok_or("there is no colon between name and hash")?;
    if name.is_empty() || hash.is_empty() {
        return Err("the name or the hash is empty".to_owned());
    }
    credential::validate_user_name(name, FILE_NAME_MAX)
        .map_err(|problem| format!("invalid username: {problem}"))?;
    if portcullis_model::reserved_user::find(name).is_some() {
        return Err(format!("user [{name}] is reserved"));
    }
    let hash = StoredHash::parse(hash).map_err(|error| format!("the hash of user [{name}]: {error}"))?;
    Ok((name.to_owned(), Arc::new(hash)))
}
