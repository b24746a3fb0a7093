//! API keys: create, get, update, invalidate, and the removal of dead ones. Each has a file. Checking a key's secret,
//! and what a key may do, never live here.

mod create;
mod get;
mod invalidate;
pub(super) mod live;
mod owner;
mod remove;
mod rules;
mod update;

use crate::core::Core;
use crate::error::{Failure, Kind};

pub use create::{CreateApiKey, CreatedApiKey};
pub use get::ApiKeyFilter;
pub use invalidate::{InvalidateApiKeys, Invalidated};
pub use update::UpdateApiKey;

/// Management of API keys.
pub struct ApiKeys<'a> {
    core: &'a Core,
}

impl<'a> ApiKeys<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Refuses everything where `xpack.security.authc.api_key.enabled` is off.
    fn check_enabled(&self) -> Result<(), Failure> {
        if self.core.settings().api_key.enabled.is_on() {
            return Ok(());
        }
        Err(Failure::new(Kind::FeatureNotEnabled, "api keys are not enabled")
            .with("disabled.feature", "api_keys"))
    }
}

/// Whether somebody wrote something there: blank text counts as absent.
fn text(field: Option<&String>) -> Option<&str> {
    field.map(String::as_str).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests;
