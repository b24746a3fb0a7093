//! Which roles the role mappings of the store give to somebody of a directory. The rules are the model's; here the
//! mappings are found, and kept compiled as long as their documents are what they were.

mod evaluations;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use portcullis_model::role_mapping::{MappingSubject, PreparedSubject, RoleMapping};
use portcullis_store::{Bytes, Condition, Document, Expected, Store};

use crate::documents::{self, FromDocument, Walk};
use crate::error::Failure;
use evaluations::Evaluations;

/// The mappings of the store that were compiled. One is used only while its document's bytes are the same, so nothing
/// ever has to be cleared here.
#[derive(Default)]
pub(crate) struct RoleMappings {
    compiled: Mutex<HashMap<String, Compiled>>,
    evaluations: Evaluations,
}

#[derive(Clone)]
struct Compiled {
    body: Bytes,
    /// `None`: the document cannot be read as a mapping.
    mapping: Option<Arc<RoleMapping>>,
}

/// The roles of somebody, and the mappings that they rest on.
#[derive(Default)]
pub(crate) struct Mapped {
    pub(crate) roles: BTreeSet<String>,
    pub(crate) proof: Vec<Condition>,
}

impl RoleMappings {
    /// All mappings as they are now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn read(store: &dyn Store) -> Result<Vec<Document>, Failure> {
        let mut documents = Vec::new();
        let mut walk = Walk::new(store, documents::role_mapping::KIND);
        loop {
            let page = walk.page().await?;
            if page.is_empty() {
                return Ok(documents);
            }
            documents.extend(page);
        }
    }

    /// Does `work`, which is to call [`RoleMappings::roles_for`], where it may take its time.
    ///
    /// # Errors
    /// When too many others are at it.
    pub(crate) async fn evaluate<T: Send + 'static>(
        &self,
        documents: &[Document],
        subject: &MappingSubject,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let bytes: usize = documents.iter().map(|it| it.body.len()).sum();
        self.evaluations.run(bytes.saturating_mul(subject.groups.len() + 1), work).await
    }

    /// The roles that all enabled mappings together give. A mapping that cannot be read gives none and is logged.
    pub(crate) fn roles_for(&self, documents: &[Document], subject: &PreparedSubject<'_>) -> Mapped {
        let mut mapped = Mapped::default();
        for document in documents {
            if let Some(mapping) = self.compiled(document) {
                mapped.add(&mapping, document, subject);
            }
        }
        self.forget_all_but(documents);
        mapped
    }

    fn compiled(&self, document: &Document) -> Option<Arc<RoleMapping>> {
        let known = self.lock().get(&document.key.id).cloned();
        if let Some(known) = known.filter(|it| it.body == document.body) {
            return known.mapping;
        }
        // Once for each content, not for each login.
        let mapping = RoleMapping::from_document(document)
            .inspect_err(|failure| tracing::warn!(%failure, "a role mapping is left out"))
            .ok()
            .map(Arc::new);
        let compiled = Compiled { body: document.body.clone(), mapping: mapping.clone() };
        self.lock().insert(document.key.id.clone(), compiled);
        mapping
    }

    /// Mappings that are gone are not kept. `present` is sorted by name, as the store's walk is.
    fn forget_all_but(&self, present: &[Document]) {
        let mut compiled = self.lock();
        if compiled.len() > present.len() {
            compiled.retain(|name, _| present.binary_search_by(|it| it.key.id.cmp(name)).is_ok());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Compiled>> {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mapped {
    fn add(&mut self, mapping: &RoleMapping, document: &Document, subject: &PreparedSubject<'_>) {
        let given = mapping.roles_for(subject);
        for problem in &given.problems {
            tracing::warn!(mapping = %document.key.id, %problem, "a role template gives no role");
        }
        let had = self.roles.len();
        self.roles.extend(given.roles);
        // Mappings only ever add roles: what was not there, or did not match, need not be compared. Nor need a mapping that
        // gives what others have given: thousands may, and a write compares each.
        if self.roles.len() == had {
            return;
        }
        self.proof.push(Condition { key: document.key.clone(), expected: Expected::At(document.revision) });
    }
}

#[cfg(test)]
mod tests;
