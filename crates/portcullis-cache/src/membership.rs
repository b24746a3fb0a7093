//! What a load or an entry belongs to, stamped with the generations of the moment at which the load began. Never moves a
//! generation.

use crate::scope::{Registry, Scope};
use std::sync::Arc;

/// A scope and its generation when the load began.
#[derive(Clone)]
pub(crate) struct Stamp {
    pub(crate) scope: Arc<Scope>,
    generation: u64,
}

impl Stamp {
    fn now(scope: Arc<Scope>) -> Self {
        let generation = scope.generation();
        Self { scope, generation }
    }

    pub(crate) fn is_current(&self) -> bool {
        self.scope.generation() == self.generation
    }
}

/// The generations of everything that covers a key.
#[derive(Clone)]
pub(crate) struct Membership {
    era: u64,
    stamps: Stamps,
}

/// Most keys have no scope of their own or one: those cost no allocation.
#[derive(Clone)]
enum Stamps {
    None,
    One(Stamp),
    Many(Box<[Stamp]>),
}

impl Membership {
    /// Read the generations as they are now. The scopes come from [`Registry::intern`]: sorted, each once.
    pub(crate) fn now(registry: &Registry, scopes: Vec<Arc<Scope>>) -> Self {
        let era = registry.era();
        let mut scopes = scopes.into_iter();
        let stamps = match (scopes.next(), scopes.len()) {
            (None, _) => Stamps::None,
            (Some(only), 0) => Stamps::One(Stamp::now(only)),
            (Some(first), _) => Stamps::Many(std::iter::once(first).chain(scopes).map(Stamp::now).collect()),
        };
        Self { era, stamps }
    }

    pub(crate) fn era(&self) -> u64 {
        self.era
    }

    pub(crate) fn stamps(&self) -> &[Stamp] {
        match &self.stamps {
            Stamps::None => &[],
            Stamps::One(stamp) => std::slice::from_ref(stamp),
            Stamps::Many(stamps) => stamps,
        }
    }

    /// Was nothing that covers the key cleared since?
    pub(crate) fn is_current(&self, registry: &Registry) -> bool {
        self.era == registry.era() && self.stamps().iter().all(Stamp::is_current)
    }

    /// The same scopes, as [`Registry::intern`] lists them?
    pub(crate) fn is_of(&self, scopes: &[Arc<Scope>]) -> bool {
        let stamps = self.stamps();
        stamps.len() == scopes.len()
            && stamps.iter().zip(scopes).all(|(stamp, scope)| Arc::ptr_eq(&stamp.scope, scope))
    }

    /// The scopes, to be stamped anew.
    pub(crate) fn scopes(&self) -> Vec<Arc<Scope>> {
        self.stamps().iter().map(|stamp| Arc::clone(&stamp.scope)).collect()
    }
}
