//! The file `users`: one `name:hash` a line, Elasticsearch's format.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use portcullis_model::credential::{self, FILE_NAME_MAX};
use portcullis_secrets::StoredHash;

use super::watched::{FileContent, Problem, lines};

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
        let mut hashes = HashMap::new();
        for (line, content) in lines(text) {
            match entry(content) {
                Ok((name, hash)) => {
                    hashes.insert(name.to_owned(), Arc::new(hash));
                }
                Err(reason) => problems.push(Problem { line, reason }),
            }
        }
        Ok(Self { hashes })
    }

    fn differences(old: &Self, new: &Self) -> BTreeSet<String> {
        let hash = |it: &Self, name: &str| it.hashes.get(name).map(|it| it.as_str().to_owned());
        old.hashes
            .keys()
            .chain(new.hashes.keys())
            .filter(|name| hash(old, name) != hash(new, name))
            .cloned()
            .collect()
    }
}

fn entry(line: &str) -> Result<(&str, StoredHash), String> {
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
    Ok((name, hash))
}
