//! Who a verified credential is. Caches keep it, and all requests that show the credential share it: what stands here is
//! worked out once. Whether it still counts is asked each time, elsewhere.

use std::sync::OnceLock;

use bytes::Bytes;
use portcullis_model::authentication::Authentication;
use portcullis_store::Condition;

use crate::authz::granted::Granted;
use crate::realms::ResolvedUser;

/// Who a verified credential is.
pub(crate) struct Proven {
    pub(crate) authentication: Authentication,
    /// The documents that the proof rests on, as they were read.
    pub(crate) proof: Vec<Condition>,
    /// What the credential may do, where that is part of it: an API key's own permissions, an account's fixed ones.
    pub(crate) granted: Option<Granted>,
    rendering: Rendering,
}

/// A place for an answer that says who somebody is and nothing else, written once for all who ask.
#[derive(Default)]
pub struct Rendering(OnceLock<Bytes>);

impl Proven {
    pub(crate) fn new(
        authentication: Authentication,
        proof: Vec<Condition>,
        granted: Option<Granted>,
    ) -> Self {
        Self { authentication, proof, granted, rendering: Rendering::default() }
    }

    /// A user whom a realm let in. Its roles may change, so what they grant is not part of this.
    pub(crate) fn of_user(user: &ResolvedUser) -> Self {
        let authentication = Authentication::realm(user.user.clone(), user.realm.clone());
        Self::new(authentication, user.proof.clone(), None)
    }

    pub(crate) fn rendering(&self) -> &Rendering {
        &self.rendering
    }
}

impl Rendering {
    /// What is kept here; `write` writes it where nothing is. It must depend on the authentication and on settings alone.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn get_or_write<E>(&self, write: impl FnOnce() -> Result<Bytes, E>) -> Result<Bytes, E> {
        if let Some(kept) = self.0.get() {
            return Ok(kept.clone());
        }
        let written = write()?;
        Ok(self.0.get_or_init(|| written).clone())
    }
}
