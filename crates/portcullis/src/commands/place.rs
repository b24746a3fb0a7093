//! Where a tool for the files works, and the wait for the node that runs there.
//!
//! Never here: what is in the files.

use std::path::Path;

use portcullis_secrets::HashAlgorithm;

use super::error::CommandError;
use crate::control::{self, Order};

/// Where a tool for the files works.
pub struct Place<'a> {
    /// The configuration folder.
    pub config: &'a Path,
    /// The data folder, where a running node listens.
    pub data: &'a Path,
    /// How what is new is stored.
    pub algorithm: HashAlgorithm,
}

impl Place<'_> {
    /// Waits until the node that runs here has taken the file in. Without a node there is nothing to wait for.
    pub(super) fn in_force(&self, file: &str) -> Result<(), CommandError> {
        match control::ask(self.data, &Order::TakeFileIn { file: file.to_owned() }) {
            Ok(Some(()) | None) => Ok(()),
            Err(reason) => Err(CommandError::Refused(format!(
                "[{file}] is written, but the running node has not confirmed that it took it in: {reason}"
            ))),
        }
    }
}
