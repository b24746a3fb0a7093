//! The file `service_tokens`: one `namespace/service/name:hash` a line, Elasticsearch's format.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use portcullis_model::credential::ServiceTokenId;
use portcullis_secrets::StoredHash;

use super::watched::{FileContent, Problem, differing, entries};

/// The service account tokens of the file.
#[derive(Default)]
pub struct ServiceTokensFile {
    hashes: BTreeMap<String, Arc<StoredHash>>,
}

impl ServiceTokensFile {
    /// The stored hash of the token of this qualified name.
    pub fn hash(&self, qualified_name: &str) -> Option<Arc<StoredHash>> {
        self.hashes.get(qualified_name).cloned()
    }

    /// The names of one account's tokens, sorted.
    pub fn names(&self, namespace: &str, service: &str) -> Vec<String> {
        let prefix = format!("{namespace}/{service}/");
        self.hashes.keys().filter_map(|it| it.strip_prefix(&prefix)).map(str::to_owned).collect()
    }
}

impl FileContent for ServiceTokensFile {
    fn parse(text: &str, problems: &mut Vec<Problem>) -> Result<Self, String> {
        Ok(Self { hashes: entries(text, problems, entry).into_iter().collect() })
    }

    fn differences(old: &Self, new: &Self) -> BTreeSet<String> {
        let names = old.hashes.keys().chain(new.hashes.keys());
        differing(names, |name| old.hashes.get(name), |name| new.hashes.get(name))
    }
}

fn entry(line: &str) -> Result<(String, Arc<StoredHash>), String> {
    let (name, hash) = line.split_once(':').ok_or("there is no colon between token and hash")?;
    let id = ServiceTokenId::parse(name)
        .ok_or_else(|| format!("[{name}] is not the name of a service account token"))?;
    let hash = StoredHash::parse(hash).map_err(|error| format!("the hash of token [{name}]: {error}"))?;
    Ok((id.to_string(), Arc::new(hash)))
}
