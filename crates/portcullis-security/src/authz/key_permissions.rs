//! What API keys may do, compiled once for all keys that were given the same: most keys of one owner are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use portcullis_model::decision::{Authority, Permission};
use portcullis_model::role::{Rendering, RoleDescriptor};
use portcullis_secrets::{DigestKey, Secret};
use serde_json::Value;

/// So many are known before the first look for those that no key has any more.
const FIRST_SWEEP: usize = 256;

/// The permissions of an API key: its own, and those of its owner at the time.
pub(crate) struct KeyPermissions {
    pub(crate) authority: Authority,
    pub(crate) descriptors: Vec<Arc<RoleDescriptor>>,
}

impl KeyPermissions {
    /// Compiles the descriptors of a key.
    fn compile(own: Vec<RoleDescriptor>, limited_by: Vec<RoleDescriptor>) -> Self {
        let permission = |it: &[RoleDescriptor]| Arc::new(Permission::compile(it));
        Self {
            // Without descriptors of its own it is limited by its owner's only.
            authority: Authority::of_api_key(
                (!own.is_empty()).then(|| permission(&own)),
                permission(&limited_by),
            ),
            descriptors: if own.is_empty() { limited_by } else { own }.into_iter().map(Arc::new).collect(),
        }
    }
}

/// The permissions of the keys that are in use, each once, by a keyed digest of all that they are made of.
pub(crate) struct SharedPermissions {
    digest: DigestKey,
    known: Mutex<Known>,
}

struct Known {
    permissions: HashMap<[u8; 32], Weak<KeyPermissions>>,
    /// At this many those that are not in use go, so that there never are many more than in use.
    sweep_at: usize,
}

impl Default for SharedPermissions {
    fn default() -> Self {
        let known = Known { permissions: HashMap::new(), sweep_at: FIRST_SWEEP };
        Self { digest: DigestKey::random(), known: Mutex::new(known) }
    }
}

impl SharedPermissions {
    /// The permissions of a key with these descriptors.
    pub(crate) fn of(
        &self,
        own: Vec<RoleDescriptor>,
        limited_by: Vec<RoleDescriptor>,
    ) -> Arc<KeyPermissions> {
        let written = written(&own, &limited_by).to_string();
        let digest = self.digest.digest(0, written.as_bytes(), &Secret::from_bytes(Vec::new()));
        if let Some(known) = self.lock().permissions.get(&digest).and_then(Weak::upgrade) {
            return known;
        }
        // Not under the lock: to compile what somebody made up may take a while.
        let compiled = Arc::new(KeyPermissions::compile(own, limited_by));
        let mut known = self.lock();
        if known.permissions.len() >= known.sweep_at {
            known.permissions.retain(|_, it| it.strong_count() > 0);
            known.sweep_at = (2 * known.permissions.len()).max(FIRST_SWEEP);
        }
        known.permissions.insert(digest, Arc::downgrade(&compiled));
        compiled
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that the permissions of a key are made of, as JSON: unlike descriptors are never written alike.
fn written(own: &[RoleDescriptor], limited_by: &[RoleDescriptor]) -> Value {
    let all = |roles: &[RoleDescriptor]| -> Value {
        roles
            .iter()
            .map(|it| Value::from(vec![it.name.clone().into(), it.to_json(Rendering::Stored)]))
            .collect()
    };
    Value::from(vec![all(own), all(limited_by)])
}

#[cfg(test)]
mod tests;
